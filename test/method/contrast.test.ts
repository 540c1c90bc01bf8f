import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contrastOf, contrastScore, logistic, logit } from '../../src/method/contrast.ts';
import { partScores } from '../../src/method/part-scores.ts';
import { scoreConditions } from '../../src/method/score-conditions.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('the contrast of an image with a copy', () => {
  it('is the difference of logits', () => {
    // ln(3) - ln(1/3), and ln(9) - ln(1).
    expect(contrastOf([0.75], [0.25]).logit).toBeCloseTo(2 * Math.log(3), 12);
    expect(contrastOf([0.75, 0.9], [0.25, 0.5])).toMatchObject({
      query: 0.825,
      copy: 0.375,
      logit: expect.closeTo((2 * Math.log(3) + Math.log(9)) / 2, 12),
    });
  });

  it('stays finite where a probability is 0 or 1', () => {
    // ln(0.999999 / 0.000001), twice.
    expect(contrastOf([1], [0]).logit).toBeCloseTo(2 * 13.815509557935018, 9);
    expect(logit(0)).toBeCloseTo(-13.815509557935018, 9);
  });

  it('does not see what moves both logits alike', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -4, max: 4, noNaN: true }),
        fc.double({ min: -4, max: 4, noNaN: true }),
        fc.double({ min: -4, max: 4, noNaN: true }),
        (quality, poor, content) => {
          const { logit: difference } = contrastOf(
            [logistic(quality + content)],
            [logistic(poor + content)],
          );
          expect(difference).toBeCloseTo(quality - poor, 6);
        },
      ),
    );
  });

  it('ranks images alone as their qualities do where the copies are rated alike', () => {
    fc.assert(
      fc.property(share, share, share, (a, b, copy) => {
        const score = (quality: number) => contrastScore([contrastOf([quality], [copy])]);
        if (a < b) expect(score(a)).toBeLessThanOrEqual(score(b));
        expect(score(copy)).toBeCloseTo(0.5, 12);
      }),
    );
  });

  it('is as large by one wording alone as it is, where answers are sure', () => {
    // ln(0.999999 / 0.000001) is 13.8155; the first copy is further from the image than one logit may be from 0.
    const condition = (logits: [number, number]) => ({
      ...{ degradation: 'fog', severity: 4, similarity: null, psnrDb: 10, quality: 0.5 },
      parts: logits.map((each, index) => ({ wording: index + 1, quality: logistic(each) })),
      contrast: { query: 0.5, copy: 0.5, logit: (logits[0] + logits[1]) / 2 },
    });
    const [first, second] = partScores([condition([27, 0]), condition([-19, 1])]);
    expect(first?.score).toBeCloseTo(1 / (1 + Math.exp(-4)), 4);
    expect(second?.score).toBeCloseTo(1 / (1 + Math.exp(-0.5)), 9);
  });

  it('is averaged over the copies where it was taken, and a skipped copy does not count', () => {
    const condition = (difference: number) => ({
      ...{ degradation: 'fog', severity: 4, similarity: null, psnrDb: 10 },
      quality: logistic(difference),
      contrast: { query: 0.5, copy: 0.5, logit: difference },
    });
    const skipped = { ...condition(9), quality: null, skipped: 'no effect' };
    const { score, weights, scheme } = scoreConditions([condition(1), condition(3), skipped]);
    expect(score).toBeCloseTo(1 / (1 + Math.exp(-2)), 12);
    // Weights that other columns of the run are asked for need similarities, which no contrast has.
    expect(scoreConditions([condition(1), condition(3)], 'softmax').score).toBe(score);
    expect(weights).toEqual([0.5, 0.5, 0]);
    expect(scheme).toBe('uniform');
    expect(scoreConditions([skipped, condition(3), condition(1)]).score).toBe(score);
  });
});
