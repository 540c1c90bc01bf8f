import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import imageQuality from '../../assertions/image-quality.ts';
import { scoreImage } from '../../index.ts';
import { rawInput } from '../../src/images/resize.ts';
import { sharedPixelPool } from '../../src/method/pixel-pool.ts';
import { closeScorers } from '../../src/rows/open-scorers.ts';
import { picture } from '../images/pictures.ts';
import { startOpenaiServer } from '../servers/openai.ts';

const QDEBIAS = {
  condition: 'degraded',
  quality: { content: 'Good or poor?', choices: { good: 1, poor: 0 } },
  similarity: { content: 'The same?', choices: { Yes: 1, No: 0 } },
};

let folder = '';
let path = '';
let bytes: Buffer;
let expected = Number.NaN;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-picture-'));
  vi.stubEnv('PROMPTFOO_CONFIG_DIR', folder);
  path = join(folder, 'a.png');
  bytes = await rawInput(picture(160, 120)).png().toBuffer();
  await writeFile(path, bytes);
  expected = (await scoreImage(path, { judge: 'statistical', prompt: QDEBIAS })).score;
});
afterAll(async () => {
  await sharedPixelPool.close();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const judge = (output: unknown, config: object = {}, response: object = {}) =>
  imageQuality(output, {
    config: { judge: 'statistical', prompt: QDEBIAS, allowFiles: true, ...config },
    providerResponse: response,
  } as Parameters<typeof imageQuality>[1]);

const dataUri = () => `data:image/png;base64,${bytes.toString('base64')}`;

async function blob(): Promise<string> {
  const hash = createHash('sha256').update(bytes).digest('hex');
  const place = join(folder, 'blobs', hash.slice(0, 2), hash.slice(2, 4));
  await mkdir(place, { recursive: true });
  await writeFile(join(place, hash), bytes);
  return hash;
}

describe('a picture that another provider made', () => {
  it.each<[string, () => Promise<[unknown, object?]>]>([
    ['a path', async () => [path]],
    ['a data URI', async () => [dataUri()]],
    ['Markdown', async () => [`![a house](${dataUri()})`]],
    ["a reference to promptfoo's store", async () => [`promptfoo://blob/${await blob()}`]],
    ['a picture beside the text', async () => ['done', { images: [{ data: dataUri() }] }]],
    [
      'a stored picture beside the text',
      async () => ['done', { images: [{ blobRef: { hash: await blob() } }] }],
    ],
    [
      'its base64 beside the text',
      async () => ['done', { images: [{ data: bytes.toString('base64'), mimeType: 'image/png' }] }],
    ],
    ['a data URI that is broken into lines', async () => [dataUri().replace(/.{76}/g, '$&\n')]],
    ['a data URI with parameters', async () => [dataUri().replace(';', ';charset=utf-8;')]],
    ['a data URI in capitals', async () => [dataUri().replace('data:image/png', 'DATA:IMAGE/PNG')]],
    ['an object', async () => [{ picture: { uri: dataUri() } }]],
  ])('has the score of the same file to the bit: %s', async (_, answer) => {
    const [output, response] = await answer();
    const { score, pass, namedScores } = await judge(output, {}, response);
    expect(pass).toBe(true);
    expect(score).toBe(expected);
    expect(namedScores).toEqual({ quality: expected });
  });

  it('is held to bounds', async () => {
    const low = await judge(path, { min: expected + 0.01 });
    expect(low).toMatchObject({ pass: false, score: expected });
    expect(low.reason).toMatch(/^quality 0\.\d{3} is below min/);
    expect((await judge(path, { max: expected - 0.01 })).pass).toBe(false);
    expect((await judge(path, { min: expected, max: expected })).pass).toBe(true);
  });

  it('is the first of several, and that is said', async () => {
    const images = [{ data: dataUri() }, { data: dataUri() }];
    const { reason } = await judge('two', {}, { images });
    expect(reason).toContain('the first of 2 pictures');
  });

  it('is the first of several in a text, and that is said', async () => {
    const other = await rawInput(picture(170, 120)).png().toBuffer();
    const second = `data:image/png;base64,${other.toString('base64')}`;
    for (const output of [`![a](${dataUri()}) ![b](${second})`, [dataUri(), second]]) {
      const { reason, score } = await judge(output);
      expect(score).toBe(expected);
      expect(reason).toContain('the first of 2 pictures');
    }
    const once = await judge(`![a](${dataUri()}) once more ${dataUri()}`);
    expect(once.reason).not.toContain('the first of');
    const named = await judge(`![a](${path}) ![b](other.png)`);
    expect(named.score).toBe(expected);
    expect(named.reason).toContain('the first of 2 pictures');
  });

  it('is the one that a transform has chosen from the answer', async () => {
    const other = await rawInput(picture(170, 120)).png().toBuffer();
    const first = { data: `data:image/png;base64,${other.toString('base64')}` };
    // What a text says without holding it chooses nothing: a model may have written it.
    for (const [output, isChosen] of [
      [`promptfoo://blob/${await blob()}`, true],
      [dataUri(), true],
      [`![see](${path})`, false],
    ] as const) {
      const { score } = await judge(output, {}, { images: [first, { data: dataUri() }] });
      expect(score === expected, output.slice(0, 30)).toBe(isChosen);
    }
  });

  it('may be asked about by a prompt of the package', async () => {
    const { pass, reason } = await judge(path, { prompt: 'two-level' });
    expect(pass).toBe(true);
    expect(reason).toMatch(/^quality 0\.\d{3} from one image \(computed\)$/);
  });

  it("is asked about anew under promptfoo's --no-cache", async () => {
    const server = await startOpenaiServer();
    const asked = {
      ...{ judge: 'openai:test', judgeOptions: { baseUrl: server.baseUrl } },
      prompt: 'two-level',
    };
    vi.stubEnv('PROMPTFOO_IQA_STORE', join(folder, 'answers.sqlite'));
    const requests: number[] = [];
    for (const cache of ['true', 'true', 'false']) {
      vi.stubEnv('PROMPTFOO_CACHE_ENABLED', cache);
      const { pass, reason } = await judge(path, asked);
      expect(pass, reason).toBe(true);
      requests.push(server.requests.length);
      // As after an evaluation.
      await closeScorers();
    }
    vi.stubEnv('PROMPTFOO_CACHE_ENABLED', '');
    await server.close();
    expect(requests).toEqual([1, 1, 2]);
  });

  it('has a budget in each evaluation', async () => {
    const server = await startOpenaiServer();
    vi.stubEnv('PROMPTFOO_IQA_STORE', join(folder, 'budget.sqlite'));
    const asked = {
      judge: 'openai:priced',
      // The question has 900 tokens, so that there is money for one in each evaluation.
      judgeOptions: {
        baseUrl: server.baseUrl,
        price: { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 0 },
      },
      ...{ prompt: 'two-level', budgetUsd: 0.0015 },
    };
    vi.stubEnv('PROMPTFOO_CACHE_ENABLED', 'false');
    const reasons: string[] = [];
    for (let evaluation = 0; evaluation < 3; evaluation++) {
      reasons.push((await judge(path, asked)).reason);
      await closeScorers();
    }
    reasons.push((await judge(path, asked)).reason);
    const other = await rawInput(picture(170, 120)).png().toBuffer();
    const beyond = await judge(`data:image/png;base64,${other.toString('base64')}`, asked);
    vi.stubEnv('PROMPTFOO_CACHE_ENABLED', '');
    await server.close();
    for (const reason of reasons) expect(reason).toMatch(/^quality /);
    expect(beyond.reason).toMatch(/budget/);
  });

  it.each<[string, unknown, object, RegExp]>([
    ['a text', 'I cannot draw that.', {}, /holds no picture \(it begins "I cannot draw/],
    ['nothing', '', {}, /holds no picture \(it is empty\)/],
    ['an object without one', { url: 'x' }, {}, /no text, but \{"url":"x"\}.*options\.transform/],
    ['a file that is not there', 'absent.png', {}, /absent\.png.*no such file/],
    [
      'a file, where none is allowed',
      'a.png',
      { allowFiles: false },
      /names a file .*allowFiles: true/,
    ],
    [
      "a path that looks like promptfoo's store, where no file is allowed",
      '![x](promptfoo://blob/../../../a.png)',
      { allowFiles: false },
      /names a file \("promptfoo:\/\/blob\/\.\./,
    ],
    ['control characters', 'I\u001b[2J cannot', {}, /begins "I\\u001b\[2J cannot"/],
    ['an address', 'https://example.com/a.png', {}, /allowRemoteImages/],
    [
      'a picture that the store lacks',
      `promptfoo://blob/${'0'.repeat(64)}`,
      {},
      /promptfoo's store has no picture 0000/,
    ],
    ['no judge that is known', 'a.png', { judge: 'statstical' }, /unknown judge/],
    ['a key that is none', 'a.png', { jugde: 'x' }, /unknown key "jugde", did you mean "judge"/],
    ['an own key that is none', 'a.png', { mim: 0.5 }, /unknown key "mim", did you mean "min"/],
    [
      'a min above max',
      'a.png',
      { min: 0.9, max: 0.1 },
      /min is above max, so that no score passes/,
    ],
    ['no prompt', 'a.png', { prompt: undefined }, /prompt/],
  ])('fails with the reason for %s', async (_, output, config, reason) => {
    const given = output === 'a.png' ? path : output;
    const result = await judge(given, config);
    expect(result).toMatchObject({ pass: false, score: 0 });
    expect(result.reason).toMatch(reason);
  });
});
