import { z } from 'zod';
import { rowOutputSchema } from '../method/row-output.ts';

/**
 * What `image-quality` records of a picture that another provider made: its score, what that was made of, and what
 * makes it again.
 */
export const pictureQualitySchema = rowOutputSchema.extend({
  /** Of the picture's file. */
  image: z.looseObject({ sha256: z.string(), width: z.number(), height: z.number() }),
  judge: z.string(),
  /** Of the degraded copies; which ones there are is said in `conditions`. */
  seed: z.number(),
  /** The prompt file's contents as JSON text. */
  prompt: z.string(),
  /** As in the metadata of an image row. */
  answers: z.array(z.unknown()),
  versions: z.record(z.string(), z.string()),
});

/** A rating, or why a picture has none. */
export const pictureVerdictSchema = z.union([
  pictureQualitySchema,
  z.object({ problem: z.string() }),
]);

export type PictureQuality = z.output<typeof pictureQualitySchema>;
export type PictureVerdict = z.output<typeof pictureVerdictSchema>;
