import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { Evaluation, Result } from '../../src/harness/result-schema.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { pairsCsv, preferencesCsv } from '../../src/report/exports/preferences-csv.ts';
import { leaderboard } from '../../src/report/printed-leaderboard.ts';
import { reportSchema } from '../../src/report/report-schema.ts';
import { mergeRuns } from '../../src/report/run/merge-runs.ts';
import { readRun } from '../../src/report/run/read-run.ts';
import { preferences } from '../../src/report/sections/preferences.ts';
import { evaluation, images } from './evaluations.ts';

const PICTURE = 'data:image/webp;base64,AAAA';

interface MadePair {
  share: number;
  probability: number | string;
  first?: string;
}

/** Results of one column over pairs of images of their own; a text is the row's error. */
const pairResults = (pairs: readonly MadePair[], from = 0): Result[] =>
  pairs.map(({ share, probability, first = '' }, i) => {
    const index = from + i;
    const [a, b] = [first || `a${index}.png`, `b${index}.png`];
    const said = { shownFirst: probability, shownSecond: probability, tie: 0 };
    return {
      ...{ promptIdx: 0, testIdx: index, success: true },
      provider: { id: 'file://providers/debiased.ts', label: 'model' },
      vars: { preview: 'data:image/webp;\nbase64,AAAA', preview2: '', first: a, second: b, share },
      testCase: { metadata: { iqaPair: true, dataset: 'p', iqaSource: { file: 'p', read: {} } } },
      response:
        typeof probability === 'string'
          ? { error: probability }
          : {
              output: {
                ...{ probability, ...said, positionBias: 0.1, isInconsistent: index === 0 },
                source: 'logprobs',
              },
              metadata: { imageFiles: { first: { sha256: a }, second: { sha256: b } } },
            },
    };
  });

const evaluationOf = (results: Result[]): Evaluation => ({
  evalId: 'eval-p',
  prompts: [{ raw: '{"condition":"pair"}', label: 'pair', provider: 'model' }],
  results,
});

/** 12 right, 4 wrong of which the second is the surest on both sides, 2 ties of people, 2 of the judge. */
const PAIRS: readonly MadePair[] = [
  ...Array.from({ length: 12 }, () => ({ share: 0.8, probability: 0.9 })),
  { share: 0.55, probability: 0.05 },
  { share: 0.95, probability: 0.1 },
  { share: 0.3, probability: 0.6 },
  { share: 0.6, probability: 0.45 },
  { share: 0.5, probability: 0.9 },
  { share: 0.5, probability: 0.2 },
  { share: 0.9, probability: 0.5 },
  { share: 0.1, probability: 0.5 },
];

const build = (run: Evaluation) =>
  buildReport(readRun(run), {
    draws: { draws: 500, seed: 0, confidence: 0.95 },
    disagreements: 3,
    files: [],
  });

describe('pairs that were repeated', () => {
  const priced = (results: Result[], costUsd: number): Result[] =>
    results.map((result) => ({
      ...result,
      response: {
        ...result.response,
        metadata: {
          ...result.response?.metadata,
          answers: [{ model: 'm', costUsd, reused: false, latencyMs: 1 }],
        },
      },
    }));
  const first = priced(pairResults(PAIRS), 0.001);
  // The second answers are other ones, and dearer.
  const second = priced(pairResults(PAIRS.map((pair) => ({ ...pair, probability: 0.5 }))), 0.002);
  const repeated = evaluationOf([
    ...first,
    ...second.map((result) => ({ ...result, testIdx: result.testIdx + PAIRS.length })),
  ]);

  it('cost what all repetitions cost, and are measured over the first', async () => {
    const [once, twice] = [evaluationOf(first), repeated].map(
      (run) => build(run).report.preferences[0],
    );
    const [single, double] = [once!.entries[0]!, twice!.entries[0]!];
    expect(single).toMatchObject({ repetitions: 0, calls: { bought: 20 } });
    expect(double).toMatchObject({ repetitions: 20, calls: { bought: 40 }, pairs: 20 });
    expect(single.cost.paidUsd).toBeCloseTo(0.02, 12);
    expect(double.cost).toMatchObject({ usd: expect.closeTo(0.06, 12), unpriced: 0 });
    expect(double.cost.paidUsd).toBeCloseTo(0.06, 12);
    expect(double.metrics).toEqual(single.metrics);
    expect(JSON.stringify(await preferences.blocks({ ...build(repeated), ...SHOWN }))).toContain(
      'repetitions cost',
    );
  });

  it('are counted once where outputs are joined', () => {
    const run = readRun(repeated);
    const joined = mergeRuns([
      { file: 'a', run },
      { file: 'b', run },
    ]);
    expect(joined.columns[0]?.pairRepetitions).toHaveLength(20);
  });
});

