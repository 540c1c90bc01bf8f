import { describe, expect, test } from 'vitest';
import { bradleyTerry } from '../../../src/statistics/bradley-terry.ts';
import { expectedInformation } from '../../../src/statistics/ranking/information.ts';
import { monotone } from '../../../src/statistics/ranking/monotone.ts';
import { rankingOf } from '../../../src/statistics/ranking/ranking.ts';

/*
 * Reference values by numpy and scipy (test/statistics/ranking/make-reference.py): the maximum of 5.2996 times the log
 * likelihood of Bradley and Terry less sum(s^2) / 32; covariance as the inverse of the second derivatives, projected on
 * sum(s) = 0; the weight by the same leaving out.
 */
const ANSWERS = [
  [0, 1, 0.95],
  [1, 2, 0.8],
  [0, 2, 0.9],
  [2, 3, 0.6],
  [1, 3, 0.9],
  [4, 3, 0.5],
  [4, 0, 0.15],
  [1, 4, 0.85],
  [2, 4, 0.7],
] as const;

const answers = ANSWERS.map(([first, second, probability]) => ({ first, second, probability }));

describe('ranking of five items by nine answers', () => {
  const { items, comparisons, contradicted, weight } = rankingOf(5, answers, { confidence: 0.95 });

  test('order, scores and standard errors are those of an independent solver', () => {
    expect(items.map(({ item }) => item)).toEqual([0, 1, 2, 4, 3]);
    const expected = [
      [1.973548787, 0.670500947],
      [0.558160451, 0.434265508],
      [-0.481353009, 0.417733874],
      [-0.996267579, 0.442432762],
      [-1.05408865, 0.473617584],
    ] as const;
    for (const [place, [score, standardError]] of expected.entries()) {
      expect(items[place]?.score).toBeCloseTo(score, 6);
      expect(items[place]?.standardError).toBeCloseTo(standardError, 6);
    }
  });

  test('intervals reach 1.96 standard errors', () => {
    expect(items[0]?.low).toBeCloseTo(0.6593910796, 6);
    expect(items[0]?.high).toBeCloseTo(3.2877064945, 6);
  });

  test('P(better than the next) is that of the difference, with its own variance', () => {
    const above = [0.9511624580685568, 0.9413185828014473, 0.7922230576401762, 0.5356327406847643];
    for (const [place, probability] of above.entries()) {
      expect(items[place]?.aboveNext).toBeCloseTo(probability, 6);
      expect(items[place]?.decidedNext).toBe(false);
    }
  });

  test('counts comparisons of each item, and answers against the order', () => {
    expect(items.map(({ comparisons: own }) => own)).toEqual([3, 4, 4, 4, 3]);
    expect([comparisons, contradicted]).toEqual([9, 0]);
    expect(weight).toBeCloseTo(5.299621909131165, 5);
  });
});

describe('as how many comparisons an answer counts', () => {
  const all = (better: (distance: number) => number) =>
    Array.from({ length: 20 }, (_, first) =>
      Array.from({ length: 19 - first }, (__, k) => ({
        first,
        second: first + 1 + k,
        probability: better(k + 1),
      })),
    ).flat();
  const logistic = (x: number) => 1 / (1 + Math.exp(-x));

  test('very many where all answers follow one scale, so that neighbours are decided', () => {
    const { items, weight } = rankingOf(
      20,
      all((distance) => logistic(distance / 2)),
    );
    expect(weight).toBeGreaterThan(900);
    expect(items.map(({ item }) => item)).toEqual([...Array(20).keys()]);
    expect(items.slice(0, -1).every(({ decidedNext }) => decidedNext)).toBe(true);
    // Scores on that scale: half a unit from one to the next.
    expect(items[4]!.score - items[5]!.score).toBeCloseTo(0.5, 2);
  });

  test('one where each answer is a draw: first or second', () => {
    let state = 7;
    const uniform = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const drawn = all((distance) => (uniform() < logistic(distance / 4) ? 1 : 0));
    expect(rankingOf(20, drawn).weight).toBeLessThan(1.3);
  });

  test('one where there are no more answers than a tree has branches', () => {
    expect(rankingOf(2, [{ first: 0, second: 1, probability: 0.9 }]).weight).toBe(1);
    expect(rankingOf(3, []).weight).toBe(1);
  });

  test('one where a ring of four answers agrees, which may be chance', () => {
    const ring = [
      [0, 1],
      [1, 3],
      [0, 2],
      [2, 3],
    ] as const;
    const { items, weight } = rankingOf(
      4,
      ring.map(([first, second]) => ({ first, second, probability: 0.97 })),
    );
    expect(weight).toBe(1);
    expect(items.some(({ decidedNext }) => decidedNext)).toBe(false);
  });
});

test.each([
  // By scipy's quad over the normal density.
  [0, 1, 0.09370896135441242],
  [1, 0.5, 0.04462960969491103],
  [0, 4, 0.23113830211072084],
  [3, 0.2, 0.004817437835960531],
])('information about a difference of mean %d and variance %d', (mean, variance, expected) => {
  // Nine points of Gauss and Hermite are good for choosing, to two per cent.
  const ratio = expectedInformation(bradleyTerry, mean, variance) / expected;
  expect(Math.abs(ratio - 1)).toBeLessThan(0.02);
});

test('a difference that is known tells nothing more', () => {
  expect(expectedInformation(bradleyTerry, 0, 0)).toBeCloseTo(0, 12);
});

describe('monotone', () => {
  test.each([
    [
      [3, 1, 2],
      [1, 1, 1],
      [3, 1.5, 1.5],
    ],
    [
      [1, 2, 3],
      [1, 1, 2],
      [2.25, 2.25, 2.25],
    ],
    [
      [5, 4, 1],
      [1, 1, 1],
      [5, 4, 1],
    ],
    [[], [], []],
  ])('%j with weights %j', (values, weights, expected) => {
    expect(monotone(values, weights)).toEqual(expected);
  });
});

test('the mean of all scores is 0, also where clear answers put items above others that score higher', () => {
  const { items } = rankingOf(
    5,
    [
      [0, 1, 0.9],
      [1, 2, 0.9],
      [1, 3, 0.5],
      [0, 3, 0.3],
      [0, 4, 0.2],
      [1, 4, 0.8],
    ].map(([first, second, probability]) => ({
      first: first!,
      second: second!,
      probability: probability!,
    })),
  );
  // Three are replaced by their mean, whose weights are not alike.
  expect(new Set(items.map(({ score }) => score.toFixed(9))).size).toBe(3);
  expect(items.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(0, 12);
});
