import { krcc, plcc, srcc } from './correlation.ts';
import { FISHER, type Interval, intervalOf } from './interval.ts';
import { forEachResample, unitsOf } from './resample.ts';
import { type Metric, resampled } from './resampled.ts';

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
export interface BootstrapSeries {
  metric: Metric;
  estimate: number;
  n: number;
  /** One correlation a draw, NaN where the draw has none. */
  draws: Float64Array;
  units: number;
  confidence: number;
}

export const DEFAULT_DRAWS = 2000;
export const DEFAULT_CONFIDENCE = 0.95;

const CORRELATIONS = { SRCC: srcc, KRCC: krcc, PLCC: plcc } as const;

/** The correlation named `metric` (tau-b for KRCC, raw Pearson for PLCC). Throws as `checkPairs`. */
export const correlation = (metric: Metric, x: ArrayLike<number>, y: ArrayLike<number>): number =>
  CORRELATIONS[metric](x, y);

/**
 * Bootstraps several correlations over the same images with the same draws: their draws can be
 * subtracted one by one (`differenceOfSeries`).
 *
 * @param series each with a value per image, in the same order of images
 * @throws as `checkPairs` and `unitsOf`
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
  const units = unitsOf(n, names);
  const prepared = series.map(({ metric, scores, mos }) => ({
    compute: resampled(metric, scores, mos),
    result: {
      metric,
      estimate: correlation(metric, scores, mos),
      n,
      draws: new Float64Array(draws),
      units: units.count,
      confidence,
    },
  }));
  forEachResample(units, { draws, seed }, (multiplicities, draw) => {
    for (const { compute, result } of prepared) result.draws[draw] = compute(multiplicities);
  });
  return prepared.map(({ result }) => result);
}

/**
 * Interval of one series: percentiles, or below `FEW_UNITS` units Student's on Fisher's z scale.
 * Throws as `intervalOf`.
 */
export function intervalOfSeries(series: BootstrapSeries): CorrelationInterval {
  const { metric, estimate, n } = series;
  return { metric, estimate, n, ...intervalOf(series, FISHER) };
}

/**
 * A correlation of scores with MOS and its seeded bootstrap interval over independent units.
 * Throws as `checkPairs` (no correlation) and `intervalOf` (no interval).
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
