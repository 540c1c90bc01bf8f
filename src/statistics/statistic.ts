import { DEFAULT_CONFIDENCE, DEFAULT_DRAWS } from './defaults.ts';
import { forEachResample, type Units } from './resample.ts';

/** A number that images give, prepared for many resamples of them. */
export interface Statistic {
  /** Of all images. */
  estimate: number;
  /** Of the resample in which image i stands `multiplicities[i]` times; NaN where it is undefined. */
  resample: (multiplicities: Int32Array) => number;
}

/** A statistic with its draws; those of several of one call are paired. */
export interface StatisticSeries {
  estimate: number;
  /** Images. */
  n: number;
  /** One value a draw, NaN where the draw has none. */
  draws: Float64Array;
  units: number;
  confidence: number;
}

/**
 * Bootstraps several statistics of the same images with the same draws: their draws can be subtracted
 * one by one.
 *
 * @param units of the images, `unitsOf`; the seed is as in `BootstrapOptions`
 * @example
 * const units = unitsOf(6);
 * const pairs = pairAccuracy([1, 2, 4, 3, 5, 6], [1, 2, 3, 4, 5, 6], undefined, units);
 * const [series] = bootstrapStatistics([pairs], units, { draws: 500 });
 * [series.estimate, series.draws.length]; // [0.9333, 500]
 */
export function bootstrapStatistics(
  statistics: readonly Statistic[],
  units: Units,
  {
    draws = DEFAULT_DRAWS,
    seed = 0,
    confidence = DEFAULT_CONFIDENCE,
  }: { draws?: number; seed?: number; confidence?: number } = {},
): StatisticSeries[] {
  const series = statistics.map(({ estimate }) => ({
    estimate,
    n: units.unitOf.length,
    draws: new Float64Array(draws),
    units: units.count,
    confidence,
  }));
  forEachResample(units, { draws, seed }, (multiplicities, draw) => {
    for (const [index, { resample }] of statistics.entries()) {
      series[index]!.draws[draw] = resample(multiplicities);
    }
  });
  return series;
}
