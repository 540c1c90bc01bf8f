import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pairScore } from '../../src/method/pair-score.ts';

/** SciPy's, by test/statistics/pairs/make-reference.py. */
const { problems } = JSON.parse(
  readFileSync(new URL('../statistics/pairs/reference-values.json', import.meta.url), 'utf8'),
);
const star: {
  counts: [number, number, number, number][];
  thurstone: { scores: number[]; covariance: number[][] };
  'bradley-terry': { scores: number[]; covariance: number[][] };
} = problems['one item against five that are fixed at 0'];

/** Both orders agree, so that each has half of the wins; the counts of the reference are of two comparisons. */
const compared = star.counts.map(([, , wins], index) => ({
  name: `${index}.png`,
  sha256: `${index}`,
  replies: [
    { first: 'a' as const, preferred: wins / 2, tie: 0, comparisons: 1 },
    { first: 'b' as const, preferred: 1 - wins / 2, tie: 0, comparisons: 1 },
  ],
}));

describe('the score of an image from comparisons with anchors', () => {
  it("is SciPy's posterior mode of Thurstone's model, mapped by the normal distribution function", () => {
    const { quality, standardError, pairs } = pairScore(compared, 'thurstone');
    const score = star.thurstone.scores[0]!;
    const error = Math.sqrt(star.thurstone.covariance[0]![0]!);
    expect(pairs.score).toBeCloseTo(score, 7);
    expect(pairs.standardError).toBeCloseTo(error, 7);
    // Abramowitz and Stegun 26.2.17, whose error is below 7.5e-8.
    const t = 1 / (1 + 0.2316419 * Math.abs(score));
    const density = Math.exp((-score * score) / 2) / Math.sqrt(2 * Math.PI);
    const polynomial =
      t *
      (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    const upper = density * polynomial;
    expect(quality).toBeCloseTo(score > 0 ? 1 - upper : upper, 6);
    expect(standardError).toBeCloseTo(density * error, 6);
  });

  it("is that of Bradley and Terry's model where it is asked for, mapped by the logistic function", () => {
    const { quality, pairs } = pairScore(compared, 'bradley-terry');
    const score = star['bradley-terry'].scores[0]!;
    expect(pairs).toMatchObject({ model: 'bradley-terry' });
    expect(pairs.score).toBeCloseTo(score, 7);
    expect(quality).toBeCloseTo(1 / (1 + Math.exp(-score)), 7);
  });

  it('is one half where every comparison is a draw, and rises with what is won', () => {
    const with_ = (preferred: number) =>
      pairScore(
        compared.map((anchor) => ({
          ...anchor,
          replies: [
            { first: 'a' as const, preferred, tie: 0, comparisons: 8 },
            { first: 'b' as const, preferred: 1 - preferred, tie: 0, comparisons: 8 },
          ],
        })),
        'thurstone',
      );
    expect(with_(0.5).quality).toBeCloseTo(0.5, 12);
    const rising = [0, 0.2, 0.5, 0.8, 1].map((preferred) => with_(preferred).quality);
    expect(rising).toEqual(rising.toSorted((x, y) => x - y));
    expect(new Set(rising).size).toBe(5);
    expect(rising[4]).toBeLessThan(1);
  });

  it('tells what a place does, over all anchors', () => {
    const byPlace = [
      { first: 'a' as const, preferred: 0.9, tie: 0.1, comparisons: 1 },
      { first: 'b' as const, preferred: 0.9, tie: 0.3, comparisons: 1 },
    ];
    const steady = [
      { first: 'a' as const, preferred: 0.7, tie: 0, comparisons: 1 },
      { first: 'b' as const, preferred: 0.3, tie: 0, comparisons: 1 },
    ];
    const { pairs } = pairScore(
      [
        { name: 'x', sha256: '1', replies: byPlace },
        { name: 'y', sha256: '2', replies: steady },
      ],
      'thurstone',
    );
    // 0.4 and 0.
    expect(pairs.positionBias).toBeCloseTo(0.2, 12);
    expect(pairs.inconsistent).toBe(1);
    expect(pairs.anchors[0]).toEqual({
      image: 'x',
      sha256: '1',
      shownFirst: 0.9,
      shownSecond: expect.closeTo(0.1, 12),
      tie: 0.2,
    });
  });
});
