import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallApiContextParams } from 'promptfoo';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import DebiasedProvider from '../../providers/debiased.ts';
import { rawInput } from '../../src/images/resize.ts';
import { sharedPixelPool } from '../../src/method/pixel-pool.ts';
import { picture } from '../images/pictures.ts';
import { type OpenaiServer, startOpenaiServer } from '../servers/openai.ts';

let folder = '';
let server: OpenaiServer;
let stores = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-rerun-'));
  const png = await rawInput(picture(160, 120)).png().toBuffer();
  await writeFile(join(folder, 'a.png'), png);
  server = await startOpenaiServer();
});
beforeEach(() => {
  stores += 1;
  vi.stubEnv('PROMPTFOO_CONFIG_DIR', folder);
  vi.stubEnv('PROMPTFOO_IQA_STORE', join(folder, `answers-${stores}.sqlite`));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  server.requests.length = 0;
});
afterAll(async () => {
  await server.close();
  await sharedPixelPool.close();
  await rm(folder, { recursive: true });
});

const QDEBIAS = {
  condition: 'degraded',
  quality: { content: 'Good or poor?', choices: { good: 1, poor: 0 } },
  similarity: { content: 'The same?', choices: { Yes: 1, No: 0 } },
};
const { similarity: _, ...QUALITY_ONLY } = QDEBIAS;

/** Rates the image in a provider instance of its own, as a new run does. */
async function rate(config: object = {}, prompt: object = QDEBIAS, context: object = {}) {
  const provider = new DebiasedProvider({
    id: 'x',
    config: {
      judge: 'openai:test',
      judgeOptions: {
        baseUrl: server.baseUrl,
        ...(config as { judgeOptions?: object }).judgeOptions,
      },
      preview: 'all',
    },
  });
  const text = JSON.stringify(prompt);
  const vars = { image: join(folder, 'a.png'), mos: 1, dataset: 'd' };
  return provider.callApi(text, {
    vars,
    prompt: { raw: text, label: 'prompts/x.yaml' },
    evaluationId: 'first',
    repeatIndex: 0,
    testIdx: 0,
    ...context,
  } as CallApiContextParams);
}

/** Pixel work done so far. */
function watchPixels(): string[] {
  const tasks: string[] = [];
  const run = sharedPixelPool.run;
  vi.spyOn(sharedPixelPool, 'run').mockImplementation((task, args, options) => {
    tasks.push(task);
    return run(task, args, options);
  });
  return tasks;
}

describe('a rerun from the answer store', () => {
  it('asks, decodes and degrades nothing, and gives the same result with its picture', async () => {
    const first = await rate();
    expect(first.error).toBeUndefined();
    expect(server.requests).toHaveLength(8);
    expect(first.images).toHaveLength(1);
    expect(first.metadata?.cost).toEqual({ costUsd: null, paidUsd: null, asked: 8, reused: 0 });

    const tasks = watchPixels();
    const second = await rate({}, QDEBIAS, { evaluationId: 'second' });
    expect(server.requests).toHaveLength(8);
    expect(tasks).toEqual([]);
    expect(second.output).toEqual(first.output);
    expect(second.images).toEqual(first.images);
    expect(second.metadata?.imageFile).toEqual(first.metadata?.imageFile);
    expect(second.metadata?.cost).toEqual({ costUsd: null, paidUsd: 0, asked: 0, reused: 8 });
    expect(second.cost).toBe(0);
  });

  it('with one question less asks nothing', async () => {
    await rate();
    await rate({}, QUALITY_ONLY);
    expect(server.requests).toHaveLength(8);
  });

  it('with a changed question asks that one only', async () => {
    await rate();
    const changed = { ...QDEBIAS, similarity: { ...QDEBIAS.similarity, content: 'One object?' } };
    await rate({}, changed);
    expect(server.requests).toHaveLength(8 + 4);
  });

  it('with more samples asks only those', async () => {
    const samples = (n: number) => ({
      judgeOptions: {
        probabilities: 'samples',
        samples: n,
        capabilities: { severalSamples: false },
      },
    });
    const { metadata } = await rate(samples(2), QUALITY_ONLY);
    expect(server.requests).toHaveLength(4 * 2);
    const more = await rate(samples(5), QUALITY_ONLY);
    expect(server.requests).toHaveLength(4 * 5);
    expect(metadata?.answers[0]).toMatchObject({ source: 'samples', samples: 2 });
    expect(more.metadata?.answers[0]).toMatchObject({ source: 'samples', samples: 5 });
  });

  it('of another repetition asks anew', async () => {
    await rate();
    await rate({}, QDEBIAS, { repeatIndex: 1 });
    expect(server.requests).toHaveLength(16);
  });

  it('knows the cost where there is a price', async () => {
    const price = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 2 };
    const { metadata, cost } = await rate({ judgeOptions: { price } });
    // The server counts 900 tokens and 1.
    const usd = (8 * (900 * 1 + 1 * 2)) / 1e6;
    expect(cost).toBeCloseTo(usd, 12);
    expect(metadata?.cost).toMatchObject({ asked: 8, reused: 0 });
    expect(metadata?.cost.costUsd).toBeCloseTo(usd, 12);
  });
});

describe('columns that need the same answers at the same time', () => {
  it('cause one call each', async () => {
    const [first, second, third] = await Promise.all([rate(), rate(), rate({}, QUALITY_ONLY)]);
    expect(server.requests).toHaveLength(8);
    expect(second?.output).toEqual(first?.output);
    expect(third?.output.conditions.map(({ quality }: { quality: number }) => quality)).toEqual(
      first?.output.conditions.map(({ quality }: { quality: number }) => quality),
    );
    const asked = [first, second, third].map((row) => row?.metadata?.cost.asked);
    expect(asked.reduce((sum, n) => sum + n, 0)).toBe(8);
  });
});
