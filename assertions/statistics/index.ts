export { aggregate, type WeightedCondition, type Weighting } from './aggregate.ts';
export {
  type BootstrapOptions,
  type BootstrapSeries,
  bootstrap,
  bootstrapInterval,
  type CorrelationInterval,
  correlation,
  DEFAULT_CONFIDENCE,
  DEFAULT_DRAWS,
  intervalOfSeries,
} from './bootstrap.ts';
export { krcc, pairwiseAccuracy, plcc, srcc } from './correlation.ts';
export {
  bootstrapDifference,
  type Difference,
  differenceOfSeries,
  FEWEST_BEYOND,
} from './difference.ts';
export { fisherInterval } from './fisher-interval.ts';
export { holm } from './holm.ts';
export { FEW_UNITS, type Interval, MIN_UNITS } from './interval.ts';
export { type Mapping, mapScores } from './mapping.ts';
export { type MengTest, mengTest } from './meng.ts';
export { type PriorAnswer, type PriorSuitability, priorSuitability } from './prior-suitability.ts';
export { METRICS, type Metric } from './resampled.ts';
export { rmseInterval } from './rmse.ts';
export { UndefinedCorrelationError } from './undefined-correlation-error.ts';
export { UndefinedIntervalError } from './undefined-interval-error.ts';
