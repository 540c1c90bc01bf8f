import { z } from 'zod';
import { pairOutputSchema } from '../method/pair-output.ts';
import { askedSchema } from './asked.ts';

/**
 * The preference row: one test per data set of pairs, appended by the extension as a correlation row is for images,
 * whose answer holds all pair rows of the run. A request of one is told from the other by its `kind`.
 */

/** What the extension writes: the pair rows that survived promptfoo's filters. */
export const preferenceRequestSchema = z.object({
  kind: z.literal('pairs'),
  dataset: z.string(),
  /** Whether the run has several data sets of pairs, so that metrics carry the data set's name. */
  several: z.boolean(),
  /** Why nothing may be said of these rows, in one line. */
  problem: z.string().optional(),
  rows: z.array(
    z.object({
      vars: z.record(z.string(), z.unknown()),
      isLiteral: z.boolean().optional(),
      problem: z.string().optional(),
    }),
  ),
  /** Share of the rows that must have an answer; the row is an error below it. */
  minCoverage: z.number().min(0).max(1).default(1),
});

const answeredSchema = z.object({
  first: z.string(),
  second: z.string(),
  /** SHA-256 (hex) of the files. */
  firstSha256: z.string(),
  secondSha256: z.string(),
  group: z.string().optional(),
  /** Of people who prefer the first. */
  share: z.number().min(0).max(1),
  raters: z.number().positive().optional(),
  /** The judge's, with what is known of it. */
  output: pairOutputSchema,
});

/** What the provider answers, in `metadata`. */
export const preferenceAnswerSchema = z.object({
  dataset: z.string(),
  several: z.boolean(),
  repeatIndex: z.number().int(),
  rows: z.array(answeredSchema),
  /** Rows of the run that have no answer, where `minCoverage` allows some. */
  missing: z.array(z.object({ pair: z.string(), reason: z.string() })).default([]),
  /** What has to be said beside the numbers. */
  notice: z.string().optional(),
  /** How the rows were asked, and who answered; answers of earlier versions lack it. */
  asked: askedSchema.optional(),
});

export type PreferenceRequest = z.output<typeof preferenceRequestSchema>;
export type PreferenceAnswer = z.output<typeof preferenceAnswerSchema>;
export type AnsweredPair = PreferenceAnswer['rows'][number];

/** Whether what a correlation row holds asks about pairs. */
export const isPreferenceRequest = (request: unknown): boolean =>
  z.object({ kind: z.literal('pairs') }).safeParse(request).success;
