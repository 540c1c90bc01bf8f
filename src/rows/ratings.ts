import { z } from 'zod';

/**
 * What a data set says of the single ratings that an image's MOS is the mean of, all on the scale of MOS and
 * as the loader found it; what it does not say is left out.
 */
export const ratingsSchema = z.object({
  /** Standard deviation of the single ratings, n - 1. */
  deviation: z.number().min(0).optional(),
  /** How many people rated the image; on average, where no more is published. */
  raters: z.number().min(1).optional(),
  /** Standard error of MOS, where that is what is published. */
  standardError: z.number().min(0).optional(),
  /** Ratings at each level of the raters' own scale, the worst first. */
  counts: z.array(z.number().min(0)).optional(),
  /** Ends of the scale of MOS, the worst first: what it can be, not what it is. */
  scale: z.tuple([z.number(), z.number()]).optional(),
});

export type Ratings = z.output<typeof ratingsSchema>;

/**
 * Standard error of an image's MOS: as published, or the standard deviation of the ratings over the root of
 * their number. Of a single rating there is no spread, whatever stands in its place.
 *
 * @returns on the scale of MOS; undefined where it is not known
 */
export function standardErrorOf(ratings: Ratings | undefined): number | undefined {
  const { deviation, raters, standardError } = ratings ?? {};
  if (standardError !== undefined) return standardError;
  return deviation === undefined || raters === undefined || raters <= 1
    ? undefined
    : deviation / Math.sqrt(raters);
}