const SHOWN = {
  sheets: new Map(),
  pictures: new Map(),
  pairPictures: new Map(),
  renderPlot: async () => '',
};

describe('the report of a data set of pairs', () => {
  const findings = build(evaluationOf(pairResults(PAIRS)));
  const [report] = findings.report.preferences;
  const [entry] = report!.entries;

  it('has the metrics, the confusions and the worst pairs', () => {
    expect(reportSchema.parse(findings.report)).toEqual(findings.report);
    expect(findings.report.datasets).toEqual([]);
    expect(entry).toMatchObject({
      ...{ provider: 'model', prompt: 'pair', pairs: 20, answered: 20, inconsistent: 1 },
      confusion: {
        first: { first: 12, tie: 1, second: 3 },
        tie: { first: 1, tie: 0, second: 1 },
        second: { first: 1, tie: 1, second: 0 },
      },
      units: { count: 20, kind: 'connected sets of pairs' },
    });
    // 12 right and two ties of the judge at one half, of 18 on which people agree.
    expect(entry?.metrics.ACCURACY.estimate).toBeCloseTo(13 / 18, 12);
    expect(entry?.metrics.ACCURACY.low).toBeLessThan(13 / 18);
    expect(entry?.positionBias).toBeCloseTo(0.1, 12);
    expect(entry?.worst.map(({ first }) => first)).toEqual(['a13.png', 'a12.png', 'a14.png']);
  });

  it('shows them, with both pictures of the worst pairs', async () => {
    const row = findings.preferences[0]!.worst[0]![0]!;
    const content = {
      ...findings,
      sheets: new Map(),
      pictures: new Map(),
      pairPictures: new Map([[row, [PICTURE, { problem: 'the file is gone' }] as const]]),
      renderPlot: async () => '',
    };
    const blocks = await preferences.blocks(content);
    const shown = blocks.filter((block) => block.kind === 'picture');
    expect(shown).toHaveLength(6);
    expect(shown[0]).toMatchObject({ data: PICTURE });
    expect(shown[0]?.caption).toBe(
      '1. First: a13.png. 95 % of people prefer it; judge 0.10 (0.10 where it is shown first, 0.10 where second)',
    );
    expect(shown[1]).toMatchObject({ data: { problem: 'the file is gone' } });
    const tables = blocks.filter((block) => block.kind === 'table');
    expect(tables.at(-1)?.rows[0]).toEqual(['the first', '12', '1', '3']);
  });

  it('takes a thumbnail from the row where it has one', () => {
    expect(findings.preferences[0]?.worst[0]?.[0]?.pictures).toEqual([PICTURE, undefined]);
  });

  it('is printed after the run', () => {
    expect(leaderboard(findings.report)).toMatch(/p: pairs, agreement with people\n.*accuracy/);
    expect(leaderboard(findings.report)).toMatch(/model +pair +20 +0\.722 \[0\.\d+, 0\.\d+\]/);
  });

  it('says of which metrics an interval is missing, where not of all for one reason', () => {
    const few = [
      { share: 0.5, probability: 0.9 },
      { share: 0.5, probability: 0.4 },
      { share: 0.8, probability: 0.9 },
      { share: 0.7, probability: 0.2 },
    ];
    const lines = leaderboard(build(evaluationOf(pairResults(few))).report).split('\n');
    const needed = 'an interval needs at least 5 independent images or groups, there are';
    expect(lines).toContain(`  accuracy, weighted: ${needed} 2`);
    expect(lines).toContain(`  2AFC, kappa, log-likelihood: ${needed} 4`);
  });

  const SOME = [...PAIRS, { share: 0.7, probability: 'the judge was away' }];

  it('names rows without an answer, and has no figures over the others', () => {
    const { report } = build(evaluationOf(pairResults(SOME)));
    expect(report.preferences[0]?.entries[0]).toMatchObject({
      ...{ pairs: 21, answered: 20 },
      missing: [{ first: 'a20.png', second: 'b20.png', reason: 'the judge was away' }],
      metrics: {
        ACCURACY: {
          estimate: null,
          problem: '1 of 21 pairs have no answer, so there are no figures',
        },
        LOGLIK: { estimate: null },
      },
    });
    const printed = leaderboard(report);
    expect(printed).toMatch(/model +pair +20 of 21 +– /);
    expect(printed).toContain('1 pair has no answer: the judge was away');
  });

  it.each([
    [0.95, 13 / 18],
    [0.96, null],
  ])('has them as far as minCoverage %d of pair-agreement allows', (minCoverage, expected) => {
    const row: Result = {
      ...{ promptIdx: 0, testIdx: 99, success: true, vars: { dataset: 'p' } },
      provider: { id: 'file://providers/debiased.ts', label: 'model' },
      testCase: {
        metadata: {
          iqaCorrelation: { kind: 'pairs', dataset: 'p', several: false, rows: [], minCoverage },
        },
      },
      response: { output: 'answered', metadata: {} },
    };
    const { report } = build(evaluationOf([...pairResults(SOME), row]));
    const { estimate } = report.preferences[0]!.entries[0]!.metrics.ACCURACY;
    if (expected === null) expect(estimate).toBeNull();
    else expect(estimate).toBeCloseTo(expected, 12);
  });

  it('writes both as CSV, missing answers with their reason', () => {
    const some = build(evaluationOf(pairResults(SOME)));
    const columns: Record<string, string>[] = parse(preferencesCsv(findings), { columns: true });
    expect(columns).toEqual([
      expect.objectContaining({
        ...{ dataset: 'p', provider: 'model', prompt: 'pair', pairs: '20', answered: '20' },
        ...{ 'independent sets': '20', 'orders disagree': '1', problem: '' },
      }),
    ]);
    expect(Number(columns[0]?.ACCURACY)).toBeCloseTo(13 / 18, 12);
    expect(Number(columns[0]?.['LOGLIK high'])).toBeLessThan(0);
    const [lacking] = parse<Record<string, string>>(preferencesCsv(some), { columns: true });
    expect(lacking).toMatchObject({
      ACCURACY: '',
      problem: expect.stringMatching(/^1 of 21 pairs/),
    });
    const rows: Record<string, string>[] = parse(pairsCsv(some), { columns: true });
    expect(rows).toHaveLength(21);
    expect(rows[0]).toMatchObject({
      ...{ first: 'a0.png', second: 'b0.png', 'first sha256': 'a0.png', share: '0.8' },
      ...{ probability: '0.9', 'orders disagree': '1', probabilities: 'logprobs', error: '' },
    });
    expect(rows[20]).toMatchObject({ share: '0.7', probability: '', error: 'the judge was away' });
  });

  it('has no figures over two lists of one name, nor over a pair that stands twice', () => {
    const twice = [...pairResults(PAIRS), ...pairResults(PAIRS.slice(0, 1))];
    const turned = twice.at(-1)!;
    turned.testIdx = 20;
    turned.vars = { ...turned.vars, first: 'b0.png', second: 'a0.png' };
    const metricsOf = (results: Result[]) =>
      build(evaluationOf(results)).report.preferences[0]?.entries[0]?.metrics.ACCURACY;
    expect(metricsOf(twice)).toMatchObject({
      estimate: null,
      problem: expect.stringContaining('p has 1 pair more than once (a0.png | b0.png)'),
    });
    const lists = pairResults(PAIRS);
    lists[0]!.testCase.metadata!.iqaSource = { file: 'other.csv', read: {} };
    expect(metricsOf(lists)?.problem).toContain('two sources are called p: ');
  });

  it('leaves the figures of images in the same column as they are', () => {
    const column = { provider: 'model', prompt: 'pair', score: (_: object, i: number) => i / 30 };
    const alone = evaluation([column], images(20));
    const both = { ...alone, results: [...alone.results, ...pairResults(PAIRS, 100)] };
    const { report } = build(both);
    expect(report.datasets).toEqual(build(alone).report.datasets);
    expect(report.preferences[0]?.entries[0]?.answered).toBe(20);
    expect(report.otherColumns).toEqual([]);
  });
});

