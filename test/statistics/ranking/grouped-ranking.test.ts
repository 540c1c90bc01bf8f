import { describe, expect, test } from 'vitest';
import { rankingOverUnits } from '../../../src/statistics/index.ts';

/** P(first better) of each pair of three items, in each of six units. */
const PREFERENCES = [
  [0, 1, [0.8, 0.7, 0.9, 0.6, 0.85, 0.75]],
  [1, 2, [0.6, 0.55, 0.7, 0.4, 0.65, 0.5]],
  [0, 2, [0.9, 0.8, 0.95, 0.7, 0.85, 0.9]],
] as const;

const answers = PREFERENCES.flatMap(([first, second, probabilities]) =>
  probabilities.map((probability, unit) => ({ first, second, probability, unit: `u${unit}` })),
);

const SCORES = [0.94392219, -0.30861623, -0.63530596];
const INTERVALS = [
  [0.5112, 1.3767],
  [-0.3854, -0.2318],
  [-1.0115, -0.2591],
] as const;

describe('three items in six units', () => {
  const ranking = rankingOverUnits(3, answers);

  test('order, scores and shares', () => {
    expect(ranking.map(({ item, rank }) => [item, rank])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    // By numpy: Newton's method on the log posterior of all 18 answers.
    SCORES.forEach((score, place) => {
      expect(ranking[place]?.score.estimate).toBeCloseTo(score, 6);
    });
    expect(ranking[0]?.preferred).toBeCloseTo((4.6 + 5.1) / 12, 12);
    expect(ranking[0]).toMatchObject({ comparisons: 12, units: 6 });
  });

  test('intervals are over units, and Student’s where they are few', () => {
    // By numpy: 4,000 draws of the six units and 5 degrees of freedom; the seeds differ, so the last digits do.
    INTERVALS.forEach(([low, high], place) => {
      expect(Math.abs(ranking[place]!.score.low! - low)).toBeLessThan(0.05);
      expect(Math.abs(ranking[place]!.score.high! - high)).toBeLessThan(0.05);
    });
  });

  test('says what is decided by the difference, and not by the two intervals', () => {
    const [best, middle, worst] = ranking;
    expect(best?.overNext).toMatchObject({ isDecided: true });
    // By numpy its lower end is at -0.001.
    expect(Math.abs(middle!.overNext!.low!)).toBeLessThan(0.03);
    expect(middle?.overNext?.estimate).toBeCloseTo(SCORES[1]! - SCORES[2]!, 6);
    expect(worst).not.toHaveProperty('overNext');
  });

  test('is the same whatever the order of the answers', () => {
    const turned = rankingOverUnits(3, [...answers].reverse());
    for (const [place, { item, score }] of turned.entries()) {
      expect(item).toBe(ranking[place]?.item);
      expect(score.low).toBeCloseTo(ranking[place]!.score.low!, 9);
      expect(score.high).toBeCloseTo(ranking[place]!.score.high!, 9);
    }
  });
});

test('two or three units say too little for an interval, and it says so', () => {
  const few = answers.filter(({ unit }) => unit < 'u3');
  const [best] = rankingOverUnits(3, few);
  expect(best?.score.problem).toContain('at least 5 independent');
  expect(best?.overNext?.isDecided).toBe(false);
});

test('an item without an answer stands in the middle and has no share', () => {
  const ranking = rankingOverUnits(4, answers);
  const unmet = ranking.find(({ item }) => item === 3);
  expect(unmet).toMatchObject({ comparisons: 0, units: 0, preferred: undefined });
  expect(unmet?.score.estimate).toBeCloseTo(0, 9);
});
