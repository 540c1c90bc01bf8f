import type { z } from 'zod';

type Json = z.core.util.JSONType;
type Fields = Readonly<Record<string, Json>>;

/**
 * Fields of a request with those of the user, which hold where both say something; objects are joined
 * field by field.
 */
export function joinedFields(fields: Fields = {}, own: Fields = {}): Record<string, Json> {
  const joined: Record<string, Json> = { ...fields, ...own };
  for (const [name, value] of Object.entries(fields)) {
    const given = own[name];
    if (isObject(value) && isObject(given)) joined[name] = joinedFields(value, given);
  }
  return joined;
}

const isObject = (value: Json | undefined): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
