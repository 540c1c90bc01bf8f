import { type BootstrapOptions, type BootstrapSeries, bootstrap } from './bootstrap.ts';
import {
  DIFFERENCE,
  definedOf,
  FEW_UNITS,
  type Interval,
  intervalOf,
  standardError,
} from './interval.ts';
import type { Metric } from './resampled.ts';
import type { StatisticSeries } from './statistic.ts';
import { studentUpperTail } from './student.ts';

/** `a - b` of two statistics of the same images. */
export interface StatisticDifference extends Interval {
  estimate: number;
  n: number;
  /** Of no difference, two-sided. */
  pValue: number;
  /** Whether it is a share of draws, or the tail of a distribution: of few units, or where too few draws lie beyond 0. */
  pValueFrom: 'draws' | 'tail';
  /** Whether `a` agrees better, worse, or the interval holds 0, as where `pValue` is above 1 - confidence. */
  verdict: 'gain' | 'loss' | 'undecided';
}

/** `a - b` of two correlations over the same images. */
export interface Difference extends StatisticDifference {
  metric: Metric;
}

/**
 * The difference of two series of one `bootstrap` call, draw by draw: the correlations are dependent,
 * and so are their draws.
 *
 * @throws UndefinedIntervalError as `intervalOf`; RangeError series of different metrics or draws
 * @example
 * const scores = [0.1, 0.3, 0.2, 0.4, 0.6, 0.5, 0.8, 0.7];
 * const mos = [1, 2, 3, 4, 5, 6, 7, 8];
 * const other = [0.1, 0.2, 0.9, 0.3, 0.7, 0.4, 0.6, 0.5];
 * const [a, b] = bootstrap([
 *   { metric: 'SRCC', scores, mos },
 *   { metric: 'SRCC', scores: other, mos },
 * ]);
 * differenceOfSeries(a, b).estimate; // 0.4524
 */
export function differenceOfSeries(a: BootstrapSeries, b: BootstrapSeries): Difference {
  if (a.metric !== b.metric) {
    throw new RangeError('only series of one metric, over the same images and draws, are paired');
  }
  return { metric: a.metric, ...differenceOfStatistics(a, b) };
}

/**
 * The same of any two statistics that were drawn together and lie in -1..1 or nearly so. Throws as
 * `differenceOfSeries`.
 *
 * @example
 * const mos = [1, 2, 3, 4, 5, 6];
 * const statistics = [
 *   pairAccuracy([1, 2, 4, 3, 5, 6], mos, undefined, unitsOf(6)),
 *   pairAccuracy([2, 1, 4, 3, 6, 5], mos, undefined, unitsOf(6)),
 * ];
 * const [a, b] = bootstrapStatistics(statistics, unitsOf(6));
 * differenceOfStatistics(a, b).estimate; // 0.1333
 */
export function differenceOfStatistics(
  a: StatisticSeries,
  b: StatisticSeries,
): StatisticDifference {
  if (a.draws.length !== b.draws.length || a.n !== b.n) {
    throw new RangeError('only series of one metric, over the same images and draws, are paired');
  }
  const draws = a.draws.map((value, draw) => value - b.draws[draw]!);
  const estimate = a.estimate - b.estimate;
  const interval = intervalOf({ ...a, estimate, draws }, DIFFERENCE);
  return {
    estimate,
    n: a.n,
    ...interval,
    ...pValueOf(draws, estimate, a.units),
    verdict: interval.low > 0 ? 'gain' : interval.high < 0 ? 'loss' : 'undecided',
  };
}

/**
 * Paired bootstrap of `corr(a, mos) - corr(b, mos)` over the same images.
 * Throws as `bootstrap` and `intervalOf`.
 *
 * @example
 * const scores = [0.1, 0.3, 0.2, 0.4, 0.6, 0.5, 0.8, 0.7];
 * const mos = [1, 2, 3, 4, 5, 6, 7, 8];
 * const other = [0.1, 0.2, 0.9, 0.3, 0.7, 0.4, 0.6, 0.5];
 * bootstrapDifference('SRCC', { a: scores, b: other, mos }).estimate; // 0.4524
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

/** So many draws beyond 0 are needed for their share to be more than a guess. */
export const FEWEST_BEYOND = 10;

/**
 * Below `FEW_UNITS` units the tail of Student's distribution, as the interval is; otherwise twice the
 * smaller share of draws on one side of 0, the sample itself counted as a draw. A share of
 * 2,000 draws cannot be small enough for a correction over many pairs; so where fewer than
 * `FEWEST_BEYOND` lie there, the tail of the difference over its bootstrap standard error, if that is
 * smaller (Efron & Tibshirani, An Introduction to the Bootstrap, 1993, ch. 13), enlarged by G/(G-1) and in
 * Student's distribution with G - 1 degrees of freedom for G units, since they may be few (Cameron,
 * Gelbach & Miller, Rev. Econ. Stat. 90, 2008).
 */
function pValueOf(
  draws: Float64Array,
  estimate: number,
  units: number,
): Pick<Difference, 'pValue' | 'pValueFrom'> {
  const defined = definedOf(draws);
  const atMostZero = defined.reduce((count, value) => count + (value <= 0 ? 1 : 0), 0);
  const atLeastZero = defined.reduce((count, value) => count + (value >= 0 ? 1 : 0), 0);
  const beyond = Math.min(atMostZero, atLeastZero);
  const share = Math.min(1, (2 * (beyond + 1)) / (defined.length + 1));
  const isFew = units < FEW_UNITS;
  const error = standardError(draws, units);
  if (error === 0 || (!isFew && beyond >= FEWEST_BEYOND)) {
    return { pValue: share, pValueFrom: 'draws' };
  }
  const tail = Math.min(1, 2 * studentUpperTail(Math.abs(estimate) / error, units - 1));
  return { pValue: isFew ? tail : Math.min(share, tail), pValueFrom: 'tail' };
}
