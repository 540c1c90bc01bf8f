import { UndefinedIntervalError } from './undefined-interval-error.ts';

/** Percentile bootstrap interval. */
export interface Interval {
  low: number;
  high: number;
  /** Share that the interval is to cover, two-sided: 0.95 leaves 2.5 % beyond each end. */
  confidence: number;
  draws: number;
  /** Draws without a correlation (a constant vector), left out of the percentiles. */
  undefinedDraws: number;
  /** Independent units that were resampled: images, or groups. */
  units: number;
  /** Fewer than `FEW_UNITS`: the interval is narrower than it says. */
  fewUnits: boolean;
}

/** Below this there is no interval: percentiles of so few units cover far less than they say. */
export const MIN_UNITS = 5;

/** Below this an interval comes with a warning. */
export const FEW_UNITS = 20;

/** More undefined draws than this leave it open what the percentiles would be with them. */
const MAX_UNDEFINED_SHARE = 0.05;

/**
 * The interval between the `(1 - confidence) / 2` and `(1 + confidence) / 2` quantiles of bootstrap
 * draws, interpolated linearly between order statistics. Undefined draws (NaN) are left out and counted.
 *
 * @throws UndefinedIntervalError fewer than `MIN_UNITS` units, or more than 5 % undefined draws
 * @throws RangeError confidence outside (0, 1)
 */
export function percentileInterval(
  draws: Float64Array,
  { confidence, units }: { confidence: number; units: number },
): Interval {
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`confidence is ${confidence}; it must lie between 0 and 1`);
  }
  if (units < MIN_UNITS) {
    throw new UndefinedIntervalError(
      `an interval needs at least ${MIN_UNITS} independent images or groups, there ${units === 1 ? 'is' : 'are'} ${units}`,
    );
  }
  const defined = draws.filter((value) => !Number.isNaN(value)).sort();
  const undefinedDraws = draws.length - defined.length;
  if (undefinedDraws > MAX_UNDEFINED_SHARE * draws.length) {
    throw new UndefinedIntervalError(
      `${undefinedDraws} of ${draws.length} bootstrap draws have no correlation, because all their scores or all their MOS are equal; the scores have too few distinct values for an interval`,
    );
  }
  return {
    low: quantile(defined, (1 - confidence) / 2),
    high: quantile(defined, (1 + confidence) / 2),
    confidence,
    draws: draws.length,
    undefinedDraws,
    units,
    fewUnits: units < FEW_UNITS,
  };
}

/** Quantile of ascending values at `share` of their way, as numpy's default. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (place - below) * (high - low);
}
