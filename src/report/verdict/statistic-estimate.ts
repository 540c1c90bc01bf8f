import {
  bootstrapStatistics,
  type Statistic,
  type StatisticSeries,
} from '../../statistics/index.ts';
import { intervalOf, type Scale } from '../../statistics/interval.ts';
import type { Units } from '../../statistics/resample.ts';
import type { Estimate } from '../report-schema.ts';
import type { Draws } from './correlations.ts';
import { noEstimate, orReason } from './or-reason.ts';

/** A statistic with its draws, or why there is none. */
export type Outcome = StatisticSeries | { problem: string };

/**
 * The estimate with its interval, as far as they exist.
 *
 * @param scale on which the statistic of few units is nearly in Student's distribution
 */
export function statisticEstimate(outcome: Outcome, scale: Scale): Estimate {
  if ('problem' in outcome) return noEstimate(outcome.problem);
  const { estimate } = outcome;
  const interval = orReason(() => intervalOf(outcome, scale));
  if ('problem' in interval) return { ...noEstimate(interval.problem), estimate };
  return { estimate, low: interval.low, high: interval.high };
}

/** Draws those that exist together; the others keep their reasons. In the order given. */
export function drawnOf(
  made: readonly (Statistic | { problem: string })[],
  units: Units,
  draws: Draws,
): Outcome[] {
  const defined = made.filter((one): one is Statistic => !('problem' in one));
  const series = bootstrapStatistics(defined, units, draws).values();
  return made.map((one) => ('problem' in one ? one : series.next().value!));
}
