import { createHash } from 'node:crypto';
import type { Sample } from '../../gate/correlated-sample.ts';
import { type GateMetric, statisticOf } from '../../gate/gate-metric.ts';
import {
  bootstrapStatistics,
  type StatisticSeries,
  UndefinedCorrelationError,
  UndefinedIntervalError,
  unitsOf,
} from '../../statistics/index.ts';
import type { Draws } from '../verdict/correlations.ts';

/** A metric of a sample with its draws. Throws as `statisticOf`. */
export type DrawOf = (metric: GateMetric, sample: Sample) => StatisticSeries;

/**
 * Draws of metrics of samples. What is drawn follows from the names of the units and the seed alone, so those of
 * several samples of the same images are paired, also when they were not made in one call. The draws of a sample
 * are made once: in a history most runs are over the same images, whichever they are compared with.
 */
export function drawn(draws: Draws): DrawOf {
  const known = new Map<string, StatisticSeries>();
  return (metric, sample) => {
    const { scores, ranked, mos, errors, levels, scale, units } = sample;
    const recipe = [metric, [...scores], [...ranked], mos, errors, levels, scale, units.names];
    const key = createHash('sha256').update(JSON.stringify(recipe)).digest('hex');
    const before = known.get(key);
    if (before) return before;
    const [series] = bootstrapStatistics(
      [statisticOf(metric, sample)],
      unitsOf(mos.length, units.names),
      draws,
    ) as [StatisticSeries];
    known.set(key, series);
    return series;
  };
}

/** What `compute` gives, or why there is none: a statistic that is undefined, or rows that have no known units. */
export function orProblem<Result>(compute: () => Result): Result | { problem: string } {
  try {
    return compute();
  } catch (error) {
    const isReason =
      error instanceof UndefinedCorrelationError ||
      error instanceof UndefinedIntervalError ||
      error instanceof RangeError;
    if (!isReason) throw error;
    return { problem: error.message };
  }
}
