import { describe, expect, test } from 'vitest';
import {
  confusionOf,
  type PreferenceMetric,
  pairUnits,
  preferenceMetric,
} from '../../../src/statistics/index.ts';
import { bestLogLikelihood, boundedCount } from '../../../src/statistics/preferences/metrics.ts';
import { preferenceScale } from '../../../src/statistics/preferences/scale.ts';

const SHARES = [0.9, 0.8, 0.2, 0.5, 0.6, 0.35, 1, 0, 0.55, 0.7, 0.45, 0.5];
const PROBABILITIES = [0.95, 0.4, 0.1, 0.5, 0.5, 0.6, 0.999, 0.3, 0.52, 0, 0.2, 0.8];

const preferences = SHARES.map((share, i) => ({ share, probability: PROBABILITIES[i]! }));
const flipped = preferences.map(({ share, probability }) => ({
  share: 1 - share,
  probability: 1 - probability,
}));

/*
 * By scikit-learn 1.9: cohen_kappa_score over three labels; accuracy_score as the mean of ties counted right and
 * wrong, without and with sample_weight; log_loss with people's shares as weights of both labels and probabilities
 * clipped at 0.01 and 0.99. 2AFC by numpy.
 */
const REFERENCE: Record<PreferenceMetric, number> = {
  ACCURACY: 0.65,
  WEIGHTED: 0.7254901960784315,
  '2AFC': 0.5958333333333333,
  KAPPA: 0.33333333333333337,
  LOGLIK: -0.8277487150941661,
};
const metrics = Object.keys(REFERENCE) as PreferenceMetric[];

describe.each(metrics)('%s', (metric) => {
  test('is what scikit-learn gives', () => {
    expect(preferenceMetric(metric, preferences).estimate).toBeCloseTo(REFERENCE[metric], 12);
  });

  test('is the same when all pairs are turned round', () => {
    expect(preferenceMetric(metric, flipped).estimate).toBeCloseTo(REFERENCE[metric], 12);
  });

  test('of a resample is that of the pairs written out', () => {
    const multiplicities = Int32Array.from([2, 0, 1, 3, 0, 1, 1, 1, 0, 2, 1, 0]);
    const written = preferences.flatMap((each, i) => Array(multiplicities[i]).fill(each));
    expect(preferenceMetric(metric, preferences).resample(multiplicities)).toBeCloseTo(
      preferenceMetric(metric, written).estimate,
      12,
    );
  });

  test('its scale leads back to where it came from', () => {
    const { to, from, slope } = preferenceScale(
      metric,
      preferences,
      SHARES.map((_, i) => `${i}`),
    );
    const value = REFERENCE[metric];
    expect(from(to(value))).toBeCloseTo(value, 12);
    const step = 1e-6;
    expect(slope(value)).toBeCloseTo((to(value + step) - to(value - step)) / (2 * step), 4);
  });

  test('refuses a probability that is none', () => {
    expect(() => preferenceMetric(metric, [{ share: 0.5, probability: Number.NaN }])).toThrow(
      'pair 1: probability is NaN; it must lie in 0..1',
    );
  });

  test('of no pair is undefined', () => {
    expect(() => preferenceMetric(metric, [])).toThrow('there are no pairs');
  });
});

test('a perfect judge reaches 1, and minus the entropy of the shares', () => {
  const perfect = SHARES.map((share) => ({ share, probability: share }));
  expect(preferenceMetric('ACCURACY', perfect).estimate).toBe(1);
  expect(preferenceMetric('WEIGHTED', perfect).estimate).toBe(1);
  expect(preferenceMetric('KAPPA', perfect).estimate).toBe(1);
  // By scipy.stats.entropy.
  expect(bestLogLikelihood(preferences)).toBeCloseTo(-0.5016485347594729, 12);
  expect(preferenceMetric('LOGLIK', perfect, 1e-12).estimate).toBeCloseTo(-0.5016485347594729, 9);
});

test('a judge that knows nothing has half the accuracy, kappa 0 and ln(1/2)', () => {
  const told = SHARES.filter((share) => share !== 0.5);
  const blind = told.map((share) => ({ share, probability: 0.5 }));
  expect(preferenceMetric('ACCURACY', blind).estimate).toBe(0.5);
  expect(preferenceMetric('KAPPA', blind).estimate).toBe(0);
  expect(preferenceMetric('LOGLIK', blind).estimate).toBeCloseTo(Math.log(0.5), 12);
});

