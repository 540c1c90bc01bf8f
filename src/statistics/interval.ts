import { sampleVariance } from 'simple-statistics';
import { studentUpperQuantile } from './student.ts';
import { UndefinedIntervalError } from './undefined-interval-error.ts';

/** Bootstrap interval: percentiles, or Student's where there are fewer than `FEW_UNITS` units. */
export interface Interval {
  low: number;
  high: number;
  /** Share that the interval is to cover, two-sided: 0.95 leaves 2.5 % beyond each end. */
  confidence: number;
  draws: number;
  /** Draws without a correlation (a constant vector), left out. */
  undefinedDraws: number;
  /** Independent units that were resampled: images, or groups. */
  units: number;
  /** Fewer than `FEW_UNITS`: percentiles would be too narrow, so the interval is Student's. False at an end of the scale. */
  fewUnits: boolean;
}

/** What was bootstrapped. */
export interface Bootstrapped {
  /** Of all images. */
  estimate: number;
  /** One value a draw, NaN where the draw has none. */
  draws: Float64Array;
  /** Independent units that were resampled. */
  units: number;
  confidence: number;
}

/**
 * A scale on which an estimate of few units is nearly in Student's distribution: `to` maps to it,
 * `from` back, `slope` is the derivative of `to`.
 */
export interface Scale {
  to: (value: number) => number;
  from: (value: number) => number;
  slope: (value: number) => number;
  /**
   * The interval of an estimate at the end of the scale, where resamples all say the same and so nothing; undefined
   * where there is none. Left out: there is none on this scale.
   */
  atEnd?: (estimate: number, confidence: number) => { low: number; high: number } | undefined;
}

/** Sums leave a correlation of 1 or -1 less than this beside it. */
const ROUNDING = 1e-12;

/** Fisher's z: near 1 a correlation's distribution is skewed, and `z` never leads beyond 1. */
export const FISHER: Scale = {
  to: (r) => (1 - Math.abs(r) < ROUNDING ? Math.sign(r) * Number.POSITIVE_INFINITY : Math.atanh(r)),
  from: Math.tanh,
  slope: (r) => 1 / (1 - r * r),
};

/** Of what is above 0, as an RMSE. */
export const LOGARITHM: Scale = { to: Math.log, from: Math.exp, slope: (value) => 1 / value };

/** Of what is below 0, as a mean log-likelihood. */
export const NEGATIVE: Scale = {
  to: (value) => -Math.log(-value),
  from: (value) => -Math.exp(-value),
  slope: (value) => -1 / value,
};

/** Of a share: between 0 and 1, as `FISHER` between -1 and 1. */
export const LOGIT: Scale = {
  to: (share) => Math.log(share / (1 - share)),
  from: (value) => 1 / (1 + Math.exp(-value)),
  slope: (share) => 1 / (share * (1 - share)),
};

/** Differences of two correlations as they are; none lies beyond 2. */
export const DIFFERENCE: Scale = {
  to: (value) => value,
  from: (value) => Math.min(2, Math.max(-2, value)),
  slope: () => 1,
};

/** Of a mean of scores in 0..1, as it is. */
export const SHARE: Scale = {
  to: (value) => value,
  from: (value) => Math.min(1, Math.max(0, value)),
  slope: () => 1,
};

/** Below this there is no interval: so few units do not say how much units differ. */
export const MIN_UNITS = 5;

/** Below this percentiles are too narrow: down to 87 % instead of 95 (`bench/interval-coverage.ts`). */
export const FEW_UNITS = 20;

/** More undefined draws than this leave it open what the interval would be with them. */
const MAX_UNDEFINED_SHARE = 0.05;

/**
 * The interval of an estimate from its draws, undefined ones (NaN) left out and counted: percentiles,
 * or `studentInterval` on `scale` where there are fewer than `FEW_UNITS` units.
 *
 * @throws UndefinedIntervalError fewer than `MIN_UNITS` units, more than 5 % undefined draws, as `studentInterval`
 * @throws RangeError confidence outside (0, 1)
 * @example
 * const draws = Float64Array.from({ length: 1999 }, (_, i) => (i + 1) / 2000);
 * const drawn = { estimate: 0.5, draws, units: 30, confidence: 0.9 };
 * const { low, high } = intervalOf(drawn, FISHER);
 * [low, high]; // [0.05, 0.95]
 */
