import { describe, expect, it } from 'vitest';
import { priorSuitability } from '../../src/statistics/prior-suitability.ts';

describe('priorSuitability', () => {
  it('is 1 where every copy is surely poor and surely recognised', () => {
    const answers = [1, 2, 3].map(() => ({ good: 0, same: 1 }));
    expect(priorSuitability(answers)).toEqual({
      n: 3,
      withoutEffect: 0,
      meanGood: 0,
      sdGood: 0,
      meanSame: 1,
      suitability: 1,
    });
  });

  it('is the mean of the products less their standard deviation', () => {
    const measured = priorSuitability([
      { good: 0.1, same: 1 },
      { good: 0.3, same: 0.5 },
    ]);
    expect(measured.meanGood).toBeCloseTo(0.2, 12);
    expect(measured.sdGood).toBeCloseTo(Math.SQRT2 * 0.1, 12);
    expect(measured.meanSame).toBeCloseTo(0.75, 12);
    // Products 0.9 and 0.35: mean 0.625, deviation 0.55 / sqrt 2.
    expect(measured.suitability).toBeCloseTo(0.625 - 0.55 / Math.SQRT2, 12);
  });

  it('prefers a steady prior to one that depends on the content', () => {
    const steady = [0.3, 0.3, 0.3].map((good) => ({ good, same: 1 }));
    const unsteady = [0, 0.1, 0.8].map((good) => ({ good, same: 1 }));
    expect(priorSuitability(unsteady).meanGood).toBeCloseTo(0.3, 12);
    expect(priorSuitability(steady).suitability).toBeGreaterThan(
      priorSuitability(unsteady).suitability as number,
    );
  });

  it('counts a copy without effect as no prior, and leaves it out of the means', () => {
    const measured = priorSuitability([
      { good: 0.2, same: null },
      { good: null, same: null },
    ]);
    expect(measured).toMatchObject({ n: 2, withoutEffect: 1, meanGood: 0.2, meanSame: null });
    expect(measured.suitability).toBeCloseTo(0.4 - 0.8 / Math.SQRT2, 12);
  });

  it('claims nothing about the spread from one image', () => {
    expect(priorSuitability([{ good: 0.1, same: 1 }])).toMatchObject({
      meanGood: 0.1,
      sdGood: null,
      suitability: null,
    });
    expect(priorSuitability([])).toMatchObject({ n: 0, meanGood: null, suitability: null });
  });
});