it('gates of pairs and of images stand apart where their data sets have one name', () => {
  const gateRow = (kind: object, config: object, reason: string): Result => ({
    ...{ promptIdx: 0, testIdx: 'kind' in kind ? 201 : 200, success: false },
    provider: { id: 'file://providers/debiased.ts', label: 'model' },
    vars: { dataset: 'p' },
    testCase: {
      metadata: { iqaCorrelation: { ...kind, dataset: 'p', several: false, rows: [] } },
      assert: [{ config }],
    },
    response: { output: 'scored', metadata: {} },
    gradingResult: { componentResults: [{ pass: false, reason }] },
  });
  const column = { provider: 'model', prompt: 'pair', score: (_: object, i: number) => i / 30 };
  const made = evaluation([column], images(20), { dataset: 'p' });
  const results = [
    ...made.results.filter(({ testCase }) => !testCase.metadata?.iqaCorrelation),
    ...pairResults(PAIRS, 100).map((each) => ({ ...each, vars: { ...each.vars, dataset: 'p' } })),
    gateRow({}, { min: 0.1 }, 'of images'),
    gateRow({ kind: 'pairs' }, { min: 0.2 }, 'of pairs'),
  ];
  const { report } = build({ ...made, results });
  const reasons = (gates: readonly { reason: string }[] = []) => gates.map(({ reason }) => reason);
  expect(reasons(report.datasets[0]?.entries[0]?.gates)).toEqual(['of images']);
  expect(reasons(report.preferences[0]?.entries[0]?.gates)).toEqual(['of pairs']);
});

