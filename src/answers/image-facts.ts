import { z } from 'zod';
import type { AnswerStore, Key } from './store.ts';

/** What is known about images by their recipes, so that a rerun decodes and degrades nothing. */
export interface ImageFacts {
  recall<Fact>(recipe: Key, schema: z.ZodType<Fact>, make: () => Promise<Fact>): Promise<Fact>;
}

/** An image in pixels; `sha256` (hex) is that of its pixels. */
export const imageFactSchema = z.object({
  sha256: z.string(),
  width: z.number(),
  height: z.number(),
});

export const degradedFactSchema = z.object({
  /** SHA-256 (hex) of the copy's pixels as sent. */
  sha256: z.string(),
  /** Against the query image at full size; null when they are equal. */
  psnrDb: z.number().nullable(),
});

export type ImageFact = z.output<typeof imageFactSchema>;

/** @param store left out: nothing is kept, as for a judge whose answers cost nothing */
export function imageFacts(store: AnswerStore | undefined): ImageFacts {
  return {
    async recall(recipe, schema, make) {
      const known = schema.safeParse(store?.fact(recipe));
      if (known.success) return known.data;
      const fact = await make();
      await store?.keepFact(recipe, fact);
      return fact;
    },
  };
}
