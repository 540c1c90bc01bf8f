import { z } from 'zod';

/** What the provider answers for an image row. Assertions and reports read it through these schemas. */

const share = z.number().min(0).max(1);

export const conditionResultSchema = z.object({
  /** Null when the image was rated alone (`condition: none`). */
  degradation: z.string().nullable(),
  severity: z.number().int().nullable(),
  /** Score of the query image under this condition, or of the copy itself where `method` is `prior`; usually P(good); null when skipped. */
  quality: share.nullable(),
  /** Standard error of `quality`, where it was estimated from samples. */
  standardError: z.number().min(0).optional(),
  /** P(same object); null when the prompt file asks no similarity question, or when skipped. */
  similarity: share.nullable(),
  /** Weight in the row's score; 0 when skipped. */
  weight: share,
  /** PSNR between the query image and its degraded copy, in dB; null when they are identical or there is no copy. */
  psnrDb: z.number().nullable(),
  /** Why the condition was left out. */
  skipped: z.string().optional(),
});

export const weightsSchema = z.enum(['softmax', 'uniform', 'proportional']);

export const methodSchema = z.enum(['debiased', 'single-image', 'prior']);

export const rowOutputSchema = z.object({
  /** Image quality in 0..1, higher is better; where `method` is `prior`, the weighted mean over the copies. */
  score: share,
  conditions: z.array(conditionResultSchema).min(1),
  /** What was rated: the image given degraded copies, the image alone, or the copies themselves. */
  method: methodSchema,
  /** How `score` weights the conditions: `softmax` as in the paper, `uniform` where no similarity was asked for. */
  weights: weightsSchema,
  /** Where the probabilities come from: `logprobs`, `samples` or `computed`. */
  source: z.string(),
  /** Sampled replies that one number rests on; the fewest, where some of them were invalid. */
  samples: z.number().int().positive().optional(),
  /** Share of token probability on the choices; the lowest of the row's answers. */
  coveredMass: z.number().min(0).optional(),
  /** Replies that were none of the choices, over all answers of the row. */
  invalidSamples: z.number().int().nonnegative().optional(),
});

export type ConditionResult = z.output<typeof conditionResultSchema>;
export type RowOutput = z.output<typeof rowOutputSchema>;
export type Weights = z.output<typeof weightsSchema>;
