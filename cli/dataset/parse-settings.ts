import type { z } from 'zod';

/**
 * A configuration from `key=value` texts: a text where the key takes one, else what the text is as JSON
 * (`200`, `true`, `["a", "b"]`). What is neither is left for the schema to refuse.
 */
export function settingsOf(
  texts: Readonly<Record<string, string>>,
  schema: z.ZodObject,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(texts).map(([key, text]) => {
      const field = schema.shape[key] as z.ZodType | undefined;
      const isText = field === undefined || field.safeParse(text).success;
      return [key, isText ? text : jsonOr(text)];
    }),
  );
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
