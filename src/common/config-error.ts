import { distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { withoutSecrets } from './without-secrets.ts';

/**
 * A broken configuration: something the user wrote that has to be changed before anything can run.
 *
 * Some of promptfoo's commands print `error.stack`; here the stack is the message, so that the user
 * reads one line and not ours or promptfoo's frames. See `before-first-row.ts` for those that catch nothing.
 */
export class ConfigError extends Error {
  static {
    // On the prototype, so that Node prints the message alone and no list of properties.
    ConfigError.prototype.name = 'ConfigError';
  }

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.stack = message;
  }
}

/** Shorter texts begin too much. */
const LEAST_BEGINNING = 4;

/** Whether one of the two begins the other: `budget` and `budgetUsd`. */
function isBeginning(name: string, candidate: string): boolean {
  const [short = '', long = ''] = [name.toLowerCase(), candidate.toLowerCase()].sort(
    (a, b) => a.length - b.length,
  );
  return short.length >= LEAST_BEGINNING && long.startsWith(short);
}

/**
 * The entry of `known` that alone begins with `name`, or that `name` begins with; else the nearest one in edits, or
 * undefined when none is near (more than a third of it away).
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const begun = known.filter((candidate) => isBeginning(name, candidate));
  if (begun.length === 1) return begun[0];
  const ranked = known
    .map((candidate) => ({
      candidate,
      edits: distance(name.toLowerCase(), candidate.toLowerCase()),
    }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best && best.edits <= Math.max(2, best.candidate.length / 3) ? best.candidate : undefined;
}

/** `; did you mean "…"?` where a near name is known, else the list of known ones. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near ? `did you mean "${near}"?` : `known: ${known.join(', ')}`;
}

/** `{{env.X}}` arrives as that text when X is not set. */
const UNRENDERED_ENVIRONMENT_VARIABLE = /\{\{\s*env\.(\w+)\s*\}\}/;

/**
 * Checks what the user wrote against `schema`. A variable that is not set in it is an error.
 *
 * @param where what is being read, first in every message: `providers/debiased.ts, config`
 * @throws ConfigError one line naming `where`, the field, what was wrong and the value found
 */
export function parseConfig<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: string,
): z.output<Schema> {
  const unset = findUnset(value, []);
  if (unset) throw new ConfigError(`${where}: ${unset}`);
  return parseData(schema, value, where);
}

/**
 * The same for what programs wrote, such as results: a text in it that looks like a variable is data.
 *
 * @throws ConfigError as `parseConfig`
 */
export function parseData<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: string,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => describeIssue(issue, value, schema));
  throw new ConfigError(`${where}: ${[...new Set(lines)].join('; ')}`);
}

/** The same where what cannot be read is no reason to end: its problem takes its place. */
export function parseDataOr<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: string,
): z.output<Schema> | { problem: string } {
  try {
    return parseData(schema, value, where);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { problem: error.message };
  }
}

/** Name of the environment variable that a text asks for and that is not set, if there is one. */
export const unsetVariable = (text: string): string | undefined =>
  UNRENDERED_ENVIRONMENT_VARIABLE.exec(text)?.[1];

/** Says which environment variable is missing where, if any is. */
function findUnset(value: unknown, path: readonly PropertyKey[]): string | undefined {
  if (typeof value === 'string') {
    const unset = unsetVariable(value);
    return unset ? `${fieldName(path)}: the environment variable ${unset} is not set` : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value)
    .map(([key, inner]) => findUnset(inner, [...path, Array.isArray(value) ? Number(key) : key]))
    .find((found) => found !== undefined);
}

function describeIssue(issue: z.core.$ZodIssue, root: unknown, schema: z.ZodType): string {
  const found = valueAt(root, issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path);
    return issue.keys
      .map((key) => `unknown key "${fieldName([...issue.path, key])}", ${suggestion(key, known)}`)
      .join('; ');
  }
  if (issue.code === 'invalid_union') {
    const nested = mostSpecific(issue.errors);
    if (nested) {
      return nested
        .map((inner) =>
          describeIssue(
            { ...inner, path: [...issue.path, ...inner.path] } as typeof inner,
            root,
            schema,
          ),
        )
        .join('; ');
    }
  }
  const field = fieldName(issue.path);
  if (found !== undefined) {
    return `${field}: ${issue.message} (found ${preview(found, issue.path.at(-1))})`;
  }
  const isBare = /^Invalid input(: expected \w+, received undefined)?$/.test(issue.message);
  return `${field}: ${isBare ? 'it is missing' : `${issue.message} (it is missing)`}`;
}

/** The branch of a union that got furthest: the one whose complaints lie deepest. */
function mostSpecific(branches: z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  const depth = (issues: z.core.$ZodIssue[]) =>
    Math.max(
      ...issues.map((issue) => issue.path.length + (issue.code === 'unrecognized_keys' ? 1 : 0)),
    );
  const best = [...branches].sort((a, b) => depth(b) - depth(a))[0];
  return best && depth(best) > 0 ? best : undefined;
}

const fieldName = (path: readonly PropertyKey[]): string =>
  path.length === 0
    ? 'the whole'
    : path
        .map((key, index) =>
          typeof key === 'number' ? `[${key}]` : `${index ? '.' : ''}${String(key)}`,
        )
        .join('');

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

/** A value as a message shows it: without keys, and without what lets one in at an address. */
function preview(value: unknown, field: PropertyKey | undefined): string {
  // Whoever writes a key there means no name.
  if (field === 'apiKeyEnv' && typeof value === 'string') {
    return `a text of ${value.length} characters`;
  }
  // JSON has no word for them.
  const isNoJson = typeof value === 'number' && !Number.isFinite(value);
  const text = withoutSecrets((isNoJson ? undefined : JSON.stringify(value)) ?? String(value))
    .replaceAll(/(:\/\/)[^/?#"]*@/g, '$1…@')
    .replaceAll(/(:\/\/[^?#"]*[?#])[^"]+/g, '$1…');
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** The keys that an object schema at `path` knows, through optional, default and union wrappers. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let schemas: unknown[] = [schema];
  for (const key of path) {
    schemas = schemas.flatMap(unwrap).flatMap((current) => child(current, key));
  }
  return schemas.flatMap(unwrap).flatMap((current) => Object.keys(definition(current).shape ?? {}));
}

interface Definition {
  shape?: Record<string, unknown>;
  element?: unknown;
  valueType?: unknown;
  innerType?: unknown;
  options?: unknown[];
  in?: unknown;
}

const definition = (schema: unknown): Definition =>
  (schema as { _zod: { def: Definition } })._zod.def;

function unwrap(schema: unknown): unknown[] {
  const { innerType, options, in: input } = definition(schema);
  if (innerType) return unwrap(innerType);
  if (options) return options.flatMap(unwrap);
  if (input) return unwrap(input);
  return [schema];
}

function child(schema: unknown, key: PropertyKey): unknown[] {
  const { shape, element, valueType } = definition(schema);
  const found = typeof key === 'number' ? element : (shape?.[String(key)] ?? valueType);
  return found ? [found] : [];
}