export function intervalOf(bootstrapped: Bootstrapped, scale: Scale): Interval {
  const { draws, units, confidence } = bootstrapped;
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`confidence is ${confidence}; it must lie between 0 and 1`);
  }
  if (units < MIN_UNITS) {
    throw new UndefinedIntervalError(
      `an interval needs at least ${MIN_UNITS} independent images or groups, there ${units === 1 ? 'is' : 'are'} ${units}`,
    );
  }
  const undefinedDraws = draws.length - definedOf(draws).length;
  if (undefinedDraws > MAX_UNDEFINED_SHARE * draws.length) {
    throw new UndefinedIntervalError(
      `${undefinedDraws} of ${draws.length} bootstrap draws have no such figure, because all their scores or all their MOS are equal, or people tell none of them apart; there are too few distinct values for an interval`,
    );
  }
  const { estimate } = bootstrapped;
  const ends = Number.isFinite(scale.to(estimate))
    ? undefined
    : scale.atEnd?.(estimate, confidence);
  const fewUnits = units < FEW_UNITS && ends === undefined;
  const drawn = () =>
    fewUnits ? studentInterval(bootstrapped, scale) : percentileInterval(bootstrapped);
  return {
    ...(ends ?? drawn()),
    confidence,
    draws: draws.length,
    undefinedDraws,
    units,
    fewUnits,
  };
}

/**
 * The k-th draw from each end, k = (draws + 1) (1 - confidence) / 2 (Davison & Hinkley, Bootstrap
 * Methods and their Application, 1997, ch. 5): it leaves out 0 exactly where twice the share of draws
 * beyond 0, the sample itself counted as one, is at most 1 - confidence.
 *
 * @throws UndefinedIntervalError fewer draws than one beyond each end: the outermost would promise too much
 */
export function percentileInterval({
  draws,
  confidence,
}: Pick<Bootstrapped, 'draws' | 'confidence'>): { low: number; high: number } {
  const sorted = definedOf(draws).sort();
  const place = Math.floor(((sorted.length + 1) * (1 - confidence)) / 2 + 1e-9);
  if (place < 1) {
    throw new UndefinedIntervalError(
      `${sorted.length} bootstrap draws cannot say where an interval of confidence ${confidence} ends; take a confidence of at most ${Math.floor((1 - 2 / (sorted.length + 1)) * 1e4) / 1e4}`,
    );
  }
  return { low: sorted[place - 1]!, high: sorted[sorted.length - place]! };
}

/**
 * The estimate ± Student's quantile, with G - 1 degrees of freedom for G units, times its
 * bootstrap standard error, on `scale` (by the delta method). Percentiles of so few units are too
 * narrow.
 *
 * @throws UndefinedIntervalError where the scale ends at the estimate: a correlation of 1 or -1
 */
export function studentInterval(
  { estimate, draws, units, confidence }: Bootstrapped,
  { to, from, slope }: Scale,
): { low: number; high: number } {
  const middle = to(estimate);
  if (!Number.isFinite(middle)) {
    throw new UndefinedIntervalError(
      `the estimate is ${Number(estimate.toFixed(12))} over ${units} independent images or groups, too few to say how far below perfect the true one may lie`,
    );
  }
  const error = standardError(draws, units) * slope(estimate);
  const reach = studentUpperQuantile((1 - confidence) / 2, units - 1) * error;
  return { low: from(middle - reach), high: from(middle + reach) };
}

/** Bootstrap standard error, enlarged by sqrt(G/(G-1)) as a variance of G units is, undefined draws left out. */
export const standardError = (draws: Float64Array, units: number): number =>
  Math.sqrt((units / (units - 1)) * sampleVariance(Array.from(definedOf(draws))));

export const definedOf = (draws: Float64Array): Float64Array =>
  draws.filter((value) => !Number.isNaN(value));
