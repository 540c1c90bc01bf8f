import { z } from 'zod';
import { pairResultSchema } from './pair-result.ts';

/** What the provider answers for an image row. Assertions and reports read it through these schemas. */

const share = z.number().min(0).max(1);

export const conditionResultSchema = z.object({
  /** Null when the image was rated alone (`condition: none`). */
  degradation: z.string().nullable(),
  severity: z.number().int().nullable(),
  /** Score of the query image under this condition, or of the copy itself where `method` is `prior`; usually P(good); null when skipped. */
  quality: share.nullable(),
  /** Standard error of `quality`, where it was estimated from samples or from comparisons. */
  standardError: z.number().min(0).optional(),
  /** P(same object); null when the prompt file asks no similarity question, or when skipped. */
  similarity: share.nullable(),
  /** The answers that `quality` is the mean of, where there are several wordings or views. */
  parts: z
    .array(
      z.object({
        /** Which of the prompt file's wordings, from 1. */
        wording: z.number().int().positive().optional(),
        /** What was shown: `whole`, `crop 1`. */
        view: z.string().optional(),
        /** As the condition's. Under `contrast`, of the image against its copy. */
        quality: share,
        standardError: z.number().min(0).optional(),
      }),
    )
    .optional(),
  /** Under `condition: contrast`: the image and its copy rated alone, and the difference of their logits. */
  contrast: z.object({ query: share, copy: share, logit: z.number() }).optional(),
  /** Under `condition: pair`: what the image was compared with, and what came of it. */
  pairs: pairResultSchema.optional(),
  /** Scores of the prompt file's further dimensions under this condition: means over wordings and views. */
  dimensions: z.record(z.string(), share).optional(),
  /** Weight in the row's score; 0 when skipped. */
  weight: share,
  /** PSNR between the query image and its degraded copy, in dB; null when they are identical or there is no copy. */
  psnrDb: z.number().nullable(),
  /** Why the condition was left out. */
  skipped: z.string().optional(),
});

/**
 * How the conditions of a row are weighted by their similarities.
 *
 * @example
 * weightsSchema.parse('softmax'); // 'softmax'
 */
export const weightsSchema = z.enum(['softmax', 'uniform', 'proportional']);

export const methodSchema = z.enum([
  'debiased',
  'contrast',
  'single-image',
  'pair',
  'debiased-pair',
  'prior',
]);

/** Whether degraded copies stand beside the image that is rated, or are rated with it. */
export const isDebiased = (method: z.output<typeof methodSchema> | undefined): boolean =>
  method === 'debiased' || method === 'contrast' || method === 'debiased-pair';

/** `source` of scores that were made elsewhere and read from a list. */
export const LISTED = 'listed';

/**
 * The output of an image row: its score and what that was made of.
 *
 * @example
 * rowOutputSchema.safeParse({ score: 2 }).success; // false
 */
export const rowOutputSchema = z.object({
  /** Image quality in 0..1, higher is better; where `method` is `prior`, the weighted mean over the copies. */
  score: share,
  conditions: z.array(conditionResultSchema).min(1),
  /** What was rated: the image given degraded copies, the image against its copies, the image alone, the image against anchors (alone or given degraded copies), or the copies themselves. */
  method: methodSchema,
  /** How `score` weights the conditions: `softmax` as in the paper, `uniform` where no similarity was asked for. */
  weights: weightsSchema,
  /** Where the probabilities come from: `logprobs`, `samples`, `computed`, or `listed` where the score was made elsewhere. */
  source: z.string(),
  /** What has to be said beside the numbers: `simulated, no model`. */
  notice: z.string().optional(),
  /** The image may be an anchor of others, so that it takes no part in correlations. */
  isAnchor: z.literal(true).optional(),
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
