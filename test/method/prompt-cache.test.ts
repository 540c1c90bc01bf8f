import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import DebiasedProvider from '../../providers/debiased.ts';
import { rawInput } from '../../src/images/resize.ts';
import type { Answer } from '../../src/judges/answer.ts';
import { sharedPixelPool } from '../../src/method/pixel-pool.ts';
import { picture } from '../images/pictures.ts';
import { startAnthropicServer } from '../servers/anthropic.ts';
import type { LocalServer } from '../servers/server.ts';

let folder = '';
let server: LocalServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-prompt-cache-'));
  await writeFile(join(folder, 'a.png'), await rawInput(picture(160, 120)).png().toBuffer());
  server = await startAnthropicServer();
});
afterEach(() => vi.unstubAllEnvs());
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

describe('the prompt cache of a vendor', () => {
  it('is written once for each question about a pair of images, and read by its other samples', async () => {
    vi.stubEnv('PROMPTFOO_CONFIG_DIR', folder);
    const provider = new DebiasedProvider({
      id: 'x',
      config: {
        judge: 'anthropic:claude-test',
        judgeOptions: { baseUrl: server.url, samples: 3 },
        preview: 'none',
      },
    });
    const prompt = JSON.stringify(QDEBIAS);
    const { error, metadata } = await provider.callApi(prompt, {
      vars: { image: join(folder, 'a.png'), mos: 1, dataset: 'd' },
      prompt: { raw: prompt, label: 'prompts/x.yaml' },
      evaluationId: 'test',
      repeatIndex: 0,
      testIdx: 0,
    });
    expect(error).toBeUndefined();
    const answers: Answer[] = metadata?.answers;
    const sum = (field: 'cachedInputTokens' | 'cacheWriteTokens') =>
      answers.reduce((total, { usage }) => total + (usage?.[field] ?? 0), 0);
    // Four pairs of 1,000 tokens; two questions of three samples about each, each with choices of its own.
    expect(server.requests).toHaveLength(24);
    expect(sum('cacheWriteTokens')).toBe(8 * 1000);
    expect(sum('cachedInputTokens')).toBe(16 * 1000);
  });
});
