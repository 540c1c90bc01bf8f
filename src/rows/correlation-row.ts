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
  /** Why no correlation may be taken over these rows, in one line. */
  problem: z.string().optional(),
  rows: z.array(
    z.object({
      vars: varsSchema,
      /** Whether a loader has found the vars, so that no text in them is a template. */
      isLiteral: z.boolean().optional(),
      problem: z.string().optional(),
    }),
  ),
  /** Share of the rows that must have a score; the row is an error below it. */
  minCoverage: z.number().min(0).max(1).default(1),
});

/** What two runs must have in common to be compared, and what may differ and is named. */
const askedSchema = z.object({
  /** Degraded copies shown; none where images were rated alone. */
  conditions: z.array(z.object({ degradation: z.string(), severity: z.number().int() })),
  /** As configured; each copy's own seed follows from it. */
  seed: z.number().int(),
  /** Where the probabilities come from, with the number of samples: `logprobs`, `samples (20)`. */
  sources: z.array(z.string()),
  /** As the vendor named them in its answers. */
  models: z.array(z.string()),
  /** SHA-256 (hex) of the prompt file's text, before variables are filled in. */
  prompt: z.object({ label: z.string(), sha256: z.string() }),
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
  /** Rows of the run that have no score, where `minCoverage` allows some. */
  missing: z.array(z.object({ image: z.string(), reason: z.string() })).default([]),
  /** Where all answers are reused from earlier evaluations: when the first and the last were bought, in ISO 8601. */
  reused: z.object({ first: z.iso.datetime(), last: z.iso.datetime() }).optional(),
  /** How the rows were asked, and who answered; answers of earlier versions lack it. */
  asked: askedSchema.optional(),
});

export type CorrelationRequest = z.output<typeof correlationRequestSchema>;
export type Asked = z.output<typeof askedSchema>;
export type CorrelationAnswer = z.output<typeof correlationAnswerSchema>;
