import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type PairModelName, pairScores } from '../../../src/statistics/index.ts';

/** Written by make-reference.py. */
interface Reference {
  problems: Record<
    string,
    {
      count: number;
      counts: [first: number, second: number, wins: number, losses: number][];
      priorVariance: number;
      fixed: Record<string, number>;
    } & Record<PairModelName, { scores: number[]; covariance: number[][] }>
  >;
}

const { problems }: Reference = JSON.parse(
  readFileSync(new URL('reference-values.json', import.meta.url), 'utf8'),
);
const models: PairModelName[] = ['thurstone', 'bradley-terry'];

const near = (found: readonly number[], expected: readonly number[]) => {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 7);
};

describe.each(models)('scores of pairs, %s', (model) => {
  it.each(Object.keys(problems))("equals SciPy's posterior mode and its curvature: %s", (name) => {
    const { count, counts, priorVariance, [model]: expected, ...more } = problems[name]!;
    const fixed = new Map(Object.entries(more.fixed).map(([item, score]) => [Number(item), score]));
    const found = pairScores(
      count,
      counts.map(([first, second, wins, losses]) => ({ first, second, wins, losses })),
      { model, priorVariance, fixed },
    );
    near(found.scores, expected.scores);
    near(
      found.standardErrors,
      expected.covariance.map((row, i) => Math.sqrt(row[i]!)),
    );
    for (const [i, row] of expected.covariance.entries()) {
      // A wide prior has variances in the hundreds.
      const scale = Math.max(1, ...row.map(Math.abs));
      near(
        [...found.covariance[i]!].map((value) => value / scale),
        row.map((value) => value / scale),
      );
    }
  });

  it('is 0 with the standard deviation of the prior for an item that was never compared', () => {
    const { scores, standardErrors } = pairScores(1, [], { model, priorVariance: 4 });
    expect(scores).toEqual([0]);
    expect(standardErrors).toEqual([2]);
  });

  it('turns round when winners and losers change places', () => {
    const counts = [
      { first: 0, second: 1, wins: 5, losses: 2 },
      { first: 1, second: 2, wins: 6, losses: 0 },
    ];
    const { scores } = pairScores(3, counts, { model });
    const turned = counts.map(({ wins, losses, ...pair }) => ({
      ...pair,
      wins: losses,
      losses: wins,
    }));
    near(
      pairScores(3, turned, { model }).scores,
      scores.map((score) => -score),
    );
    near([scores.reduce((sum, score) => sum + score, 0)], [0]);
  });

  it('stays finite where one item won a million times, and is sure of it', () => {
    const { scores, standardErrors } = pairScores(
      2,
      [{ first: 0, second: 1, wins: 1e6, losses: 0 }],
      { model, priorVariance: 1e6 },
    );
    expect(scores[0]).toBeGreaterThan(2);
    expect(scores[0]).toBeLessThan(1000);
    expect(standardErrors.every(Number.isFinite)).toBe(true);
  });

  it('knows more from more comparisons', () => {
    const errorAfter = (times: number) =>
      pairScores(2, [{ first: 0, second: 1, wins: times, losses: times }], { model })
        .standardErrors[0]!;
    expect(errorAfter(100)).toBeLessThan(errorAfter(10));
    expect(errorAfter(10)).toBeLessThan(1);
  });
});

describe('what cannot be compared', () => {
  const pair = { first: 0, second: 1, wins: 1, losses: 0 };
  it.each([
    ['an item that there is not', 2, { ...pair, second: 2 }, 'there are 2'],
    ['an item with itself', 2, { ...pair, second: 0 }, 'item 0 is compared with itself'],
    ['a count below 0', 2, { ...pair, wins: -1 }, '-1 comparisons'],
    ['no number', 2, { ...pair, losses: Number.NaN }, 'NaN comparisons'],
    ['no items', 0, pair, 'count is 0'],
  ])('refuses %s', (_, count, counted, message) => {
    expect(() => pairScores(count, [counted])).toThrow(message);
  });

  it.each([
    [new Map([[2, 0]]), 'item 2 is fixed; there are 2'],
    [new Map([[0, Number.NaN]]), 'item 0 is fixed at NaN'],
  ])('refuses what cannot be fixed', (fixed, message) => {
    expect(() => pairScores(2, [pair], { fixed })).toThrow(message);
  });

  it('refuses a prior without a width', () => {
    expect(() => pairScores(2, [pair], { priorVariance: 0 })).toThrow('priorVariance is 0');
  });
});
