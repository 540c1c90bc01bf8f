/**
 * The public entry: everything that a program, or a promptfoo configuration with
 * `package:promptfoo-iqa:<name>`, may use. promptfoo takes no `package:` for test generators and
 * extensions; those are files, `file://node_modules/promptfoo-iqa/dist/datasets/csv.js` and
 * `file://node_modules/promptfoo-iqa/dist/reports/extension.js:beforeAll` (`:beforeEach`, `:afterAll`).
 *
 * There is no default export: promptfoo would look its names up inside it.
 */
export {
  debiasedScoreConfigSchema,
  default as debiasedScore,
} from './assertions/debiased-score.ts';
export {
  default as imageQuality,
  imageQualityConfigSchema,
} from './assertions/image-quality.ts';
export {
  default as pairAgreement,
  pairAgreementConfigSchema,
} from './assertions/pair-agreement.ts';
export {
  default as rankCorrelation,
  rankCorrelationConfigSchema,
} from './assertions/rank-correlation.ts';
export {
  type DatasetImage,
  type DatasetLoader,
  type DatasetRow,
  datasets,
} from './datasets/index.ts';
export { default as DebiasedProvider } from './providers/debiased.ts';
export { createScorer, scoreImage } from './providers/score-image.ts';
export { default as ScoresProvider, scoresConfigSchema } from './providers/scores.ts';
export { afterAll, beforeAll, beforeEach } from './reports/extension.ts';
export { ConfigError } from './src/common/config-error.ts';
export type { Degradation, Severity } from './src/degradations/degradation.ts';
export { degrade } from './src/degradations/degrade.ts';
export { type DegradationName, degradationNames } from './src/degradations/index.ts';
export type { EncodedImage } from './src/images/encode.ts';
export { ImageError } from './src/images/image-error.ts';
export type { JudgeImage } from './src/images/judge-image.ts';
export { type LoadImageOptions, loadImage } from './src/images/load-image.ts';
export type { RawImage } from './src/images/raw-image.ts';
export type * from './src/judges/answer.ts';
export { judgeNames } from './src/judges/index.ts';
export type * from './src/judges/judge.ts';
export { JudgeError } from './src/judges/judge-error.ts';
export type * from './src/judges/question.ts';
export {
  PAPER_CONDITIONS,
  type ProviderConfig,
  providerConfigSchema,
} from './src/method/config.ts';
export { type PairOutput, pairOutputSchema } from './src/method/pair-output.ts';
export { type PromptFile, parsePromptFile, promptFileSchema } from './src/method/prompt-file.ts';
export {
  type ConditionResult,
  type RowOutput,
  rowOutputSchema,
  type Weights,
  weightsSchema,
} from './src/method/row-output.ts';
export { scoreConditions } from './src/method/score-conditions.ts';
export { type CorrelationAnswer, correlationAnswerSchema } from './src/rows/correlation-row.ts';
export type { Asking, Scorer, ScorerOptions, SourceScore } from './src/rows/scorer.ts';
export * from './src/statistics/index.ts';
