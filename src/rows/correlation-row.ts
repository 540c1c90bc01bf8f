import { z } from 'zod';
import { conditionResultSchema, methodSchema, weightsSchema } from '../method/row-output.ts';
import { askedSchema } from './asked.ts';
import { ratingsSchema } from './ratings.ts';

/**
 * The correlation row: one test per data set, appended by the extension, whose answer holds all
 * image rows of the run. promptfoo sums named scores over a column's rows, so a metric that this
 * one row publishes is shown as it is.
 */

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
      /** What the data set says of the ratings behind MOS. */
      ratings: ratingsSchema.optional(),
      problem: z.string().optional(),
    }),
  ),
  /** Share of the rows that must have a score; the row is an error below it. */
  minCoverage: z.number().min(0).max(1).default(1),
});

/**
 * What the provider answers, in `metadata`: every row with its score's parts and its ground truth.
 *
 * @example
 * correlationAnswerSchema.safeParse({ rows: 'none' }).success; // false
 */
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
      /** Standard error of MOS, where it is known. */
      standardError: z.number().min(0).optional(),
      source: z.string(),
      conditions: z.array(conditionResultSchema).min(1),
    }),
  ),
  /** What has to be said beside the numbers, see `RowOutput`. */
  notice: z.string().optional(),
  /** Scores that the prompt's answers stand for, ascending; left out where it asks for a number. */
  levels: z.array(z.number()).min(2).optional(),
  /** Ends of the scale of MOS, where the data set says them. */
  scale: z.tuple([z.number(), z.number()]).optional(),
  /** Rows of the run that have no score, where `minCoverage` allows some. */
  missing: z.array(z.object({ image: z.string(), reason: z.string() })).default([]),
  /** Images that may be anchors of others, which are left out. */
  anchors: z.array(z.string()).default([]),
  /** Where all answers are reused from earlier evaluations: when the first and the last were bought, in ISO 8601. */
  reused: z.object({ first: z.iso.datetime(), last: z.iso.datetime() }).optional(),
  /** How the rows were asked, and who answered; answers of earlier versions lack it. */
  asked: askedSchema.optional(),
});

export type CorrelationRequest = z.output<typeof correlationRequestSchema>;
export type CorrelationAnswer = z.output<typeof correlationAnswerSchema>;
