export {
  AGREEMENTS,
  type Agreement,
  type AgreementSample,
  agreement,
  levelKappa,
  mappedScores,
} from './agreement.ts';
export {
  type BootstrapOptions,
  type BootstrapSeries,
  bootstrap,
  bootstrapInterval,
  type CorrelationInterval,
  correlation,
  intervalOfSeries,
} from './bootstrap.ts';
export { type Calibration, calibrationOf } from './calibration.ts';
export { attainableSrcc, type Ceiling, ceilingOf } from './ceiling.ts';
export { krcc, pairwiseAccuracy, plcc, srcc } from './correlation.ts';
export { DEFAULT_CONFIDENCE, DEFAULT_DRAWS } from './defaults.ts';
export {
  bootstrapDifference,
  type Difference,
  differenceOfSeries,
  differenceOfStatistics,
  FEWEST_BEYOND,
} from './difference.ts';
export { fisherInterval } from './fisher-interval.ts';
export { holm } from './holm.ts';
export {
  DIFFERENCE,
  FEW_UNITS,
  FISHER,
  type Interval,
  intervalOf,
  LOGIT,
  MIN_UNITS,
  type Scale,
  SHARE,
} from './interval.ts';
export { type IntraclassKind, intraclass } from './intraclass.ts';
export { krippendorffAlpha } from './krippendorff-alpha.ts';
export { levelsOf, onUnitScale } from './levels.ts';
export { type Mapping, mapScores } from './mapping.ts';
export { meanStatistic } from './mean.ts';
export { type MengTest, mengTest } from './meng.ts';
export { type PairAccuracy, pairAccuracy } from './pair-accuracy.ts';
export {
  PAIR_MODELS,
  type PairCount,
  type PairModelName,
  type PairScores,
  pairScores,
} from './pair-scores.ts';
export { predictionReach } from './prediction-reach.ts';
export {
  LOG_BOUND,
  PREFERENCE_METRICS,
  type PreferenceMetric,
  preferenceMetric,
} from './preferences/metrics.ts';
export { type PairUnits, pairUnits } from './preferences/pair-units.ts';
export { type Confusion, confusionOf, type Preference } from './preferences/preference.ts';
export { type PriorAnswer, type PriorSuitability, priorSuitability } from './prior-suitability.ts';
export { quadraticKappa } from './quadratic-kappa.ts';
export {
  type Bounded,
  type GroupedItem,
  rankingOverUnits,
  type UnitAnswer,
} from './ranking/grouped-ranking.ts';
export type { PairAnswer } from './ranking/pair-answer.ts';
export {
  type AskedPairs,
  askPairs,
  type CompareRound,
  comparisonsFor,
} from './ranking/rank-items.ts';
export { type RankedItem, type Ranking, rankingOf } from './ranking/ranking.ts';
export { type Units, unitsOf } from './resample.ts';
export { METRICS, type Metric } from './resampled.ts';
export { rmseInterval } from './rmse.ts';
export { bootstrapStatistics, type Statistic, type StatisticSeries } from './statistic.ts';
export { FEWEST_IN_TREND, trendOfStatistics } from './trend.ts';
export { UndefinedCorrelationError } from './undefined-correlation-error.ts';
export { UndefinedIntervalError } from './undefined-interval-error.ts';
export { wilson } from './wilson.ts';
