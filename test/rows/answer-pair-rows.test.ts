import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallApiContextParams } from 'promptfoo';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import DebiasedProvider from '../../providers/debiased.ts';
import { CORRELATION_KEY, PAIR_KEY } from '../../src/harness/row-keys.ts';
import { rawInput } from '../../src/images/resize.ts';
import { pairOutputSchema } from '../../src/method/pair-output.ts';
import { sharedPixelPool } from '../../src/method/pixel-pool.ts';
import { preferenceAnswerSchema } from '../../src/rows/preference-row.ts';
import { picture } from '../images/pictures.ts';
import { contentOf, type OpenaiServer, startOpenaiServer } from '../servers/openai.ts';

let folder = '';
let server: OpenaiServer;
/** How often the first image of a request is preferred. */
const PREFERRED = { darker: 0.9, lighter: 0.3 };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-answer-pair-rows-'));
  for (const [name, light] of [
    ['dark.png', 20],
    ['light.png', 220],
    ['middle.png', 120],
  ] as const) {
    const image = picture(48, 40);
    // Rows of noise, as many as it is light: the file is the longer.
    for (let i = light * 20; i < image.data.length; i++) image.data[i] = light;
    await writeFile(join(folder, name), await rawInput(image).png().toBuffer());
  }
  await copyFile(join(folder, 'dark.png'), join(folder, 'copy-of-dark.png'));
  server = await startOpenaiServer({
    words: ['first', 'second'],
    probability: (body) => {
      const [first, second] = contentOf(body).images.map(({ length }) => length);
      return first! < second! ? PREFERRED.darker : PREFERRED.lighter;
    },
  });
});
beforeEach(() => {
  vi.stubEnv('PROMPTFOO_IQA_STORE', join(folder, `${Math.random()}.sqlite`));
});
afterAll(async () => {
  await Promise.all([server.close(), sharedPixelPool.close()]);
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const PROMPT = JSON.stringify({
  condition: 'pair',
  quality: { content: ['first', 'second', 'Which is better?'], choices: { first: 1, second: 0 } },
});
const SINGLE = JSON.stringify({
  condition: 'none',
  quality: { content: ['query', 'Good or poor?'], choices: { good: 1, poor: 0 } },
});

const provider = () =>
  new DebiasedProvider({
    config: { judge: 'openai:test', judgeOptions: { baseUrl: server.baseUrl } },
  });

const varsOf = (first: string, second: string, share: number | string) => ({
  first: join(folder, first),
  second: join(folder, second),
  share,
});

const contextOf = (vars: object, metadata: object, prompt = PROMPT): CallApiContextParams =>
  ({
    vars,
    test: { vars, metadata },
    prompt: { raw: prompt, label: 'pair' },
  }) as unknown as CallApiContextParams;

const ask = (given: DebiasedProvider, vars: object, prompt = PROMPT) =>
  given.callApi(
    prompt,
    contextOf(
      vars,
      { [PAIR_KEY]: true, dataset: 'p', iqaSource: { file: 'p.csv', read: {} } },
      prompt,
    ),
  );

describe('a pair row', () => {
  it('is answered by P(first better) of both orders, with what each said', async () => {
    const before = server.requests.length;
    const { output, metadata, error } = await ask(provider(), varsOf('dark.png', 'light.png', 0.7));
    expect(error).toBeUndefined();
    const said = pairOutputSchema.parse(output);
    // The dark one is preferred with 0.9 where it stands first, and with 0.7 where the light one does.
    expect(said.shownFirst).toBeCloseTo(0.9, 2);
    expect(said.shownSecond).toBeCloseTo(0.7, 2);
    expect(said.probability).toBeCloseTo(0.8, 2);
    expect(said.positionBias).toBeCloseTo(0.1, 2);
    expect(said).toMatchObject({ isInconsistent: false, source: 'logprobs' });
    expect(metadata).toMatchObject({ share: 0.7, dataset: 'p', cost: { asked: 2 } });
    expect(metadata?.imageFiles.first).toMatchObject({ width: 48, height: 40 });
    expect(server.requests.length - before).toBe(2);
  });

  it('gives the turned answer to the turned pair, and buys nothing for it', async () => {
    const given = provider();
    const one = await ask(given, varsOf('dark.png', 'light.png', 0.7));
    const before = server.requests.length;
    const other = await ask(given, varsOf('light.png', 'dark.png', 0.3));
    const [a, b] = [one, other].map(({ output }) => pairOutputSchema.parse(output).probability);
    expect(a! + b!).toBeCloseTo(1, 12);
    expect(server.requests.length).toBe(before);
  });

  it('is no other row whose long paths differ in the middle alone', async () => {
    const given = provider();
    const [start, end] = ['s'.repeat(230), 'e'.repeat(230)];
    const inFolder = async (middle: string, name: string) => {
      const nested = join(start, middle, end);
      await mkdir(join(folder, nested), { recursive: true });
      await copyFile(join(folder, name), join(folder, nested, 'image.png'));
      return join(nested, 'image.png');
    };
    const [one, other] = [await inFolder('a', 'light.png'), await inFolder('b', 'dark.png')];
    const [lighter, darker] = [
      await ask(given, varsOf('middle.png', one, 0.5)),
      await ask(given, varsOf('middle.png', other, 0.5)),
    ].map(({ output }) => pairOutputSchema.parse(output).probability);
    expect(lighter).toBeCloseTo(0.8, 2);
    expect(darker).toBeCloseTo(0.2, 2);
  });

  it.each([
    ['a prompt that rates one image', varsOf, SINGLE, /take one with condition: pair/],
    [
      'no share',
      () => ({ first: 'a', second: 'b' }),
      PROMPT,
      /vars.share is missing; give the share/,
    ],
    [
      'an image that is not there',
      () => varsOf('dark.png', 'no.png', 0.5),
      PROMPT,
      /no\.png.*no such file/,
    ],
    [
      'one file under two names',
      () => varsOf('dark.png', 'copy-of-dark.png', 0.5),
      PROMPT,
      /dark\.png \| .*copy-of-dark\.png: both images are the same file/,
    ],
  ])('is in error for %s', async (_, vars, prompt, reason) => {
    const { error } = await ask(provider(), vars('dark.png', 'light.png', 0.5), prompt);
    expect(error).toMatch(reason);
  });
});

describe('a preference row', () => {
  const rows = () => [
    { vars: { ...varsOf('dark.png', 'light.png', 0.7), dataset: 'p' }, isLiteral: true },
    { vars: { ...varsOf('middle.png', 'dark.png', 0.2), dataset: 'p' }, isLiteral: true },
  ];
  const requestOf = (extra: object = {}) => ({
    ...{ kind: 'pairs', dataset: 'p', several: false, minCoverage: 1, rows: rows() },
    ...extra,
  });
  const summary = (given: DebiasedProvider, request: object) =>
    given.callApi(PROMPT, contextOf({}, { [CORRELATION_KEY]: request }));

  it('holds all pairs of the run, each asked once', async () => {
    const given = provider();
    await ask(given, varsOf('dark.png', 'light.png', 0.7));
    const before = server.requests.length;
    const { metadata, output } = await summary(given, requestOf());
    expect(output).toBe('p: 2 of 2 pairs answered');
    const answer = preferenceAnswerSchema.parse(metadata?.preferences);
    expect(answer.rows.map(({ share }) => share)).toEqual([0.7, 0.2]);
    expect(answer.rows[1]?.output.probability).toBeCloseTo(0.2, 2);
    expect(answer.rows[0]?.firstSha256).toBe(answer.rows[1]?.secondSha256);
    expect(server.requests.length - before).toBe(2);
  });

  it('is an error over fewer pairs than the run has, unless minCoverage allows it', async () => {
    const broken = [
      ...rows(),
      { vars: { first: 'x.png', second: 'y.png', share: 0.5 }, isLiteral: true },
    ];
    const { error } = await summary(provider(), requestOf({ rows: broken }));
    expect(error).toMatch(/1 of 3 have no answer: x\.png \| y\.png \(.*no such file/);
    const { output } = await summary(provider(), requestOf({ rows: broken, minCoverage: 0.6 }));
    expect(output).toMatch(/2 of 3 pairs answered; left out: x\.png \| y\.png/);
  });
});
