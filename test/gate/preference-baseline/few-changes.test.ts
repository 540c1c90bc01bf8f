import { describe, expect, it } from 'vitest';
import { pairedPreferences } from '../../../src/gate/paired-preferences.ts';
import { LOG_BOUND, type PreferenceMetric } from '../../../src/statistics/index.ts';

/** 100 independent pairs: of 60 most people prefer the first image, and the judge is right about four of five. */
const SHARES = Array.from({ length: 100 }, (_, i) => (i < 60 ? 0.9 : 0.3));
const IS_RIGHT = SHARES.map((_, i) => i % 5 !== 0);

const sampleOf = (isRight: readonly boolean[], sureness: number) => ({
  preferences: SHARES.map((share, i) => ({
    share,
    probability: isRight[i] === share > 0.5 ? sureness : 1 - sureness,
  })),
  units: { names: SHARES.map((_, i) => `pair ${i}`), kind: 'connected sets of pairs' as const },
});

/** The baseline, and a run that loses so many of its pairs and is less sure of the others. */
const verdict = (metric: PreferenceMetric, lost: number, margin: number, sureness = 0.8) => {
  const now = IS_RIGHT.map((isRight, i) => isRight && !(i >= 1 && i <= lost));
  const samples = { newer: sampleOf(now, sureness), older: sampleOf(IS_RIGHT, 0.9) };
  return pairedPreferences(samples, [], { metric, margin, bound: LOG_BOUND });
};

describe('where few preferred images changed, the lower end of the difference', () => {
  // By NumPy and the Wilson interval of SciPy (binomtest), as the documentation of the gate says it.
  it.each<[PreferenceMetric, lost: number, lower: number]>([
    ['ACCURACY', 0, 0.037],
    ['WEIGHTED', 0, 0.0405],
    ['2AFC', 0, 0.0237],
    ['KAPPA', 0, 0.07],
    ['ACCURACY', 3, 0.0845],
    ['WEIGHTED', 3, 0.0964],
    ['2AFC', 3, 0.0586],
    ['KAPPA', 3, 0.1589],
  ])(
    'of %s with %i of 100 pairs lost allows for as many more as Wilson does',
    (metric, lost, lower) => {
      expect(verdict(metric, lost, lower + 0.0001)).toMatchObject({ pass: true, judged: true });
      const failed = verdict(metric, lost, lower - 0.0001);
      expect(failed).toMatchObject({ pass: false, judged: true });
      expect(failed.remarks.join('; ')).toContain(
        `the two prefer different images of ${lost} of 100 pairs, so few that the lower end of the difference is that of Wilson`,
      );
    },
  );

  it('is that of the paired draws for the same answers, and of a metric that sees how sure the judge is', () => {
    const same = verdict('ACCURACY', 0, 0, 0.9);
    expect(same.phrase).toContain('difference 0.00 [0.00, 0.00] does not reach below');
    expect(same.remarks.join()).not.toContain('Wilson');
    expect(verdict('LOGLIK', 3, 0.5).remarks.join()).not.toContain('Wilson');
  });
});
