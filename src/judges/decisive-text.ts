import { z } from 'zod';

/**
 * A field that decides whether a reply is an answer. It may be missing; what is no text stands there as JSON, so
 * that nobody takes it for missing.
 */
export const decisiveText = z
  .string()
  .nullish()
  .or(z.unknown().transform((value) => JSON.stringify(value)));
