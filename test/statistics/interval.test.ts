import fc from 'fast-check';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { bootstrapDifference, bootstrapInterval } from '../../src/statistics/index.ts';
import {
  DIFFERENCE,
  FISHER,
  intervalOf,
  LOGARITHM,
  percentileInterval,
} from '../../src/statistics/interval.ts';

/** Of `units` groups, as a bootstrap might draw them. */
const drawn = (estimate: number, draws: number[], units = 8) => ({
  estimate,
  draws: Float64Array.from(draws),
  units,
  confidence: 0.95,
});

describe('the interval of fewer than 20 units', () => {
  // numpy and scipy: q = t.isf(.025, 7), se = std(draws, ddof=1) * sqrt(8 / 7), on the scale of each.
  it.each([
    [
      "a correlation, on Fisher's scale",
      FISHER,
      drawn(0.68, [0.62, 0.71, 0.55, 0.8, 0.69, 0.74, 0.58, 0.66, 0.77, 0.6]),
      [0.408105431628818, 0.8410913460459608],
    ],
    [
      'a difference, as it is',
      DIFFERENCE,
      drawn(0.08, [0.1, -0.02, 0.05, 0.2, 0.12, 0.07, 0.01, 0.15, 0.09, 0.03]),
      [-0.08810413419600548, 0.24810413419600547],
    ],
    [
      'an error, as its logarithm',
      LOGARITHM,
      drawn(1.2, [1.2, 1.5, 0.9, 1.1, 1.3, 1.05, 1.4, 1.25, 0.95, 1.15]),
      [0.8036393986344484, 1.7918484365585625],
    ],
  ] as const)("is Student's: %s", (_, scale, bootstrapped, [low, high]) => {
    const interval = intervalOf(bootstrapped, scale);
    expect(interval.low).toBeCloseTo(low, 10);
    expect(interval.high).toBeCloseTo(high, 10);
    expect(interval).toMatchObject({ units: 8, fewUnits: true, undefinedDraws: 0 });
  });

  it('lies within what a correlation and a difference can be', () => {
    const wide = [-0.9, 0.9, 0.99, -0.99, 0.2];
    expect(intervalOf(drawn(0.9, wide, 5), FISHER).high).toBeLessThanOrEqual(1);
    expect(intervalOf(drawn(0.9, [-2, 2, 1, -1, 0], 5), DIFFERENCE)).toMatchObject({
      low: -2,
      high: 2,
    });
  });

  it('does not exist around a perfect order, which so few units cannot vouch for', () => {
    const scores = Array.from({ length: 12 }, (_, i) => i);
    expect(() => bootstrapInterval('SRCC', scores, scores)).toThrow(
      /the estimate is 1 over 12 independent images or groups, too few/,
    );
    const many = Array.from({ length: 20 }, (_, i) => i);
    expect(bootstrapInterval('SRCC', many, many)).toMatchObject({ low: 1, high: 1 });
  });

  it('gives way to percentiles at 20', () => {
    const draws = Array.from({ length: 999 }, (_, i) => (i + 1) / 1000);
    expect(intervalOf(drawn(0.5, draws, 20), FISHER)).toMatchObject({ low: 0.025, high: 0.975 });
    expect(intervalOf(drawn(0.5, draws, 19), FISHER).low).not.toBe(0.025);
  });

  it('covers the true difference as often as it says, where percentiles do not', () => {
    const random = xoroshiro128plus(7);
    const normal = () =>
      Math.sqrt(-2 * Math.log(1 - uniformFloat64(random))) *
      Math.cos(2 * Math.PI * uniformFloat64(random));
    const trials = 250;
    let covered = 0;
    for (let seed = 0; seed < trials; seed++) {
      const mos: number[] = [];
      const [a, b]: number[][] = [[], []];
      const units: string[] = [];
      for (let group = 0; group < 6; group++) {
        const [ofA, ofB] = [normal(), normal()];
        for (let image = 0; image < 8; image++) {
          const quality = normal();
          mos.push(quality);
          a?.push(quality + 0.7 * ofA + 0.5 * normal());
          b?.push(quality + 0.7 * ofB + 0.5 * normal());
          units.push(`${group}`);
        }
      }
      // Both columns are made alike, so the true difference is 0.
      const { low, high } = bootstrapDifference(
        'SRCC',
        { a: a as number[], b: b as number[], mos },
        { units, draws: 300, seed },
      );
      if (low <= 0 && high >= 0) covered++;
    }
    // 0.95 with a standard deviation of 0.014; percentiles come to 0.86 to 0.9 here.
    expect(covered / trials).toBeGreaterThan(0.92);
  });
});

