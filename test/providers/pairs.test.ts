import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { CallApiContextParams } from 'promptfoo';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import debiasedScore from '../../assertions/debiased-score.ts';
import DebiasedProvider from '../../providers/debiased.ts';
import { encodeImage } from '../../src/images/encode.ts';
import { rawInput } from '../../src/images/resize.ts';
import { sharedPixelPool } from '../../src/method/pixel-pool.ts';
import type { RowOutput } from '../../src/method/row-output.ts';
import { picture } from '../images/pictures.ts';
import {
  type ChatRequestBody,
  contentOf,
  type OpenaiServer,
  startOpenaiServer,
} from '../servers/openai.ts';

/** A bright band at a place of its own tells them apart; the later ones are better. The last two are of one group. */
const NAMES = ['0.png', '1.png', '2.png', '3.png', '4.png', '5.png', '6.png'];
const GROUPS = ['a', 'b', 'c', 'd', 'e', 'f', 'f'];
/** Of people: those of 2, 3 and 4 lie nearest to the middle. */
const SCORES = [1, 2, 4, 5, 6, 8, 9];

/** How much more than it deserves the server prefers the image that stands first. */
let favour = 0;
let folder = '';
let server: OpenaiServer;
let stores = 0;
/** Places in `NAMES`, by the bytes that are sent. */
const sent = new Map<string, number>();

/** The images of a request by their places in `NAMES`; -1: a degraded copy. */
const shownIn = (body: unknown): number[] =>
  contentOf(body as ChatRequestBody).images.map(
    (image) => sent.get(image.toString('base64')) ?? -1,
  );

const preference = (first: number, second: number): number =>
  1 / (1 + Math.exp((second - first) / 4)) + favour;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-pairs-'));
  for (const [index, name] of NAMES.entries()) {
    const image = picture(60, 42);
    image.data.fill(20);
    image.data.fill(250, index * 1080, index * 1080 + 1080);
    await writeFile(join(folder, name), await rawInput(image).png().toBuffer());
    sent.set(Buffer.from((await encodeImage(image, 'png')).bytes).toString('base64'), index);
  }
  const rows = NAMES.map((name, index) => `${name},${SCORES[index]},${GROUPS[index]}`);
  await writeFile(join(folder, 'scores.csv'), ['image,mos,group', ...rows].join('\n'));
  server = await startOpenaiServer({
    words: ['first', 'similar', 'second'],
    probability(body) {
      const [first, second] = shownIn(body).slice(-2);
      return preference(first!, second!);
    },
  });
});
beforeEach(() => {
  stores += 1;
  favour = 0;
  vi.stubEnv('PROMPTFOO_CONFIG_DIR', folder);
  vi.stubEnv('PROMPTFOO_IQA_STORE', join(folder, `answers-${stores}.sqlite`));
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.requests.length = 0;
});
afterAll(async () => {
  await server.close();
  await sharedPixelPool.close();
  await rm(folder, { recursive: true });
});

async function answer(
  name: string,
  prompt: object,
  {
    judgeOptions = {},
    group,
    ...config
  }: { judgeOptions?: object; group?: string; conditions?: object[] } = {},
) {
  const provider = new DebiasedProvider({
    id: 'x',
    config: {
      judge: 'openai:test',
      judgeOptions: { baseUrl: server.baseUrl, ...judgeOptions },
      preview: 'none',
      ...config,
    },
  });
  const text = JSON.stringify(prompt);
  const response = await provider.callApi(text, {
    vars: {
      ...{ image: join(folder, name), mos: 1, dataset: 'd' },
      ...(group !== undefined && { group }),
    } as CallApiContextParams['vars'],
    prompt: { raw: text, label: 'prompts/x.yaml' },
    evaluationId: 'test',
    repeatIndex: 0,
    testIdx: 0,
  });
  return { ...response, output: response.output as RowOutput };
}

async function compare(...asked: Parameters<typeof answer>) {
  const response = await answer(...asked);
  expect(response.error).toBeUndefined();
  return response;
}

const failure = async (...asked: Parameters<typeof answer>) => (await answer(...asked)).error;

const quality = { content: 'Which is better?', choices: { first: 1, similar: 0.5, second: 0 } };
const listed = (...places: number[]) => ({
  condition: 'pair',
  anchors: { images: places.map((place) => join(folder, NAMES[place]!)) },
  quality,
});
const drawn = (more: object = {}) => ({
  condition: 'pair',
  anchors: {
    dataset: {
      format: 'csv',
      config: { file: join(folder, 'scores.csv'), image: 'image', mos: 'mos', group: 'group' },
    },
    ...{ count: 3, pool: 7, ...more },
  },
  quality,
});
const requested = () => server.requests.map(({ body }) => shownIn(body));
const inOrder = (pairs: number[][]) => pairs.map(String).sort();

