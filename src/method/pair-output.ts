import { z } from 'zod';

const share = z.number().min(0).max(1);

/**
 * What the provider answers for a pair row: which of two images is better. Assertions and reports read it through
 * this schema.
 *
 * @example
 * pairOutputSchema.safeParse({ probability: 2 }).success; // false
 */
export const pairOutputSchema = z.object({
  /** P(the first image of the row is better), a tie counting half: the mean of both orders. */
  probability: share,
  /** The same where it is shown first, and where it is shown second. */
  shownFirst: share,
  shownSecond: share,
  /** Mean probability of the choices that prefer neither. */
  tie: share,
  /** How much more often the image that stands first is preferred than chance, -0.5..0.5. */
  positionBias: z.number().min(-0.5).max(0.5),
  /** Whether the two orders prefer different images. */
  isInconsistent: z.boolean(),
  /** Where the probabilities come from: `logprobs`, `samples` or `computed`. */
  source: z.string(),
  /** What has to be said beside the numbers. */
  notice: z.string().optional(),
  /** Sampled replies of one order; the fewest, where some of them were invalid. */
  samples: z.number().int().positive().optional(),
  coveredMass: z.number().min(0).optional(),
  invalidSamples: z.number().int().nonnegative().optional(),
});

export type PairOutput = z.output<typeof pairOutputSchema>;
