import fc from 'fast-check';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import {
  bootstrap,
  bootstrapDifference,
  bootstrapInterval,
  correlation,
  differenceOfSeries,
  fisherInterval,
  METRICS,
  type Metric,
  UndefinedCorrelationError,
  UndefinedIntervalError,
} from '../../src/statistics/index.ts';
import { normalUpperQuantile, normalUpperTail } from '../../src/statistics/normal.ts';
import { forEachResample, type Units, unitsOf } from '../../src/statistics/resample.ts';
import { resampled } from '../../src/statistics/resampled.ts';

/** Pairs with many ties, neither vector constant. */
const tiedPairs = fc
  .array(fc.tuple(fc.integer({ min: -3, max: 6 }), fc.integer({ min: 0, max: 9 })), {
    minLength: 3,
    maxLength: 60,
  })
  .filter((list) => [0, 1].every((side) => new Set(list.map((pair) => pair[side])).size > 1))
  .map((list) => ({ x: list.map(([a]) => a / 7), y: list.map(([, b]) => b) }));

function gathered(values: readonly number[], multiplicities: ArrayLike<number>): number[] {
  return values.flatMap((value, i) => Array<number>(multiplicities[i] ?? 0).fill(value));
}

/** The correlation of a resample by writing it out and sorting it. */
function written(metric: Metric, x: number[], y: number[], counts: ArrayLike<number>): number {
  try {
    return correlation(metric, gathered(x, counts), gathered(y, counts));
  } catch (error) {
    if (error instanceof UndefinedCorrelationError) return Number.NaN;
    throw error;
  }
}

/** n pairs whose correlation is about `0.5 + signal`, reproducibly. */
function sample(n: number, signal = 0.5, seed = 1): { scores: number[]; mos: number[] } {
  const random = xoroshiro128plus(seed);
  const scores = Array.from({ length: n }, () => uniformFloat64(random));
  const mos = scores.map((score) => signal * score + (1 - signal) * uniformFloat64(random));
  return { scores, mos };
}

describe('a resampled correlation', () => {
  it.each(['SRCC', 'KRCC'] as const)(
    '%s is that of the written-out resample to the last digit, ties included',
    (metric) => {
      fc.assert(
        fc.property(tiedPairs, fc.nat(), ({ x, y }, seed) => {
          const compute = resampled(metric, x, y);
          forEachResample(unitsOf(x.length), { draws: 5, seed }, (counts) => {
            expect(compute(counts)).toBe(written(metric, x, y, counts));
          });
        }),
      );
    },
  );

  it('PLCC is that of the written-out resample', () => {
    fc.assert(
      fc.property(tiedPairs, fc.nat(), ({ x, y }, seed) => {
        const compute = resampled('PLCC', x, y);
        forEachResample(unitsOf(x.length), { draws: 5, seed }, (counts) => {
          const wanted = written('PLCC', x, y, counts);
          if (Number.isNaN(wanted)) expect(compute(counts)).toBeNaN();
          else expect(compute(counts)).toBeCloseTo(wanted, 12);
        });
      }),
    );
  });

  it('does not exist where a draw is constant, for values that have no exact mean either', () => {
    const x = [0.1, 0.1, 0.1, 0.7];
    for (const metric of METRICS) {
      expect(resampled(metric, x, [1, 2, 3, 4])(Int32Array.of(2, 1, 1, 0))).toBeNaN();
      expect(resampled(metric, [1, 2, 3, 4], x)(Int32Array.of(1, 2, 1, 0))).toBeNaN();
      expect(resampled(metric, x, [1, 2, 3, 4])(Int32Array.of(0, 0, 1, 1))).toBeNaN();
    }
  });
});

