import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallApiContextParams } from 'promptfoo';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  ConfigError,
  createScorer,
  DebiasedProvider,
  degrade,
  ImageError,
  JudgeError,
  loadImage,
  scoreImage,
} from '../../index.ts';
import { rawInput } from '../../src/images/resize.ts';
import { picture } from '../images/pictures.ts';
import { type OpenaiServer, startOpenaiServer } from '../servers/openai.ts';

let folder = '';
let path = '';
let server: OpenaiServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-scorer-'));
  vi.stubEnv('PROMPTFOO_CONFIG_DIR', folder);
  vi.stubEnv('PROMPTFOO_IQA_STORE', join(folder, 'answers.sqlite'));
  path = join(folder, 'a.png');
  await writeFile(path, await rawInput(picture(160, 120)).png().toBuffer());
  server = await startOpenaiServer();
});
afterAll(async () => {
  await server.close();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const QDEBIAS = {
  condition: 'degraded',
  quality: { content: 'Good or poor?', choices: { good: 1, poor: 0 } },
  similarity: { content: 'The same?', choices: { Yes: 1, No: 0 } },
};

const byProvider = async (config: object) => {
  const provider = new DebiasedProvider({ id: 'x', config: { ...config, preview: 'none' } });
  const text = JSON.stringify(QDEBIAS);
  const { output } = await provider.callApi(text, {
    vars: { image: path, mos: 1 } as CallApiContextParams['vars'],
    prompt: { raw: text, label: 'x' },
  });
  await provider.cleanup();
  return output as { score: number };
};

describe('an image that a program scores', () => {
  it('has the score that the provider gives it, to the bit', async () => {
    const { score, conditions, image } = await scoreImage(path, {
      ...{ judge: 'statistical', prompt: QDEBIAS },
    });
    expect(score).toBe((await byProvider({ judge: 'statistical' })).score);
    expect(conditions).toHaveLength(4);
    expect(image).toMatchObject({ width: 160, height: 120 });
  });

  it('may be the bytes of a file, and its prompt a text', async () => {
    const bytes = new Uint8Array(await readFile(path));
    const { score } = await scoreImage(bytes, {
      judge: 'statistical',
      prompt: 'condition: none\nquality: { content: "?", choices: { good: 1, poor: 0 } }',
    });
    expect(score).toBeGreaterThanOrEqual(0);
    expect(score).toBeLessThanOrEqual(1);
  });

  it('shares its answers with evaluations: nothing is bought twice', async () => {
    const config = { judge: 'openai:test', judgeOptions: { baseUrl: server.baseUrl } };
    const scorer = createScorer({ ...config, prompt: QDEBIAS });
    const first = await scorer.score(path);
    expect(server.requests).toHaveLength(8);
    const again = await scorer.score(path);
    await scorer.close();
    expect((await byProvider(config)).score).toBe(first.score);
    expect(again.score).toBe(first.score);
    expect(server.requests).toHaveLength(8);
  });

  it('is asked about anew where kept answers do not count, once in a run', async () => {
    const config = { judge: 'openai:anew', judgeOptions: { baseUrl: server.baseUrl } };
    const scorer = createScorer({ ...config, prompt: QDEBIAS });
    const before = server.requests.length;
    await scorer.score(path);
    for (const run of ['first', 'first', 'second']) {
      await scorer.score(path, { run, mayUseKept: false });
    }
    await scorer.close();
    expect(server.requests.length - before).toBe(3 * 8);
  });

  it('is estimated to cost nothing where all replies are kept, though they are no answer', async () => {
    const estimated = async (judgeOptions: object) => {
      const scorer = createScorer({
        ...{ judge: 'openai:kept', prompt: { condition: 'none', quality: QDEBIAS.quality } },
        judgeOptions: { baseUrl: server.baseUrl, ...judgeOptions },
      });
      const { calls, known } = await scorer.estimate([path]);
      const before = server.requests.length;
      const outcome = await scorer.score(path).then(
        () => 'score',
        () => 'error',
      );
      await scorer.close();
      return { calls, known, requests: server.requests.length - before, outcome };
    };
    // 0.96 of the probability lies on the choices.
    const tooHigh = { minCoveredMass: 0.99 };
    expect(await estimated(tooHigh)).toEqual({ calls: 1, known: 0, requests: 1, outcome: 'error' });
    expect(await estimated(tooHigh)).toEqual({ calls: 0, known: 1, requests: 0, outcome: 'error' });
    // Lowered, they are an answer.
    expect(await estimated({})).toEqual({ calls: 0, known: 1, requests: 0, outcome: 'score' });
    // Drawn, they are other replies.
    expect(await estimated({ probabilities: 'samples', samples: 4, samplesPerRequest: 4 })).toEqual(
      {
        ...{ calls: 1, known: 0, requests: 1, outcome: 'score' },
      },
    );
  });

  it('is estimated to be asked again where samples are kept of which too many are no answer', async () => {
    const wrong = await startOpenaiServer({
      reply: (body) => ({
        status: 200,
        body: {
          ...{
            id: randomUUID(),
            model: body.model,
            usage: { prompt_tokens: 9, completion_tokens: 9 },
          },
          choices: Array.from({ length: body.n ?? 1 }, (_, index) => ({
            ...{ index, finish_reason: 'stop', message: { content: 'neither' } },
          })),
        },
      }),
    });
    const ask = async () => {
      const scorer = createScorer({
        ...{ judge: 'openai:never', prompt: { condition: 'none', quality: QDEBIAS.quality } },
        judgeOptions: { baseUrl: wrong.baseUrl, probabilities: 'samples', samples: 4 },
      });
      const { calls } = await scorer.estimate([path]);
      const before = wrong.requests.length;
      await expect(scorer.score(path)).rejects.toThrow('4 of 4 sampled answers were not one of');
      await scorer.close();
      return { calls, requests: wrong.requests.length - before };
    };
    expect(await ask()).toEqual({ calls: 1, requests: 1 });
    expect(await ask()).toEqual({ calls: 1, requests: 1 });
    await wrong.close();
  });

  it('may name a prompt of the package, or a prompt file', async () => {
    const files = ['qdebias', new URL('../../prompts/qdebias.yaml', import.meta.url).pathname];
    const text = await readFile(files[1]!, 'utf8');
    const scorers = [...files, text].map((prompt) =>
      createScorer({ judge: 'statistical', prompt }),
    );
    expect(scorers.map(({ promptText }) => JSON.parse(promptText).condition)).toEqual(
      Array(3).fill('degraded'),
    );
    expect(new Set(scorers.map(({ promptText }) => promptText)).size).toBe(1);
    await Promise.all(scorers.map((scorer) => scorer.close()));
  });

  it('is refused by a ConfigError where its prompt is none', async () => {
    await writeFile(join(folder, 'broken.yaml'), 'condition: none\nquality: [\n');
    for (const [prompt, reason] of [
      ['qdebais', /^prompt: "qdebais" is no prompt of the package .*; did you mean "qdebias"/],
      ['condition: [', /^prompt: Flow sequence .* at line 1, column 13; mend the YAML$/],
      [join(folder, 'broken.yaml'), /^prompt ".*broken\.yaml": .* at line 3, column 1; mend/],
      [join(folder, 'none.yaml'), /^prompt: ENOENT/],
    ] as const) {
      const made = () => createScorer({ judge: 'statistical', prompt });
      expect(made).toThrow(ConfigError);
      expect(made).toThrow(reason);
    }
  });

  it('fails with an error of the class that the documents name', async () => {
    const text = join(folder, 'text.png');
    await writeFile(text, 'hello');
    const failing = (source: string, judge: string, prompt: string) =>
      scoreImage(source, { judge, prompt }).catch((error: unknown) => error);
    // The file is decoded on a worker thread.
    const notDecoded = await failing(text, 'statistical', 'two-level');
    expect(notDecoded).toBeInstanceOf(ImageError);
    expect(notDecoded).toMatchObject({
      name: 'ImageError',
      message: expect.stringMatching(/^image ".*text\.png": this is a text file, not an image/),
    });
    vi.stubEnv('OPENAI_API_KEY', '');
    expect(await failing(path, 'openai:gpt-4.1', 'two-level')).toBeInstanceOf(JudgeError);
    const several = await failing(path, 'openai:gpt-4.1', 'qdebias');
    expect((several as Error).message).toContain('4 of 4 conditions failed');
    expect((several as Error).cause).toBeInstanceOf(JudgeError);
  });

  it.each<[string, object, RegExp]>([
    ['a judge that is none', { judge: 'statstical' }, /unknown judge "statstical"/],
    ['a key that is none', { judge: 'statistical', jugde: 1 }, /options/],
    ['a prompt with a template', { judge: 'statistical', prompt: { a: '{{b}}' } }, /template/],
  ])('is refused with %s', async (_, options, reason) => {
    const given = { prompt: QDEBIAS, ...options } as unknown as Parameters<typeof scoreImage>[1];
    await expect(scoreImage(path, given)).rejects.toThrow(reason);
  });

  it('has names that the compiler checks', async () => {
    const image = await loadImage(path);
    // @ts-expect-error: no such degradation
    expect(() => degrade(image, 'fogg', 3, { seed: 0 })).toThrow(/did you mean "fog"/);
    // @ts-expect-error: severities go from 1 to 5
    expect(() => degrade(image, 'fog', 6, { seed: 0 })).toThrow(/severity 6/);
  });
});
