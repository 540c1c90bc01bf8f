import { describe, expect, it } from 'vitest';
import { createAnthropicJudge } from '../../src/judges/anthropic.ts';
import { estimateImageTokens, estimateUsage } from '../../src/judges/estimate-tokens.ts';
import { createGoogleJudge } from '../../src/judges/google.ts';
import type { Judge } from '../../src/judges/judge.ts';
import { createOpenaiJudge } from '../../src/judges/openai.ts';
import { createPromptfooJudge } from '../../src/judges/promptfoo.ts';
import { judgeOptions } from './options.ts';

const square = (side: number) => ({ width: side, height: side });

describe('the estimated tokens of an image', () => {
  it.each([
    ['openai:gpt-6', 512, 310],
    ['openai:gpt-6', 1024, 1230],
    ['anthropic:claude-sonnet-5-5', 512, 440],
    ['anthropic:claude-sonnet-5-5', 1024, 1450],
    ['promptfoo:google:gemini-3-pro', 512, 1090],
    ['promptfoo:bedrock:us.anthropic.claude-opus-5', 1024, 1450],
  ])('for %s at %d pixels a side are %d, as measured', (judge, side, tokens) => {
    expect(estimateImageTokens(judge, square(side))).toBeCloseTo(tokens, 6);
  });

  it('lie between those of the sizes beside it', () => {
    const tokens = estimateImageTokens('openai:gpt-6', square(724));
    expect(tokens).toBeGreaterThan(310);
    expect(tokens).toBeLessThan(1230);
  });

  it('are those of the vendor that needs most for a model of none of them', () => {
    expect(estimateImageTokens('openai:Qwen/Qwen3-VL-8B', square(1024))).toBe(1450);
  });
});

describe('the estimated usage of a question', () => {
  const question = {
    choices: [],
    content: [{ image: 0 }, { image: 1 }, { text: 'x'.repeat(400) }],
  };

  it('adds up images and text', () => {
    const usage = estimateUsage({ id: 'openai:gpt-6' }, question, [square(512), square(512)]);
    expect(usage.inputTokens).toBeGreaterThanOrEqual(2 * 310 + 100);
    expect(usage.inputTokens).toBeLessThan(2 * 310 + 100 + 50);
    expect(usage.outputTokens).toBeGreaterThan(0);
  });

  it('counts every request of an answer', () => {
    const one = estimateUsage({ id: 'openai:gpt-6' }, question, [square(512)]);
    const judge = { id: 'openai:gpt-6', requestsFor: () => ({ requests: 4, replies: 8 }) };
    const four = estimateUsage(judge, question, [square(512)]);
    expect(four.inputTokens).toBe(4 * one.inputTokens);
    expect(four.outputTokens).toBe(8 * one.outputTokens);
  });
});

describe("the estimated tokens of Google's images", () => {
  it.each([
    ['gemini-3-flash', {}, 1090],
    ['gemini-3-flash', { mediaResolution: 'low' }, 280],
    ['gemini-3-flash', { mediaResolution: 'medium' }, 560],
    ['gemini-3-flash', { mediaResolution: 'ultra_high' }, 2240],
    ['gemini-2.5-flash', { mediaResolution: 'low' }, 64],
  ])('of %s with %o are %d each', (model, options, tokens) => {
    const judge = createGoogleJudge(model, judgeOptions({ samples: 1, ...options }));
    const usage = (images: number) =>
      estimateUsage(
        judge,
        { choices: [], content: [{ text: 'x' }] },
        Array.from({ length: images }, () => square(1024)),
      ).inputTokens;
    expect(usage(2) - usage(1)).toBeCloseTo(tokens, 0);
  });
});

describe("the estimated thoughts of Google's models", () => {
  it.each([
    ['gemini-2.5-flash', {}, 0],
    ['gemini-2.5-pro', {}, 128],
    ['gemini-2.5-pro', { effort: 'low' }, 1024],
    ['gemini-3-pro', { thinkingBudget: 200 }, 200],
  ])('of %s with %o are %d tokens a reply at most', (model, options, tokens) => {
    const output = (judge: Judge) =>
      estimateUsage(judge, { choices: [], content: [{ text: 'x' }] }, []).outputTokens;
    const judge = createGoogleJudge(
      model,
      judgeOptions({ samples: 4, probabilities: 'samples', ...options }),
    );
    const words = createOpenaiJudge('m', judgeOptions({ samples: 4, probabilities: 'samples' }));
    expect(output(judge) - output(words)).toBe(4 * tokens);
  });
});

describe('the requests that an answer takes', () => {
  const options = judgeOptions({ samples: 5 });

  it.each([
    ['one, for token probabilities', createOpenaiJudge('gpt-4.1', options), 1, 1],
    [
      'one, where an endpoint gives several samples at once',
      createOpenaiJudge('gpt-4.1', judgeOptions({ samples: 5, probabilities: 'samples' })),
      1,
      5,
    ],
    [
      'as many as it takes to get the samples',
      createOpenaiJudge(
        'gpt-4.1',
        judgeOptions({ samples: 5, probabilities: 'samples', samplesPerRequest: 2 }),
      ),
      3,
      5,
    ],
    [
      'as many as Google gives samples at once',
      createGoogleJudge('gemini-2.5-flash', judgeOptions({ samples: 12 })),
      2,
      12,
    ],
    [
      'one a sample of Gemini 3 at AI Studio',
      createGoogleJudge('gemini-3.5-flash', judgeOptions({ samples: 12 })),
      12,
      12,
    ],
    ['one a sample', createAnthropicJudge('claude-opus-4-6', options), 5, 5],
    [
      'one a sample, through promptfoo',
      createPromptfooJudge('google:gemini-3-pro', options, ''),
      5,
      5,
    ],
  ])('are %s', (_, judge, requests, replies) => {
    expect(judge.requestsFor?.({ choices: [] })).toEqual({ requests, replies });
  });

  it('are one for a rating by digit tokens, and those of samples where its answers are no list', () => {
    const judge = createOpenaiJudge('gpt-4.1', judgeOptions({ samples: 5, samplesPerRequest: 1 }));
    expect(judge.requestsFor?.({ scale: { min: 1, max: 5 } })).toEqual({ requests: 1, replies: 1 });
    expect(judge.requestsFor?.({ scale: { min: 0, max: 1 } })).toEqual({ requests: 5, replies: 5 });
  });
});