describe('runs that are joined', () => {
  const halves = [PAIRS.slice(0, 10), PAIRS.slice(10)] as const;
  const run = (pairs: readonly MadePair[], from: number) =>
    readRun(evaluationOf(pairResults(pairs, from)));

  it('give what the undivided run gives', () => {
    const joined = mergeRuns([
      { file: 'a', run: run(halves[0], 0) },
      { file: 'b', run: run(halves[1], 10) },
    ]);
    expect(joined.columns[0]?.pairs).toEqual(
      readRun(evaluationOf(pairResults(PAIRS))).columns[0]?.pairs,
    );
  });

  it('refuse a pair of which the lists say different shares', () => {
    const corrected = run([{ share: 0.3, probability: 'no answer yet' }], 0);
    expect(() =>
      mergeRuns([
        { file: 'a', run: run(halves[0], 0) },
        { file: 'b', run: corrected },
      ]),
    ).toThrow('both have: a0.png | b0.png (share 0.8 and 0.3)');
  });

  it('refuse a pair with two answers', () => {
    const other = run([{ share: 0.8, probability: 0.2 }], 0);
    expect(() =>
      mergeRuns([
        { file: 'a', run: run(halves[0], 0) },
        { file: 'b', run: other },
      ]),
    ).toThrow(
      'disagrees about 1 pair that both have: a0.png | b0.png (P(first better) 0.9 and 0.2)',
    );
  });
});

