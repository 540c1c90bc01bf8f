import { expect, it } from 'vitest';
import { preflight } from '../../providers/preflight.ts';

const PROMPT = {
  raw: JSON.stringify({
    condition: 'none',
    quality: { content: 'Good or poor?', choices: { good: 1, poor: 0 } },
  }),
  label: 'two-level',
};
const ROWS = ['a.png', 'b.png', 'c.png'].map((image) => ({ vars: { image } }));

/** A judge that tells what it was asked beforehand, and rows of which each lacks so many answers. */
function entry(calls: readonly number[], problem?: string) {
  const heard: (string | number)[] = [];
  let row = 0;
  return {
    heard,
    config: { skipWithoutKey: false },
    judge: {
      id: 'llama:m',
      whyNotReady: async () => {
        heard.push('ready?');
        return problem;
      },
      plan: (questions: number) => {
        heard.push(questions);
      },
    },
    rows: {
      estimate: async () => ({
        calls: calls[row++ % calls.length] as number,
        known: 0,
        inputTokens: 0,
        outputTokens: 0,
        costUsd: 0,
      }),
    },
  };
}

const run = { prompts: [PROMPT], rows: ROWS } as const;

it('a judge gets ready where something will be asked, and hears of how many questions', async () => {
  const given = entry([2, 0, 3]);
  expect(await preflight(given, run)).toEqual({ problems: [] });
  expect(given.heard).toEqual(['ready?', 5]);
});

it('a judge of which nothing will be asked is left alone', async () => {
  const given = entry([0]);
  expect(await preflight(given, run)).toEqual({ problems: [] });
  expect(given.heard).toEqual([]);
});

it('what a judge says that it lacks is a problem of the entry', async () => {
  const given = entry([1], 'judge llama:m: the model cannot see');
  expect(await preflight(given, run)).toEqual({
    problems: ['judge llama:m: the model cannot see'],
  });
  expect(given.heard).toEqual(['ready?']);
});

it('a judge does not get ready for a run that a broken prompt file ends', async () => {
  const given = entry([1]);
  const broken = { raw: '{"condition": "none"}', label: 'broken' };
  const { problems } = await preflight(given, { ...run, prompts: [PROMPT, broken] });
  expect(problems).toEqual([expect.stringMatching(/broken/)]);
  expect(given.heard).not.toContain('ready?');
});
