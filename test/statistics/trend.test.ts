import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bootstrap, differenceOfSeries, trendOfStatistics } from '../../src/statistics/index.ts';

/** Made by test/report/history/make-reference.py with NumPy and SciPy. */
const { days, mos, columns, expected } = JSON.parse(
  readFileSync(new URL('../report/history/reference-values.json', import.meta.url), 'utf8'),
) as {
  days: number[];
  mos: number[];
  columns: Record<string, number[][]>;
  expected: Record<
    string,
    { trend: { estimate: number; low: number; high: number; p: number; sd: number } }
  >;
};

const seriesOf = (runs: readonly number[][]) =>
  bootstrap(runs.map((scores) => ({ metric: 'SRCC' as const, scores, mos })));

describe('a trend', () => {
  it.each(Object.keys(columns))('is the change along the line that NumPy fits: %s', (name) => {
    const { trend } = expected[name]!;
    const found = trendOfStatistics(seriesOf(columns[name]!), days);
    expect(found.estimate).toBeCloseTo(trend.estimate, 12);
    // Both ends are quantiles of draws, with an error of their own.
    expect(Math.abs(found.low - trend.low)).toBeLessThan(trend.sd / 5);
    expect(Math.abs(found.high - trend.high)).toBeLessThan(trend.sd / 5);
    expect(Math.abs(found.pValue - trend.p)).toBeLessThan(0.04);
  });

  it('of the falling column is a loss, of the steady one undecided', () => {
    const verdicts = ['falling', 'steady'].map(
      (name) => trendOfStatistics(seriesOf(columns[name]!), days).verdict,
    );
    expect(verdicts).toEqual(['loss', 'undecided']);
  });

  it('is the difference of the ends, where the time between lies in the middle', () => {
    const [first, middle, last] = seriesOf(columns.falling!.slice(0, 3));
    const { estimate, low, high, pValue } = trendOfStatistics(
      [first!, middle!, last!],
      [10, 20, 30],
    );
    const ends = differenceOfSeries(last!, first!);
    expect(estimate).toBeCloseTo(ends.estimate, 12);
    expect([low, high]).toEqual([expect.closeTo(ends.low, 12), expect.closeTo(ends.high, 12)]);
    expect(pValue).toBeCloseTo(ends.pValue, 12);
  });

  it('of runs that are the same is none, whatever the times are', () => {
    const [one] = columns.steady!;
    const series = seriesOf([one!, one!, one!]);
    for (const times of [
      [0, 1, 2],
      [0, 34_117, 64_893],
      [1.7e12, 1.7e12 + 34_117, 1.7e12 + 64_893],
    ]) {
      expect(trendOfStatistics(series, times)).toMatchObject({
        ...{ estimate: 0, low: 0, high: 0, pValue: 1, verdict: 'undecided' },
      });
    }
  });

  it('takes any unit of time, and turns round with it', () => {
    const series = seriesOf(columns.falling!);
    const { estimate } = trendOfStatistics(series, days);
    const moved = days.map((day) => 1.7e12 + day * 86_400_000);
    expect(trendOfStatistics(series, moved).estimate).toBeCloseTo(estimate, 12);
    expect(
      trendOfStatistics(
        series,
        days.map((day) => -day),
      ).estimate,
    ).toBeCloseTo(-estimate, 12);
  });

  it('is refused for two runs, for equal times, and for series of other images', () => {
    const series = seriesOf(columns.steady!);
    const [other] = bootstrap([
      { metric: 'SRCC', scores: columns.steady![0]!.slice(1), mos: mos.slice(1) },
    ]);
    expect(() => trendOfStatistics(series.slice(0, 2), [0, 1])).toThrow(/at least 3/);
    expect(() => trendOfStatistics(series, [0, 1])).toThrow(/5 with 2/);
    expect(() =>
      trendOfStatistics(
        series,
        days.map(() => 4),
      ),
    ).toThrow(/times that differ/);
    expect(() => trendOfStatistics([...series.slice(1), other!], days)).toThrow(/same images/);
  });
});
