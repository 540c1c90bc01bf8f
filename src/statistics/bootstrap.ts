import { krcc, plcc, srcc } from './correlation.ts';
import { DEFAULT_CONFIDENCE, DEFAULT_DRAWS } from './defaults.ts';
import { FISHER, type Interval, intervalOf } from './interval.ts';
import { unitsOf } from './resample.ts';
import { type Metric, resampled } from './resampled.ts';
import { bootstrapStatistics, type StatisticSeries } from './statistic.ts';

export interface BootstrapOptions {
  /** Name of each image's independent unit: its reference or its file. Left out: every image is one. */
  units?: readonly string[];
  /** Default 2,000. */
  draws?: number;
  /** 32-bit integer, default 0. The same seed, units and pairs give the same interval. */
  seed?: number;
  /** Two-sided, default 0.95. */
  confidence?: number;
}

export interface CorrelationInterval extends Interval {
  metric: Metric;
  /** The correlation of all images. */
  estimate: number;
  n: number;
}

/** One column's correlation with its draws; those of several series of one call are paired. */
export interface BootstrapSeries extends StatisticSeries {
  metric: Metric;
}

const CORRELATIONS = { SRCC: srcc, KRCC: krcc, PLCC: plcc } as const;

/**
 * The correlation named `metric` (tau-b for KRCC, raw Pearson for PLCC). Throws as `checkPairs`.
 *
 * @example
 * correlation('KRCC', [1, 2, 3], [10, 30, 20]); // 0.3333
 */
export const correlation = (metric: Metric, x: ArrayLike<number>, y: ArrayLike<number>): number =>
  CORRELATIONS[metric](x, y);

/**
 * Bootstraps several correlations over the same images with the same draws: their draws can be
 * subtracted one by one (`differenceOfSeries`).
 *
 * @param series each with a value per image, in the same order of images
 * @throws as `checkPairs` and `unitsOf`
 * @example
 * const scores = [0.1, 0.3, 0.2, 0.4, 0.6, 0.5, 0.8, 0.7];
 * const mos = [1, 2, 3, 4, 5, 6, 7, 8];
 * const [srcc] = bootstrap([{ metric: 'SRCC', scores, mos }], { draws: 500 });
 * srcc.draws.length; // 500
 */
export function bootstrap(
  series: readonly { metric: Metric; scores: ArrayLike<number>; mos: ArrayLike<number> }[],
  {
    units: names,
    draws = DEFAULT_DRAWS,
    seed = 0,
    confidence = DEFAULT_CONFIDENCE,
  }: BootstrapOptions = {},
): BootstrapSeries[] {
  const n = series[0]?.scores.length ?? 0;
  const other = series.find(({ scores }) => scores.length !== n);
  if (other) throw new RangeError(`${n} images cannot be paired with ${other.scores.length}`);
  const drawn = bootstrapStatistics(
    series.map(({ metric, scores, mos }) => ({
      resample: resampled(metric, scores, mos),
      estimate: correlation(metric, scores, mos),
    })),
    unitsOf(n, names),
    { draws, seed, confidence },
  );
  return drawn.map((one, index) => ({ metric: series[index]!.metric, ...one }));
}

/**
 * Interval of one series: percentiles, or below `FEW_UNITS` units Student's on Fisher's z scale.
 * Throws as `intervalOf`.
 *
 * @example
 * const scores = [0.1, 0.3, 0.2, 0.4, 0.6, 0.5, 0.8, 0.7];
 * const mos = [1, 2, 3, 4, 5, 6, 7, 8];
 * const [srcc] = bootstrap([{ metric: 'SRCC', scores, mos }]);
 * intervalOfSeries(srcc).estimate; // 0.9286
 */
export function intervalOfSeries(series: BootstrapSeries): CorrelationInterval {
  const { metric, estimate, n } = series;
  return { metric, estimate, n, ...intervalOf(series, FISHER) };
}

/**
 * A correlation of scores with MOS and its seeded bootstrap interval over independent units.
 * Throws as `checkPairs` (no correlation) and `intervalOf` (no interval).
 *
 * @example
 * const scores = [0.1, 0.3, 0.2, 0.4, 0.6, 0.5, 0.8, 0.7];
 * const mos = [1, 2, 3, 4, 5, 6, 7, 8];
 * const { estimate, n, fewUnits } = bootstrapInterval('SRCC', scores, mos);
 * [estimate, n, fewUnits]; // [0.9286, 8, true]
 */
export function bootstrapInterval(
  metric: Metric,
  scores: ArrayLike<number>,
  mos: ArrayLike<number>,
  options: BootstrapOptions = {},
): CorrelationInterval {
  const [series] = bootstrap([{ metric, scores, mos }], options) as [BootstrapSeries];
  return intervalOfSeries(series);
}