it('an interval leaves out at most 5 % of the draws', () => {
  const withUndefined = (count: number) => {
    const draws = Array.from({ length: 200 }, (_, i) => (i < count ? Number.NaN : i / 200));
    return intervalOf(drawn(0.5, draws, 30), FISHER);
  };
  // Of 190 draws 10 / 200 to 199 / 200 the fourth from each end: (190 + 1) * 0.025 = 4.8.
  expect(withUndefined(10)).toMatchObject({ low: 0.065, high: 0.98, undefinedDraws: 10 });
  expect(() => withUndefined(11)).toThrow(/^11 of 200 bootstrap draws have no such figure/);
});

it('an interval promises no more than its draws can tell', () => {
  const draws = Float64Array.from({ length: 1999 }, (_, i) => (i + 1) / 2000);
  const at = (confidence: number) =>
    intervalOf({ estimate: 0.5, draws, units: 30, confidence }, FISHER);
  // One draw in 2,000 beyond each end; beyond that the outermost draws would stand for any confidence.
  expect(at(0.999)).toMatchObject({ low: 0.0005, high: 0.9995 });
  for (const confidence of [0.9991, 0.9999, 1 - 1e-12]) {
    expect(() => at(confidence)).toThrow(
      /^1999 bootstrap draws cannot say .*; take a confidence of at most 0\.999$/,
    );
  }
});

describe('an interval and the p-value of the same draws', () => {
  it('say the same of 0, for percentiles', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 400 }),
        fc.constantFrom(999, 1000, 1999, 2000),
        (below, count) => {
          const draws = Float64Array.from({ length: count }, (_, i) =>
            i < below ? -1 - i : 1 + i,
          );
          const { low } = percentileInterval({ draws, confidence: 0.95 });
          expect(low > 0).toBe((2 * (below + 1)) / (count + 1) <= 0.05 + 1e-12);
        },
      ),
    );
  });

  it('say the same of 0 for few and for many units', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 6, max: 40 }),
        fc.double({ min: 0.1, max: 2, noNaN: true }),
        (seed, n, noise) => {
          const random = xoroshiro128plus(seed);
          const uniform = () => uniformFloat64(random);
          const mos = Array.from({ length: n }, uniform);
          const a = mos.map((value) => value + noise * uniform());
          const b = mos.map((value) => value + 2 * noise * uniform());
          const { low, high, pValue, verdict } = bootstrapDifference(
            'SRCC',
            { a, b, mos },
            { draws: 1000, seed },
          );
          const isDecided = low > 0 || high < 0;
          expect(pValue <= 0.05 + 1e-9).toBe(isDecided);
          expect(verdict).toBe(low > 0 ? 'gain' : high < 0 ? 'loss' : 'undecided');
        },
      ),
      { numRuns: 60 },
    );
  });
});

it('a correlation of 1 has no interval over few units, whatever its last bits are', () => {
  // On a straight line: the sums leave some of these at 0.9999999999999998.
  for (let seed = 0; seed < 20; seed++) {
    const random = xoroshiro128plus(seed);
    const mos = Array.from({ length: 8 }, () => uniformFloat64(random));
    const scores = mos.map((value) => 0.1 + 0.7 * value);
    expect(() => bootstrapInterval('PLCC', scores, mos)).toThrow(
      /^the estimate is 1 over 8 independent images or groups, too few/,
    );
  }
});
