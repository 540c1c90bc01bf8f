import { describe, expect, it, vi } from 'vitest';
import { checkedJudge } from '../../src/judges/checked-judge.ts';
import type { Judge } from '../../src/judges/judge.ts';
import { judgeOptionsSchema } from '../../src/judges/judge-options.ts';
import { priceOf } from '../../src/judges/price.ts';
import { qualityQuestion } from './questions.ts';

const price = (id: string, options: object = {}, isFree?: true) =>
  priceOf({ id, ...(isFree && { isFree }) }, judgeOptionsSchema.parse(options));

const MILLION = { inputTokens: 1e6, outputTokens: 0 };

describe('the price of a judge', () => {
  it.each([
    ['openai:gpt-4.1', {}, 2],
    ['openai:gpt-4.1-2025-04-14', {}, 2],
    ['anthropic:claude-sonnet-4-5', {}, 3],
    ['google:gemini-2.5-flash', {}, 0.3],
    ['google:gemini-2.5-flash', { vertex: { project: 'p', location: 'europe-west4' } }, 0.3],
    ['promptfoo:openai:chat:gpt-4.1', {}, 2],
    ['promptfoo:google:gemini-2.5-flash', {}, 0.3],
    ['openai:openai/gpt-4.1', { baseUrl: 'https://openrouter.ai/api/v1' }, 2],
  ])('%s %o is listed: a million input tokens cost %d dollars', (judge, options, usd) => {
    const { costUsd, source } = price(judge, options);
    expect(costUsd({ ...MILLION, inputTokens: 1000 })).toBeCloseTo(usd / 1000, 6);
    expect(source).toMatch(/^\w+ \S+/);
  });

  it.each([
    ['openai:a-model-nobody-knows', {}],
    ['openai:gpt-4.1', { baseUrl: 'http://127.0.0.1:8000/v1' }],
    ['promptfoo:file://my-provider.js', {}],
    ['promptfoo:echo', {}],
  ])('%s %o is unknown, and never 0', (judge, options) => {
    const { costUsd, source } = price(judge, options);
    expect(costUsd(MILLION)).toBeUndefined();
    expect(source).toBeUndefined();
  });

  it('is not the price of the vendor where the environment names another endpoint', () => {
    vi.stubEnv('ANTHROPIC_BASE_URL', 'http://127.0.0.1:8000');
    try {
      expect(price('anthropic:claude-sonnet-4-5').source).toBeUndefined();
      vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:8000/v1');
      expect(price('openai:gpt-4.1').source).toBeUndefined();
      vi.stubEnv('OPENAI_BASE_URL', 'https://api.openai.com/v1');
      expect(price('openai:gpt-4.1').source).toBe('openai gpt-4.1');
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('is what the configuration says, where it says one', () => {
    const { costUsd, source } = price('openai:gpt-4.1', {
      price: {
        inputUsdPerMillionTokens: 10,
        outputUsdPerMillionTokens: 40,
        cachedInputUsdPerMillionTokens: 1,
      },
    });
    expect(costUsd({ inputTokens: 1000, outputTokens: 10, cachedInputTokens: 400 })).toBeCloseTo(
      (600 * 10 + 400 * 1 + 10 * 40) / 1e6,
      12,
    );
    expect(source).toBe('judgeOptions.price');
  });

  it.each([
    [undefined, 12.5],
    [20, 20],
  ])('counts writing a prompt cache, configured at %s', (cacheWriteUsdPerMillionTokens, each) => {
    const { costUsd } = price('anthropic:claude-x', {
      price: {
        inputUsdPerMillionTokens: 10,
        outputUsdPerMillionTokens: 40,
        ...(cacheWriteUsdPerMillionTokens && { cacheWriteUsdPerMillionTokens }),
      },
    });
    expect(costUsd({ inputTokens: 1000, outputTokens: 0, cacheWriteTokens: 400 })).toBeCloseTo(
      (600 * 10 + 400 * each) / 1e6,
      12,
    );
  });

  it('counts what a prompt cache reads and writes at its own prices', () => {
    const { costUsd } = price('anthropic:claude-sonnet-4-5');
    const usage = { inputTokens: 3000, outputTokens: 0 };
    // Sonnet: 3 dollars a million, written at 1.25 times and read at 0.1 times that.
    expect(costUsd({ ...usage, cachedInputTokens: 2000, cacheWriteTokens: 500 })).toBeCloseTo(
      (500 * 3 + 2000 * 0.3 + 500 * 3.75) / 1e6,
      12,
    );
  });

  it('is that of each request by itself, where long ones cost more', async () => {
    const usage = { inputTokens: 300_000, outputTokens: 100 };
    const asked = { probabilities: 'auto', reply: 'constrained', requests: 100 } as const;
    const given = {
      source: 'samples',
      samples: 100,
      latencyMs: 1,
      model: 'x',
      reused: false,
    } as const;
    const judge: Judge = {
      id: 'anthropic:claude-sonnet-4-5',
      kind: 'network',
      usesStore: true,
      defaultMaxConcurrency: 1,
      ask: async () => ({ ...given, probabilities: [1, 0], asked, usage }),
    };
    const { costUsd } = price('anthropic:claude-sonnet-4-5');
    const answer = await checkedJudge(judge, 1, costUsd).ask(qualityQuestion([]), {});
    const one = costUsd({ inputTokens: 3000, outputTokens: 1 }) ?? Number.NaN;
    expect(answer.costUsd).toBeCloseTo(100 * one, 9);
    expect(costUsd(usage)).toBeGreaterThan(150 * one);
  });
});