describe('resamples', () => {
  it('draw as many units as there are, all images of a unit together', () => {
    const names = ['b', 'a', 'b', 'c', 'a', 'b'];
    const units = unitsOf(names.length, names);
    expect(units.count).toBe(3);
    forEachResample(units, { draws: 50, seed: 3 }, (counts) => {
      expect(counts[0]).toBe(counts[2]);
      expect(counts[2]).toBe(counts[5]);
      expect(counts[1]).toBe(counts[4]);
      expect((counts[0] ?? 0) + (counts[1] ?? 0) + (counts[3] ?? 0)).toBe(3);
    });
  });

  it.each([
    ['few enough to be kept', 7, 50],
    ['too many to be kept', 9000, 1000],
  ])('are the same whatever was drawn before, %s', (_, count, draws) => {
    const drawn = (units: Units, seed = 1) => {
      const last = new Int32Array(units.unitOf.length);
      let sum = 0;
      forEachResample(units, { draws, seed }, (counts, draw) => {
        for (const [i, each] of counts.entries()) sum = (sum * 31 + (i + 1) * each + draw) % 1e9;
        last.set(counts);
      });
      return { sum, last };
    };
    const first = drawn(unitsOf(count));
    expect(drawn(unitsOf(count))).toEqual(first);
    expect(drawn(unitsOf(count), 2)).not.toEqual(first);
    expect(drawn(unitsOf(count + 1))).not.toEqual(first);
    expect(drawn(unitsOf(count))).toEqual(first);
    // As many units, of which the first has two images.
    const names = ['unit 0', ...Array.from({ length: count }, (_, i) => `unit ${i}`)].sort();
    const { last } = drawn(unitsOf(count + 1, names));
    expect(last[0]).toBe(last[1]);
    expect(last.slice(1)).toEqual(first.last);
  });

  it('draw every unit equally often', () => {
    const drawn = [0, 0, 0, 0, 0, 0, 0];
    forEachResample(unitsOf(7), { draws: 10_000, seed: 0 }, (counts) => {
      for (const [i, count] of counts.entries()) drawn[i] = (drawn[i] ?? 0) + count;
    });
    // 10,000 with a standard deviation of 93.
    for (const count of drawn) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });
});