describe('columns over the same pairs', () => {
  /** Right on the first `right` of 40 pairs. */
  const answers = (right: number): MadePair[] =>
    Array.from({ length: 40 }, (_, i) => ({ share: 0.8, probability: i < right ? 0.7 : 0.3 }));
  const evaluationOfColumns = (columns: readonly (readonly MadePair[])[]): Evaluation => ({
    evalId: 'eval-p',
    prompts: columns.map(() => ({ raw: '{"condition":"pair"}', label: 'pair', provider: 'm' })),
    results: columns.flatMap((pairs, promptIdx) =>
      pairResults(pairs).map((result) => ({
        ...result,
        promptIdx,
        provider: { id: 'file://providers/debiased.ts', label: `model ${promptIdx}` },
      })),
    ),
  });

  it('are compared in pairs, with p corrected for all of them', () => {
    const { report } = build(evaluationOfColumns([answers(36), answers(26), answers(25)]));
    const { comparisons } = report.preferences[0]!;
    expect(comparisons.map(({ a, b, pairs, verdict }) => ({ a, b, pairs, verdict }))).toEqual([
      { a: 0, b: 1, pairs: 40, verdict: 'gain' },
      { a: 0, b: 2, pairs: 40, verdict: 'gain' },
      { a: 1, b: 2, pairs: 40, verdict: 'undecided' },
    ]);
    const [first, second, third] = comparisons;
    // 10 of 40 pairs tell the first two apart: 0.25 with a standard error of sqrt(0.25 * 0.75 / 40) = 0.0685.
    expect(first?.ACCURACY.estimate).toBeCloseTo(0.25, 12);
    expect(first?.ACCURACY.low).toBeCloseTo(0.25 - 1.96 * 0.0685, 1);
    expect(first?.ACCURACY.high).toBeCloseTo(0.25 + 1.96 * 0.0685, 1);
    expect(second?.ACCURACY.estimate).toBeCloseTo(11 / 40, 12);
    // Holm: the smallest of three times 3, the next times 2, the largest as it is.
    const [smallest, next] = [first!, second!].sort((x, y) => x.pValue! - y.pValue!);
    expect(smallest!.holmPValue).toBeCloseTo(3 * smallest!.pValue!, 12);
    expect(next!.holmPValue).toBeCloseTo(Math.max(3 * smallest!.pValue!, 2 * next!.pValue!), 12);
    expect(third!.holmPValue).toBe(third!.pValue);
    expect(leaderboard(report)).toMatch(
      /model 0, pair minus model 1, pair: accuracy \+0\.250 \[.*\] over 40 pairs, p .* corrected for 3 comparisons: model 0, pair agrees more/,
    );
  });

  it('are not compared where one lacks answers', () => {
    const lacking = answers(30).map((pair, i) =>
      i === 3 ? { ...pair, probability: 'gone' } : pair,
    );
    const { report } = build(evaluationOfColumns([answers(36), lacking]));
    expect(report.preferences[0]?.comparisons).toEqual([
      expect.objectContaining({
        ACCURACY: expect.objectContaining({ problem: 'one of the two has no figures' }),
        ...{ pValue: null, verdict: null },
      }),
    ]);
  });

  it('of one answer each time differ by nothing', () => {
    const { report } = build(evaluationOfColumns([answers(30), answers(30)]));
    expect(report.preferences[0]?.comparisons[0]).toMatchObject({
      ACCURACY: { estimate: 0, low: 0, high: 0 },
      ...{ holmPValue: 1, verdict: 'undecided' },
    });
  });

  it('are no further apart than two shares can be, of few pairs either', () => {
    // One is right on five of six, the other on one: Student's interval alone would reach beyond 1.
    const few = (right: readonly number[]): MadePair[] =>
      Array.from({ length: 6 }, (_, i) => ({
        share: 0.8,
        probability: right.includes(i) ? 0.7 : 0.3,
      }));
    const { report } = build(evaluationOfColumns([few([0, 1, 2, 3, 4]), few([5])]));
    expect(report.preferences[0]?.comparisons[0]?.ACCURACY).toMatchObject({
      estimate: expect.closeTo(4 / 6, 12),
      high: 1,
    });
  });
});
