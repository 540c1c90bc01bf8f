import { z } from 'zod';
import type { Answer } from '../judges/answer.ts';
import { StoreError } from './store-error.ts';

/** An answer as it lies in the store; fields that later versions add are kept. */
const storedAnswerSchema = z.looseObject({
  source: z.enum(['logprobs', 'samples', 'computed']),
  latencyMs: z.number().optional(),
  model: z.string(),
  reused: z.boolean(),
  probabilities: z.array(z.number()).optional(),
  value: z.number().optional(),
});

/** @throws StoreError when it is no answer */
export function readAnswer(json: unknown, path: string): Answer {
  const parsed = storedAnswerSchema.safeParse(json);
  if (!parsed.success) {
    throw new StoreError(
      path,
      `holds something that is no answer (${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}); run these rows once with --no-cache, which asks for them anew and replaces it`,
    );
  }
  return parsed.data as Answer;
}
