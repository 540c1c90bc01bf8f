export { aggregate, type WeightedCondition, type Weighting } from './aggregate.ts';
export { krcc, plcc, srcc } from './correlation.ts';
export { UndefinedCorrelationError } from './undefined-correlation-error.ts';