describe('a bootstrap interval', () => {
  it('depends on seed, units and pairs, not on the order of the images', () => {
    const { scores, mos } = sample(40);
    const units = scores.map((_, i) => `image ${i}`);
    const interval = bootstrapInterval('SRCC', scores, mos, { units, draws: 300 });
    expect(bootstrapInterval('SRCC', scores, mos, { units, draws: 300 })).toEqual(interval);
    expect(bootstrapInterval('SRCC', scores, mos, { units, draws: 300, seed: 1 })).not.toEqual(
      interval,
    );
    expect(
      bootstrapInterval('SRCC', scores.toReversed(), mos.toReversed(), {
        units: units.toReversed(),
        draws: 300,
      }),
    ).toEqual(interval);
  });

  it('of ranks is the same after a monotone map, and mirrored after a falling one', () => {
    fc.assert(
      fc.property(tiedPairs, ({ x, y }) => {
        fc.pre(x.length >= 8);
        const draws = (scores: number[], metric: Metric) =>
          bootstrap([{ metric, scores, mos: y }], { draws: 20 })[0]?.draws;
        for (const metric of ['SRCC', 'KRCC'] as const) {
          const original = draws(x, metric);
          expect(
            draws(
              x.map((v) => Math.exp(v) - 3),
              metric,
            ),
          ).toEqual(original);
          const falling = draws(
            x.map((v) => -v),
            metric,
          );
          for (const [i, value] of (original ?? []).entries()) {
            if (Number.isNaN(value)) expect(falling?.[i]).toBeNaN();
            else expect(falling?.[i]).toBeCloseTo(-value, 12);
          }
        }
      }),
    );
  });

  it.each(METRICS)('of %s agrees with the analytic one on independent images', (metric) => {
    const { scores, mos } = sample(400, 0.6);
    const { low, high, estimate, n, undefinedDraws, fewUnits } = bootstrapInterval(
      metric,
      scores,
      mos,
    );
    const check = fisherInterval(metric, estimate, n);
    expect(undefinedDraws).toBe(0);
    expect(fewUnits).toBe(false);
    // Fisher's takes normal data; half the width is what tells a wrong interval from a right one.
    expect((high - low) / (check.high - check.low)).toBeGreaterThan(0.7);
    expect((high - low) / (check.high - check.low)).toBeLessThan(1.4);
    expect(low).toBeLessThan(estimate);
    expect(high).toBeGreaterThan(estimate);
  });

  it('covers the true correlation about as often as it says', () => {
    const truth = correlation('SRCC', ...pair(sample(20_000, 0.6, 99)));
    const trials = 200;
    let covered = 0;
    for (let seed = 1; seed <= trials; seed++) {
      const { low, high } = bootstrapInterval('SRCC', ...pair(sample(80, 0.6, seed * 7919)), {
        draws: 400,
        confidence: 0.9,
      });
      if (low <= truth && truth <= high) covered++;
    }
    // 0.9 with a standard deviation of 0.02.
    expect(covered / trials).toBeGreaterThan(0.83);
    expect(covered / trials).toBeLessThan(0.97);
  });

  it('is wider over groups than over their images', () => {
    const { scores, mos } = sample(30);
    const copies = 6;
    const repeated = (values: readonly number[]) =>
      values.flatMap((value) => Array.from({ length: copies }, (_, k) => value + k / 1000));
    const units = scores.flatMap((_, i) => Array<string>(copies).fill(`reference ${i}`));
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    const images = bootstrapInterval('SRCC', repeated(scores), repeated(mos));
    const groups = bootstrapInterval('SRCC', repeated(scores), repeated(mos), { units });
    expect(groups.units).toBe(30);
    expect(images.units).toBe(180);
    // Copies of one image tell nothing new: as wide as over the 30, sqrt(6) as wide as over 180.
    expect(width(groups) / width(images)).toBeGreaterThan(2);
    expect(width(groups) / width(images)).toBeLessThan(3);
  });

  it('leaves out draws without a correlation and counts them', () => {
    const scores = [...Array<number>(9).fill(0), 1, 1, 1, 1];
    const mos = scores.map((_, i) => i);
    const { undefinedDraws, draws, low } = bootstrapInterval('SRCC', scores, mos);
    expect(draws).toBe(2000);
    // All from the nine: (9/13)^13 = 0.8 % of the draws; all from the four: next to none.
    expect(undefinedDraws).toBeGreaterThan(4);
    expect(undefinedDraws).toBeLessThan(40);
    expect(low).toBeGreaterThan(0);
  });

  it('does not exist where too many draws have no correlation, and says so', () => {
    const scores = [...Array<number>(12).fill(0), 1];
    const interval = () =>
      bootstrapInterval(
        'SRCC',
        scores,
        scores.map((_, i) => i),
      );
    expect(interval).toThrow(UndefinedIntervalError);
    expect(interval).toThrow(/^\d+ of 2000 bootstrap draws have no such figure/);
  });

  it('says when groups are few, and refuses when they are too few', () => {
    const { scores, mos } = sample(40);
    const grouped = (count: number) => ({ units: scores.map((_, i) => `${i % count}`) });
    expect(bootstrapInterval('SRCC', scores, mos, grouped(8)).fewUnits).toBe(true);
    expect(bootstrapInterval('SRCC', scores, mos, grouped(30)).fewUnits).toBe(false);
    expect(() => bootstrapInterval('SRCC', scores, mos, grouped(4))).toThrow(
      /at least 5 independent images or groups, there are 4/,
    );
  });

  it.each([
    [{ confidence: 1 }, /confidence is 1/],
    [{ confidence: 0 }, /confidence is 0/],
    [{ units: ['a'] }, /1 unit names cannot be paired with 40 images/],
  ])('refuses %j', (options, message) => {
    const { scores, mos } = sample(40);
    expect(() => bootstrapInterval('SRCC', scores, mos, options)).toThrow(message);
  });
});