test('says how many probabilities the log-likelihood holds at its bound', () => {
  expect(boundedCount(preferences)).toBe(2);
  expect(boundedCount(preferences, 0.2)).toBe(4);
});

test('people who are evenly divided on every pair give no accuracy', () => {
  const even = [{ share: 0.5, probability: 0.9 }];
  expect(() => preferenceMetric('ACCURACY', even)).toThrow('people are evenly divided');
  expect(() => preferenceMetric('WEIGHTED', even)).toThrow('people are evenly divided');
  expect(preferenceMetric('2AFC', even).estimate).toBe(0.5);
});

test('one answer to everything gives no kappa', () => {
  const same = Array(3).fill({ share: 0.8, probability: 0.9 });
  expect(() => preferenceMetric('KAPPA', same)).toThrow('one and the same answer');
});

test('the confusion table counts sides, a tie being exactly one half', () => {
  expect(confusionOf(preferences)).toEqual({
    counts: {
      first: { first: 3, tie: 1, second: 2 },
      tie: { first: 1, tie: 1, second: 0 },
      second: { first: 1, tie: 0, second: 3 },
    },
    pairs: 12,
  });
  // Rounding makes no preference.
  const rounded = 0.7 - 0.2;
  expect(rounded).not.toBe(0.5);
  expect(confusionOf([{ share: rounded, probability: rounded }]).counts.tie.tie).toBe(1);
});

describe('units', () => {
  const pair = (first: string, second: string, group?: string) => ({
    ...{ first, second },
    ...(group !== undefined && { group }),
  });
  const partition = (pairs: ReturnType<typeof pair>[]) => {
    const { names } = pairUnits(pairs);
    return names.map((name) => names.indexOf(name));
  };

  test('pairs without a common image are units of their own', () => {
    expect(partition([pair('a', 'b'), pair('c', 'd'), pair('e', 'f')])).toEqual([0, 1, 2]);
  });

  test('pairs that are connected by images are one, whichever comes first', () => {
    const pairs = [pair('a', 'b'), pair('c', 'd'), pair('d', 'a'), pair('x', 'y')];
    expect(partition(pairs)).toEqual([0, 0, 0, 3]);
    expect(partition([...pairs].reverse())).toEqual([0, 1, 1, 1]);
  });

  test('pairs of one group are one, and groups that share an image', () => {
    const pairs = [
      pair('a', 'b', 'g'),
      pair('c', 'd', 'g'),
      pair('e', 'c', 'h'),
      pair('x', 'y', 'i'),
    ];
    expect(partition(pairs)).toEqual([0, 0, 0, 3]);
    expect(pairUnits(pairs).kind).toBe('groups of pairs');
  });
});

describe('the interval of a judge that agrees on every pair', () => {
  const right = (count: number, share = 0.9) =>
    Array.from({ length: count }, (_, i) => ({
      share: i % 2 ? share : 1 - share,
      probability: i % 2 ? 0.8 : 0.2,
    }));
  const alone = (count: number) => Array.from({ length: count }, (_, i) => `unit ${i}`);
  const Z_SQUARED = 3.841458820694124;

  test('is that of as many cases as there are units, for a share of them by Wilson', () => {
    const { atEnd } = preferenceScale('ACCURACY', right(20), alone(20));
    expect(atEnd?.(1, 0.95)).toEqual({
      low: expect.closeTo(20 / (20 + Z_SQUARED), 10),
      high: 1,
    });
    expect(atEnd?.(0, 0.95)?.high).toBeCloseTo(Z_SQUARED / (20 + Z_SQUARED), 10);
  });

  test('counts units of other sizes for less: 10 and ten times 1 are 400 / 110 cases', () => {
    const units = [...Array.from({ length: 10 }, () => 'large'), ...alone(10)];
    const { atEnd } = preferenceScale('2AFC', right(20, 1), units);
    expect(atEnd?.(1, 0.95)?.low).toBeCloseTo(3 / (3 + Z_SQUARED), 10);
  });

  test('of kappa is that share beyond chance, which is one half here', () => {
    const { atEnd } = preferenceScale('KAPPA', right(20), alone(20));
    expect(atEnd?.(1, 0.95)?.low).toBeCloseTo(2 * (20 / (20 + Z_SQUARED)) - 1, 10);
    expect(atEnd?.(-1, 0.95)).toBeUndefined();
  });
});