describe('pairs', () => {
  it('compare the image with each anchor, in both orders', async () => {
    const { output, metadata } = await compare('5.png', listed(0, 3));
    expect(inOrder(requested())).toEqual(['0,5', '3,5', '5,0', '5,3']);
    expect(output).toMatchObject({ method: 'pair', source: 'logprobs' });
    const { pairs } = output.conditions[0]!;
    const byName = new Map(pairs!.anchors.map((anchor) => [basename(anchor.image), anchor]));
    for (const [name, place] of [
      ['0.png', 0],
      ['3.png', 3],
    ] as const) {
      expect(byName.get(name)?.shownFirst).toBeCloseTo(preference(5, place), 6);
      expect(byName.get(name)?.shownSecond).toBeCloseTo(1 - preference(place, 5), 6);
    }
    expect(pairs!.positionBias).toBeCloseTo(0, 6);
    expect(pairs!.inconsistent).toBe(0);
    // One answer each, with which of the two it showed first.
    expect(metadata?.answers).toHaveLength(4);
    expect(metadata?.answers).toContainEqual(
      expect.objectContaining({ kind: 'pair', anchor: 1, first: 'query' }),
    );
    expect(metadata?.anchors.map((anchor: { image: string }) => basename(anchor.image))).toEqual([
      ...byName.keys(),
    ]);
    expect(metadata?.conditions).toBeUndefined();
  });

  it('give a better image a higher score, with an error that falls with samples', async () => {
    const scores = [];
    for (const name of ['0.png', '3.png', '6.png']) {
      scores.push((await compare(name, listed(1, 4))).output);
    }
    expect(scores[0]!.score).toBeLessThan(scores[1]!.score);
    expect(scores[1]!.score).toBeLessThan(scores[2]!.score);
    const sampled = (samples: number) =>
      compare('3.png', listed(1, 4), { judgeOptions: { probabilities: 'samples', samples } });
    const [few, many] = [await sampled(2), await sampled(32)];
    expect(many.output.conditions[0]!.standardError).toBeLessThan(
      few.output.conditions[0]!.standardError! / 1.5,
    );
    // One token probability counts as one answer.
    expect(scores[1]!.conditions[0]!.standardError).toBeGreaterThan(
      few.output.conditions[0]!.standardError!,
    );
  });

  it('tell what the place of an image does, and keep it out of the score', async () => {
    const fair = await compare('4.png', listed(3, 5));
    favour = 0.3;
    const biased = await compare('4.png', listed(3, 5), { judgeOptions: { request: { seat: 1 } } });
    const { pairs } = biased.output.conditions[0]!;
    expect(pairs!.positionBias).toBeCloseTo(0.3, 6);
    expect(pairs!.inconsistent).toBe(2);
    expect(biased.output.score).toBeCloseTo(fair.output.score, 6);
    const { reason, namedScores } = debiasedScore(biased.output, {});
    expect(reason).toMatch(
      /^score 0\.\d{3} ± 0\.\d{3} from comparisons \(logprobs, .*\); better than .*3\.png 0\.56 \(shown first 0\.86, second 0\.26\)/,
    );
    expect(reason).toMatch(/position bias \+0\.30, the orders disagree about 2 of 2 pairs$/);
    expect(namedScores?.['position bias']).toBeCloseTo(0.3, 6);
  });

  it('take anchors from the middle of the scores', async () => {
    await compare('0.png', drawn());
    expect(inOrder(requested())).toEqual(['0,2', '0,3', '0,4', '2,0', '3,0', '4,0']);
  });

  it.each(NAMES)('never compare %s with itself or an image of its group', async (name) => {
    const place = NAMES.indexOf(name);
    // All that there are.
    const { output } = await compare(name, drawn({ count: 5 }), { group: GROUPS[place]! });
    expect(output.isAnchor).toBe(true);
    const others = requested().map((pair) => pair.filter((shown) => shown !== place));
    expect(others.every((pair) => pair.length === 1)).toBe(true);
    expect(others.flat().map((other) => GROUPS[other])).not.toContain(GROUPS[place]);
    const own = {
      images: NAMES.map((each, i) => ({ image: join(folder, each), group: GROUPS[i] })),
    };
    await compare(name, { ...drawn(), anchors: own }, { group: GROUPS[place]! });
    const all = requested().map((pair) => pair.filter((shown) => shown !== place));
    expect(all.every((pair) => pair.length === 1)).toBe(true);
    expect(all.flat().map((other) => GROUPS[other])).not.toContain(GROUPS[place]);
  });

  it('are bought once, also by the row of the other image', async () => {
    await compare('1.png', listed(4));
    expect(server.requests).toHaveLength(2);
    await compare('4.png', listed(1));
    await compare('1.png', listed(4, 5));
    expect(server.requests).toHaveLength(4);
  });

  it('stand behind the degraded copy under a prior, once for each condition', async () => {
    const conditions = [
      { degradation: 'fog', severity: 4 },
      { degradation: 'zoom_blur', severity: 3 },
    ];
    const similarity = { content: 'The same?', choices: { Yes: 1, No: 0 } };
    const prompt = { ...listed(0, 3), prior: 'degraded', similarity };
    const { output, metadata } = await compare('5.png', prompt, { conditions });
    const three = requested().filter((shown) => shown.length === 3);
    expect(inOrder(three)).toEqual([
      '-1,0,5',
      '-1,0,5',
      '-1,3,5',
      '-1,3,5',
      '-1,5,0',
      '-1,5,0',
      '-1,5,3',
      '-1,5,3',
    ]);
    expect(requested().filter((shown) => shown.length === 2)).toHaveLength(2);
    expect(output).toMatchObject({ method: 'debiased-pair', weights: 'softmax' });
    expect(output.conditions.map(({ degradation }) => degradation)).toEqual(['fog', 'zoom_blur']);
    const mean = output.conditions.reduce((sum, { quality, weight }) => sum + quality! * weight, 0);
    expect(output.score).toBeCloseTo(mean, 12);
    expect(debiasedScore(output, {}).reason).toMatch(
      /fog 4: 0\.\d+ ± .*; better than .*of 4 pairs$/,
    );
    expect(metadata?.conditions).toEqual(conditions);
  });

  it('are an error without anchors, and say where they are missing', async () => {
    const { anchors: _, ...prompt } = listed(0);
    expect(await failure('5.png', prompt)).toMatch(/add anchors to the prompt file$/);
    expect(server.requests).toHaveLength(0);
  });

  it('refuse a list in which a file stands twice', async () => {
    expect(await failure('5.png', listed(0, 0))).toMatch(
      /0\.png is the same file as another one of the list; list each image once$/,
    );
  });
});
