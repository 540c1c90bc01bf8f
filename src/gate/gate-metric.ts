import {
  AGREEMENTS,
  type Agreement,
  agreement,
  correlation,
  METRICS,
  type Statistic,
} from '../statistics/index.ts';
import { FISHER, LOGIT, type Scale } from '../statistics/interval.ts';
import { scoresFor } from '../statistics/rank-scores.ts';
import { unitsOf } from '../statistics/resample.ts';
import { resampled } from '../statistics/resampled.ts';
import type { Sample } from './correlated-sample.ts';

/** What a gate may look at. */
export const GATE_METRICS = [...METRICS, ...AGREEMENTS] as const;
export type GateMetric = (typeof GATE_METRICS)[number];

/**
 * A metric of a sample, prepared for its bootstrap.
 *
 * @throws UndefinedCorrelationError; RangeError as `checkPairs`
 */
export function statisticOf(metric: GateMetric, sample: Sample): Statistic {
  if (isAgreement(metric)) {
    return agreement(metric, { ...sample, units: unitsOf(sample.mos.length, sample.units.names) });
  }
  const scores = scoresFor(metric, sample);
  return {
    estimate: correlation(metric, scores, sample.mos),
    resample: resampled(metric, scores, sample.mos),
  };
}

const isAgreement = (metric: GateMetric): metric is Agreement =>
  AGREEMENTS.some((name) => name === metric);

/** The scale on which the metric of few units is nearly in Student's distribution. */
export const scaleOf = (metric: GateMetric): Scale => (metric === 'PAIRS' ? LOGIT : FISHER);

/** The metric as a sentence names it, with what has to be known of it. */
export function nameOf(metric: GateMetric, { errors, levels }: Sample): string {
  switch (metric) {
    case 'PLCC':
      return 'PLCC raw';
    case 'PAIRS':
      return errors ? 'PAIRS with a band of ties' : 'PAIRS without a band of ties';
    case 'KAPPA':
      return levels ? `KAPPA at ${levels.length} levels` : metric;
    case 'ALPHA':
    case 'ICC':
      return `${metric} mapped`;
    default:
      return metric;
  }
}
