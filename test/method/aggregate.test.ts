import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aggregate, type Weighting } from '../../src/method/aggregate.ts';
import figures from '../statistics/reference-values.json' with { type: 'json' };

const weightings: readonly Weighting[] = ['softmax', 'uniform', 'proportional'];
const share = fc.double({ min: 0, max: 1, noNaN: true });
const conditionsOf = fc.array(fc.record({ quality: share, similarity: share }), {
  minLength: 1,
  maxLength: 9,
});

/** P(a) of two tokens' logits, without overflow. */
const probability = (a: number, b: number) => 1 / (1 + Math.exp(b - a));

describe('aggregate', () => {
  it.each(figures.aggregation)('equals the reference for $id', ({ logits, weights, score }) => {
    const conditions = logits.yes.map((yes, i) => ({
      similarity: probability(yes, logits.no[i]!),
      quality: probability(logits.good[i]!, logits.poor[i]!),
    }));
    const result = aggregate(conditions, 'softmax');
    expect(Math.abs(result.score - score)).toBeLessThanOrEqual(1e-14);
    for (const [i, weight] of weights.entries()) {
      expect(Math.abs(result.weights[i]! - weight)).toBeLessThanOrEqual(1e-14);
    }
  });

  it('weights sum to 1 and the score lies between the worst and the best condition', () => {
    fc.assert(
      fc.property(conditionsOf, fc.constantFrom(...weightings), (conditions, weighting) => {
        fc.pre(
          weighting !== 'proportional' || conditions.some(({ similarity }) => similarity > 1e-300),
        );
        const { score, weights } = aggregate(conditions, weighting);
        const qualities = conditions.map(({ quality }) => quality);
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
        expect(score).toBeGreaterThanOrEqual(Math.min(...qualities) - 1e-12);
        expect(score).toBeLessThanOrEqual(Math.max(...qualities) + 1e-12);
      }),
    );
  });

  it("softmax weights of four conditions lie within the paper's bounds", () => {
    fc.assert(
      fc.property(fc.array(share, { minLength: 4, maxLength: 4 }), (similarities) => {
        const { weights } = aggregate(
          similarities.map((similarity) => ({ similarity, quality: 0.5 })),
          'softmax',
        );
        for (const weight of weights) {
          expect(weight).toBeGreaterThan(0.109);
          expect(weight).toBeLessThan(0.476);
        }
      }),
    );
  });

  it('is the same to the last bit in any order of the conditions', () => {
    fc.assert(
      fc.property(
        conditionsOf.chain((conditions) =>
          fc.tuple(
            fc.constant(conditions),
            fc.shuffledSubarray(conditions, { minLength: conditions.length }),
          ),
        ),
        fc.constantFrom('softmax', 'uniform'),
        ([conditions, shuffled], weighting) => {
          expect(aggregate(shuffled, weighting).score).toBe(aggregate(conditions, weighting).score);
        },
      ),
    );
    // 0.1 + 0.2 + 0.3 is 0.6000000000000001, and 0.3 + 0.2 + 0.1 is 0.6.
    const thirds = [0.1, 0.2, 0.3].map((quality) => ({ quality, similarity: null }));
    expect(aggregate(thirds.toReversed(), 'uniform')).toMatchObject({
      score: aggregate(thirds, 'uniform').score,
    });
  });

  it('proportional weights are the shares of the similarities', () => {
    const conditions = [0.2, 0.6].map((similarity) => ({ similarity, quality: similarity }));
    expect(aggregate(conditions, 'proportional').weights).toEqual(
      [0.25, 0.7499999999999999].map((w) => expect.closeTo(w, 12)),
    );
  });

  it('uniform weights need no similarities', () => {
    const conditions = [0.2, 0.6].map((quality) => ({ similarity: null, quality }));
    expect(aggregate(conditions, 'uniform').score).toBeCloseTo(0.4, 12);
  });

  it.each<[string, { quality: number; similarity: number | null }[], Weighting, RegExp]>([
    ['no condition', [], 'softmax', /no condition/],
    [
      'a missing similarity',
      [
        { quality: 1, similarity: 1 },
        { quality: 1, similarity: null },
      ],
      'softmax',
      /condition 2 has no similarity, which softmax weights need/,
    ],
    [
      'no similarity at all',
      [{ quality: 1, similarity: 0 }],
      'proportional',
      /all similarities are 0/,
    ],
    [
      'a quality above 1',
      [{ quality: 1.2, similarity: 0 }],
      'uniform',
      /quality of condition 1 is 1\.2/,
    ],
    [
      'a quality below 0',
      [{ quality: -0.2, similarity: 0 }],
      'uniform',
      /quality of condition 1 is -0\.2/,
    ],
    [
      'a similarity below 0',
      [{ quality: 0.2, similarity: -0.1 }],
      'proportional',
      /similarity of condition 1 is -0\.1/,
    ],
    [
      'a similarity that is no number',
      [{ quality: 1, similarity: Number.NaN }],
      'softmax',
      /similarity of condition 1 is NaN/,
    ],
  ])('refuses %s', (_, conditions, weighting, message) => {
    expect(() => aggregate(conditions, weighting)).toThrow(message);
  });
});
