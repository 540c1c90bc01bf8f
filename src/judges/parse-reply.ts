import type { z } from 'zod';
import { quote } from './reply-failure.ts';

/**
 * Checks what came from outside against the parts that are read.
 *
 * @throws Error one line: the field, what was wrong with it, and what came
 */
export function parseReply<Schema extends z.ZodType>(
  schema: Schema,
  raw: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') || 'the whole';
  throw new Error(`${field}: ${issue?.message}, in ${quote(JSON.stringify(raw) ?? String(raw))}`);
}
