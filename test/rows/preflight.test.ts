import { expect, it } from 'vitest';
import { anchorProblem } from '../../src/rows/anchor-problem.ts';
import { preflight } from '../../src/rows/preflight.ts';

const PROMPT = {
  raw: JSON.stringify({
    condition: 'none',
    quality: { content: 'Good or poor?', choices: { good: 1, poor: 0 } },
  }),
  label: 'two-level',
};
const PAIRS = [{ vars: { first: 'a.png', second: 'b.png' } }];
const ROWS = ['a.png', 'b.png', 'c.png'].map((image) => ({ vars: { image } }));

/** A judge that tells what it was asked beforehand, and rows of which each lacks so many answers. */
function entry(calls: readonly number[], problem?: string) {
  const heard: string[] = [];
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
    },
    rows: {
      estimate: async () => ({
        calls: calls[row++ % calls.length]!,
        known: 0,
        inputTokens: 0,
        outputTokens: 0,
        costUsd: 0,
      }),
    },
  };
}

const run = { prompts: [PROMPT], rows: ROWS } as const;

it('a judge gets ready where something will be asked', async () => {
  const given = entry([2, 0, 3]);
  expect(await preflight(given, run)).toEqual({ problems: [] });
  expect(given.heard).toEqual(['ready?']);
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

it('refuses a label under which numbers of no model would pass for those of one', async () => {
  const { judge, ...rest } = entry([1]);
  const simulated = { ...rest, judge: { id: 'simulated', notice: 'simulated, no model' } };
  const run = { prompts: [PROMPT], rows: ROWS };
  const problemsOf = async (label: string | undefined) =>
    (await preflight({ ...simulated, label }, run)).problems;
  expect(await problemsOf('simulated, 8 samples')).toEqual([]);
  expect(await problemsOf('gpt-9')).toEqual([expect.stringContaining('the label "gpt-9"')]);
  expect(await problemsOf(undefined)).toEqual([expect.stringContaining('has no label')]);
  expect((await preflight({ ...rest, judge, label: 'gpt-9' }, run)).problems).toEqual([]);
});

it('says before the first row that a prompt compares images and does not say with which', async () => {
  const quality = { content: 'Which?', choices: { first: 1, second: 0 } };
  const problemsOf = async (more: object, rows: { vars: Record<string, string> }[] = ROWS) => {
    const raw = JSON.stringify({ condition: 'pair', quality, ...more });
    return (await preflight(entry([1]), { rows, prompts: [{ raw, label: 'pair' }] })).problems;
  };
  expect(await problemsOf({})).toEqual([
    'prompt pair: the prompt compares images, and does not say with which; add anchors to the prompt file',
  ]);
  expect(await problemsOf({ anchors: { images: ['a.png'] } })).toEqual([]);
  expect(await problemsOf({}, [{ vars: { first: 'a.png', second: 'b.png' } }])).toEqual([]);
});

const anchored = (anchors: object) => ({
  raw: JSON.stringify({
    ...{ condition: 'pair', anchors },
    quality: { content: ['first', 'second', 'Which?'], choices: { first: 1, second: 0 } },
  }),
  label: 'mine',
});

it.each<[string, object, readonly object[], string[]]>([
  [
    'a listed anchor that is not there',
    { images: ['nowhere/x.png'] },
    ROWS,
    ['prompt mine: anchors.images: image "nowhere/x.png": no such file'],
  ],
  [
    'a data set with too few images',
    { dataset: { format: 'few' }, count: 2 },
    ROWS,
    [
      'prompt mine: anchors: the data set few has 2 images with a readable score, and more than anchors.count 2 are needed',
    ],
  ],
  [
    'groups that the rows have',
    { dataset: { format: 'few' }, count: 1 },
    [{ vars: { image: 'b.png', group: 7 } }],
    [
      'prompt mine: anchors: the data set few lists b.png without its group, which is 7 in this run; versions of an image could be its anchors, so set group in anchors.dataset.config as under tests',
    ],
  ],
  [
    'groups of other images',
    { dataset: { format: 'few' }, count: 1 },
    [{ vars: { image: 'other/b.png', group: 'g' } }, { vars: { image: 'a.png', group: '' } }],
    [],
  ],
  ['a data set with enough', { dataset: { format: 'few' }, count: 1 }, ROWS, []],
  ['an anchor that is not there and nobody needs', { images: ['nowhere/x.png'] }, PAIRS, []],
])('says before the first row what anchors lack: %s', async (_, anchors, rows, expected) => {
  const given = entry([0]);
  const load = async () =>
    ['a.png', 'b.png', 'c.png'].map((image, index) => ({
      vars: { image, mos: index === 2 ? 'n/a' : index },
      metadata: {},
    }));
  const { problems } = await preflight(
    {
      ...given,
      rows: {
        ...given.rows,
        anchorProblem: (settings, run) =>
          anchorProblem(settings, run, { config: { allowRemoteImages: false }, load }),
      },
    },
    { prompts: [anchored(anchors)], rows: rows as typeof ROWS },
  );
  expect(problems).toHaveLength(expected.length);
  for (const [index, text] of expected.entries()) expect(problems[index]).toContain(text);
});

it('says once that a judge which rates the quality alone answers no further dimensions', async () => {
  const { rows, config } = entry([1]);
  const quality = { content: 'Good or poor?', choices: { good: 1, poor: 0 } };
  const prompt = { condition: 'none', dimensions: ['sharpness', 'noise'], quality };
  const run = { prompts: [{ raw: JSON.stringify(prompt), label: 'further' }], rows: ROWS };
  const problemsOf = async (judge: { id: string; ratesQualityAlone?: true }) =>
    (await preflight({ rows, config, judge }, run)).problems;
  expect(await problemsOf({ id: 'statistical', ratesQualityAlone: true })).toEqual([
    expect.stringMatching(
      /further.*: dimensions: judge statistical rates the quality alone and says nothing about sharpness, noise; ask/,
    ),
  ]);
  expect(await problemsOf({ id: 'openai:gpt-4.1' })).toEqual([]);
});

it('refuses a prompt that no row of two images can be asked with, where all rows are such', async () => {
  const given = entry([1]);
  const pair = { content: 'Which is better?', choices: { first: 1, second: 0 } };
  const similarity = { content: 'The same?', choices: { yes: 1, no: 0 } };
  const promptOf = (value: object) => ({ raw: JSON.stringify(value), label: 'mine' });
  const problemsOf = async (value: object, rows: (typeof PAIRS | typeof ROWS)[number][]) =>
    (await preflight(given, { prompts: [promptOf(value)], rows })).problems;
  const alone = JSON.parse(PROMPT.raw);
  expect(await problemsOf(alone, PAIRS)).toEqual([
    expect.stringMatching(/^prompt mine: the prompt rates one image at a time/),
  ]);
  const prior = { condition: 'pair', prior: 'degraded', quality: pair, similarity };
  expect(await problemsOf(prior, PAIRS)).toEqual([
    expect.stringMatching(/^prompt mine: the prompt shows a degraded copy/),
  ]);
  expect(await problemsOf({ condition: 'pair', quality: pair }, PAIRS)).toEqual([]);
  expect(await problemsOf(alone, [...PAIRS, ...ROWS])).toEqual([]);
});
