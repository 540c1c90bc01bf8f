import { z } from 'zod';
import { conditionResultSchema, methodSchema, weightsSchema } from './row-output.ts';

/**
 * The correlation row: one test per data set, appended by the extension, whose answer holds all
 * image rows of the run. promptfoo sums named scores over a column's rows, so a metric that this
 * one row publishes is shown as it is.
 */

/** Key in a test's metadata that makes it a correlation row. */
export const CORRELATION_KEY = 'iqaCorrelation';

const varsSchema = z.record(z.string(), z.unknown());

/** What the extension writes: the image rows that survived promptfoo's filters. */
export const correlationRequestSchema = z.object({
  dataset: z.string(),
  /** Whether the run has several data sets, so that metrics carry the data set's name. */
  several: z.boolean(),
  /** As the row's first `rank-correlation` weights conditions. */
  weights: weightsSchema.optional(),
  /** What the ground truth is, where it is no opinion of people. */
  truth: z.string().optional(),
  rows: z.array(z.object({ vars: varsSchema, problem: z.string().optional() })),
});

/** What the provider answers, in `metadata`: every row with its score's parts and its ground truth. */
export const correlationAnswerSchema = z.object({
  dataset: z.string(),
  several: z.boolean(),
  repeatIndex: z.number().int(),
  /** What was rated; where the copies were, there is nothing to correlate. */
  method: methodSchema.optional(),
  rows: z.array(
    z.object({
      image: z.string(),
      sha256: z.string(),
      mos: z.number(),
      group: z.string().optional(),
      source: z.string(),
      conditions: z.array(conditionResultSchema).min(1),
    }),
  ),
});

export type CorrelationRequest = z.output<typeof correlationRequestSchema>;
export type CorrelationAnswer = z.output<typeof correlationAnswerSchema>;
