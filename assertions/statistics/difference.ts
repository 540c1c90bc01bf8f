import { type BootstrapOptions, type BootstrapSeries, bootstrap } from './bootstrap.ts';
import { type Interval, percentileInterval } from './percentile-interval.ts';
import type { Metric } from './resampled.ts';

/** `a - b` of two correlations over the same images. */
export interface Difference extends Interval {
  metric: Metric;
  estimate: number;
  n: number;
  /** Two-sided bootstrap p-value of no difference, at least 1 / (draws + 1). */
  pValue: number;
  /** Whether `a` agrees better, worse, or the interval holds 0. */
  verdict: 'gain' | 'loss' | 'undecided';
}

/**
 * The difference of two series of one `bootstrap` call, draw by draw: the correlations are dependent,
 * and so are their draws.
 *
 * @throws UndefinedIntervalError as `percentileInterval`; RangeError series of different metrics or draws
 */
export function differenceOfSeries(a: BootstrapSeries, b: BootstrapSeries): Difference {
  if (a.metric !== b.metric || a.draws.length !== b.draws.length || a.n !== b.n) {
    throw new RangeError('only series of one metric, over the same images and draws, are paired');
  }
  const draws = a.draws.map((value, draw) => value - (b.draws[draw] as number));
  const interval = percentileInterval(draws, a);
  const estimate = a.estimate - b.estimate;
  return {
    metric: a.metric,
    estimate,
    n: a.n,
    ...interval,
    pValue: pValueOf(draws),
    verdict: interval.low > 0 ? 'gain' : interval.high < 0 ? 'loss' : 'undecided',
  };
}

/**
 * Paired bootstrap of `corr(a, mos) - corr(b, mos)` over the same images.
 * Throws as `bootstrap` and `percentileInterval`.
 */
export function bootstrapDifference(
  metric: Metric,
  { a, b, mos }: { a: ArrayLike<number>; b: ArrayLike<number>; mos: ArrayLike<number> },
  options: BootstrapOptions = {},
): Difference {
  const [first, second] = bootstrap(
    [a, b].map((scores) => ({ metric, scores, mos })),
    options,
  ) as [BootstrapSeries, BootstrapSeries];
  return differenceOfSeries(first, second);
}

/** Twice the smaller share of draws on one side of 0, the sample itself counted as a draw. */
function pValueOf(draws: Float64Array): number {
  let defined = 0;
  let atMostZero = 0;
  let atLeastZero = 0;
  for (const value of draws) {
    if (Number.isNaN(value)) continue;
    defined++;
    if (value <= 0) atMostZero++;
    if (value >= 0) atLeastZero++;
  }
  return Math.min(1, (2 * (Math.min(atMostZero, atLeastZero) + 1)) / (defined + 1));
}
