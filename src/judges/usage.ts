import { z } from 'zod';
import type { Usage } from './answer.ts';

/** A number of tokens, as number or digits; anything else is not known. */
export const tokenCount = z
  .union([z.number().int().min(0), z.string().regex(/^\d+$/).transform(Number)])
  .optional()
  .catch(undefined);

/**
 * Tokens as a reply says them; undefined where it lacks input or output, and where it says that a question
 * took none: then what it took is unknown.
 */
export function usageOf({
  inputTokens,
  outputTokens,
  cachedInputTokens,
  cacheWriteTokens,
}: { [Field in keyof Usage]?: number | undefined }): Usage | undefined {
  if (!inputTokens || outputTokens === undefined) return undefined;
  return {
    inputTokens,
    outputTokens,
    ...(cachedInputTokens && { cachedInputTokens }),
    ...(cacheWriteTokens && { cacheWriteTokens }),
  };
}
