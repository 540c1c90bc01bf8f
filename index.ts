/**
 * The public entry: everything that a program, or a promptfoo configuration with
 * `package:promptfoo-iqa:<name>`, may use. promptfoo takes no `package:` for test generators and
 * extensions; those are files, `file://node_modules/promptfoo-iqa/dist/datasets/csv.js` and
 * `file://node_modules/promptfoo-iqa/dist/reports/extension.js:hook`.
 *
 * There is no default export: promptfoo would look its names up inside it.
 */
export {
  debiasedScoreConfigSchema,
  default as debiasedScore,
} from './assertions/debiased-score.ts';
export {
  default as rankCorrelation,
  rankCorrelationConfigSchema,
} from './assertions/rank-correlation.ts';
export { scoreConditions } from './assertions/score-conditions.ts';
export * from './assertions/statistics/index.ts';
export {
  type DatasetImage,
  type DatasetLoader,
  type DatasetRow,
  datasets,
} from './datasets/index.ts';
export { PAPER_CONDITIONS, type ProviderConfig, providerConfigSchema } from './providers/config.ts';
export { ConfigError } from './providers/config-error.ts';
export { type CorrelationAnswer, correlationAnswerSchema } from './providers/correlation-row.ts';
export { default as DebiasedProvider } from './providers/debiased.ts';
export type { Degradation, Severity } from './providers/degradations/degradation.ts';
export { degradationNames, degrade } from './providers/degradations/index.ts';
export { ImageError } from './providers/images/image-error.ts';
export { type LoadImageOptions, loadImage } from './providers/images/load-image.ts';
export type { RawImage } from './providers/images/raw-image.ts';
export { judgeNames } from './providers/judges/index.ts';
export type * from './providers/judges/judge.ts';
export { JudgeError } from './providers/judges/judge-error.ts';
export { type PromptFile, parsePromptFile, promptFileSchema } from './providers/prompt-file.ts';
export {
  type ConditionResult,
  type RowOutput,
  rowOutputSchema,
  type Weights,
  weightsSchema,
} from './providers/row-output.ts';
export { hook } from './reports/extension.ts';
