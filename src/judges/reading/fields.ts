/** The key under which a reply to a question with dimensions gives its main answer. */
export const MAIN_FIELD = 'quality';

/**
 * The fields of a reply that is one JSON object of texts and numbers, in a fence or not.
 *
 * @returns texts by names in lower case; undefined where the reply is no such object
 */
export function fieldsOf(text: string): Map<string, string> | undefined {
  const bare = text.replace(/^\s*```\w*\s*/, '').replace(/\s*```\s*$/, '');
  let value: unknown;
  try {
    value = JSON.parse(bare);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value).map(
    ([name, field]) => [name.toLowerCase(), field] as const,
  );
  if (entries.some(([, field]) => typeof field !== 'string' && typeof field !== 'number')) {
    return undefined;
  }
  const fields = new Map(entries.map(([name, field]) => [name, String(field)]));
  // Two spellings of one name leave open which of them counts.
  return fields.size === entries.length ? fields : undefined;
}