describe('the paired difference', () => {
  it('is narrower than two separate intervals, and antisymmetric', () => {
    const { scores, mos } = sample(200);
    const random = xoroshiro128plus(5);
    const other = scores.map((score) => score + 0.3 * uniformFloat64(random));
    const forth = bootstrapDifference('SRCC', { a: scores, b: other, mos });
    const back = bootstrapDifference('SRCC', { a: other, b: scores, mos });
    expect(back.estimate).toBeCloseTo(-forth.estimate, 12);
    expect(back.low).toBeCloseTo(-forth.high, 12);
    expect(back.pValue).toBe(forth.pValue);
    const separate = bootstrapInterval('SRCC', scores, mos);
    expect(forth.high - forth.low).toBeLessThan(0.7 * (separate.high - separate.low));
  });

  it('tells a gain, a loss and an undecided difference', () => {
    const { scores, mos } = sample(300, 0.7);
    const random = xoroshiro128plus(6);
    const noise = scores.map(() => uniformFloat64(random));
    const nearly = scores.map((score, i) => score + 0.01 * noise[i]!);
    const gain = bootstrapDifference('KRCC', { a: scores, b: noise, mos });
    expect(gain).toMatchObject({ verdict: 'gain', n: 300 });
    expect(bootstrapDifference('KRCC', { a: noise, b: scores, mos }).verdict).toBe('loss');
    const undecided = bootstrapDifference('KRCC', { a: scores, b: nearly, mos });
    expect(undecided.verdict).toBe('undecided');
    expect(undecided.pValue).toBeGreaterThan(0.05);
    expect(undecided.pValueFrom).toBe('draws');
  });

  it('has a p-value that is as small as the difference is sure, however few draws there are', () => {
    const { scores, mos } = sample(300, 0.7);
    const random = xoroshiro128plus(6);
    const noise = scores.map(() => uniformFloat64(random));
    const few = bootstrapDifference('SRCC', { a: scores, b: noise, mos }, { draws: 1000 });
    expect(few.pValueFrom).toBe('tail');
    expect(few.pValue).toBeLessThan(1e-6);
    // Over the same groups: few of them leave more doubt than their bootstrap's spread alone.
    const units = scores.map((_, i) => `${i % 6}`);
    const grouped = bootstrapDifference('SRCC', { a: scores, b: noise, mos }, { units });
    expect(grouped.pValueFrom).toBe('tail');
    expect(grouped.pValue).toBeGreaterThan(few.pValue);
  });

  it('has nearly the same p-value from draws and from the tail, where one gives way to the other', () => {
    const difference = (draws: readonly number[], estimate: number) => {
      const series = { metric: 'SRCC' as const, n: 1000, units: 1000, confidence: 0.95 };
      return differenceOfSeries(
        { ...series, estimate, draws: Float64Array.from(draws) },
        { ...series, estimate: 0, draws: new Float64Array(draws.length) },
      );
    };
    // Quantiles of a normal distribution whose mean is 2.5 standard deviations, the lowest first.
    const draws = Array.from({ length: 2000 }, (_, i) => {
      const z = normalUpperQuantile(((i % 1000) + 0.5) / 2000);
      return 2.5 + (i < 1000 ? -z : z);
    });
    const byDraws = difference(draws, 2.5);
    const byTail = difference(draws.slice(5), 2.5);
    expect([byDraws.pValueFrom, byTail.pValueFrom]).toEqual(['draws', 'tail']);
    expect(byDraws.pValue).toBeCloseTo(2 * normalUpperTail(2.5), 2);
    expect(byTail.pValue).toBeCloseTo(2 * normalUpperTail(2.5), 2);
  });

  // The tail of Student's density with G - 1 degrees of freedom, integrated by Simpson's rule, beyond the
  // estimate over statistics.stdev(draws) * sqrt(G / (G - 1)).
  it.each([
    ['8 units', 8, 0.08, [0.1, -0.02, 0.05, 0.2, 0.12, 0.07, 0.01, 0.15, 0.09, 0.03], 0.2975548961],
    ['20 units', 20, 0.15, Array.from({ length: 40 }, (_, i) => 0.05 + 0.005 * i), 0.0216846019],
  ])("has the p-value of Student's tail over %s", (_, units, estimate, draws, pValue) => {
    const series = { metric: 'SRCC' as const, n: 100, units, confidence: 0.95 };
    const found = differenceOfSeries(
      { ...series, estimate, draws: Float64Array.from(draws) },
      { ...series, estimate: 0, draws: new Float64Array(draws.length) },
    );
    expect(found.pValueFrom).toBe('tail');
    expect(found.pValue).toBeCloseTo(pValue, 9);
  });

  it('of a column with itself is nothing', () => {
    const { scores, mos } = sample(50);
    expect(bootstrapDifference('SRCC', { a: scores, b: scores, mos })).toMatchObject({
      estimate: 0,
      low: 0,
      high: 0,
      pValue: 1,
      verdict: 'undecided',
    });
  });
});

const pair = ({ scores, mos }: { scores: number[]; mos: number[] }): [number[], number[]] => [
  scores,
  mos,
];
