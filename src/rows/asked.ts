import { z } from 'zod';
import type { Answer } from '../judges/answer.ts';

/** What two runs must have in common to be compared, and what may differ and is named. */
export const askedSchema = z.object({
  /** Degraded copies shown; none where images were rated alone. */
  conditions: z.array(z.object({ degradation: z.string(), severity: z.number().int() })),
  /** As configured; each copy's own seed follows from it. */
  seed: z.number().int(),
  /** As what images were sent; left out by columns that send none, and by earlier versions. */
  sent: z
    .object({
      encoding: z.string(),
      maxPixels: z.union([z.number(), z.literal('unlimited')]),
    })
    .optional(),
  /** Where the probabilities come from, with the number of samples: `logprobs`, `samples (20)`. */
  sources: z.array(z.string()),
  /** As the vendor named them in its answers. */
  models: z.array(z.string()),
  /** SHA-256 (hex) of the prompt file's text, before variables are filled in. */
  prompt: z.object({ label: z.string(), sha256: z.string() }),
});

export type Asked = z.output<typeof askedSchema>;

/** What of an answer says who gave it, and how. */
type SignedAnswer = Pick<Answer, 'source' | 'samples' | 'asked' | 'model'>;

/** Where the probabilities of a column's answers come from, and from whom. */
export function whoAnswered(answers: readonly SignedAnswer[]): Pick<Asked, 'sources' | 'models'> {
  const sources = answers.map(({ source, samples, asked }) =>
    samples === undefined ? source : `${source} (${asked?.samples ?? samples})`,
  );
  return {
    sources: [...new Set(sources)].sort(),
    models: [...new Set(answers.map(({ model }) => model))].sort(),
  };
}
