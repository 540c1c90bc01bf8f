import { ConfigError, suggestion } from '../../common/config-error.ts';
import { shortened } from '../score-text.ts';
import { contradictedKey } from './contradicted-key.ts';
import { findEntries } from './json-entries.ts';
import { isObject, kindOf, knownKeys, textOf, valueAt } from './json-value.ts';
import type { ListedLine, NamedColumn } from './listed-line.ts';
import { readText } from './read-file.ts';

/** Keys that an error lists. */
const KEYS_LISTED = 30;

/**
 * Reads a JSON file that holds images, in the first of these forms that it has: an array of objects or
 * of arrays, an object with one array a column, an object of images by their names (columns `key`,
 * and `value` where it is a number or a text), an object in which there is one such array.
 *
 * @param name how errors call the file
 * @param columns the keys that will be asked for; `meta.mos` is the key `mos` of the object `meta`
 * @param options `path`: keys that lead to the images, where they are not the whole file: `data.images`
 * @throws ConfigError no such file, no JSON, no images or several arrays of them, a key that no image has or that an
 *   object has twice with different values
 */
export async function readJson(
  file: string,
  name: string,
  columns: readonly NamedColumn[],
  { path, encoding }: { path?: string | undefined; encoding?: string | undefined } = {},
): Promise<ListedLine[]> {
  const text = await readText(file, name, encoding);
  const value = parseJson(text, name);
  const twice = describeTwice(text);
  if (twice !== undefined) throw new ConfigError(`${name}: ${twice}`);
  const entries = findEntries(value, name, columns, path);
  return toLines(
    entries.map((value, index) => ({ place: `entry ${index + 1}`, value })),
    name,
    columns,
  );
}

/**
 * Reads a JSON Lines file: one object a line. Blank lines are left out; a line that is no JSON has a problem.
 *
 * @throws ConfigError no such file, no lines, a key that no line has
 */
export async function readJsonl(
  file: string,
  name: string,
  columns: readonly NamedColumn[],
  encoding?: string,
): Promise<ListedLine[]> {
  const text = await readText(file, name, encoding);
  const lines = text
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({ text: line, place: `line ${index + 1}` }))
    .filter((line) => line.text.trim() !== '');
  const entries = lines.map(({ text, place }) => {
    const value = jsonOr(text, undefined);
    return { place, value, problem: value === undefined ? undefined : describeTwice(text) };
  });
  if (!entries.some(({ value }) => isObject(value)) && jsonOr(text, undefined) !== undefined) {
    throw new ConfigError(
      `${name}: this is ${kindOf(jsonOr(text, undefined))} and not one object a line; read it by datasets/json.ts`,
    );
  }
  if (lines.length > 0 && entries.every(({ value }) => value === undefined)) {
    throw new ConfigError(`${name}: no line is JSON; read a table by datasets/csv.ts`);
  }
  return toLines(entries, name, columns);
}

const ENTRY_FORM = 'write an object such as {"image": "a.jpg", "mos": 3.2}';

interface Entry {
  place: string;
  /** Undefined where the line is no JSON. */
  value: unknown;
  /** Why it cannot be read although it is JSON, in words. */
  problem?: string | undefined;
}

function toLines(
  entries: readonly Entry[],
  name: string,
  columns: readonly NamedColumn[],
): ListedLine[] {
  if (entries.length === 0) throw new ConfigError(`${name}: no images are listed`);
  for (const column of columns) requireKey(entries, column, name);
  return entries.map(({ place, value, problem: known }) => {
    const problem = known ?? describeProblem(value, columns);
    return {
      place,
      cell: (column) => textOf(valueAt(value, column)).trim(),
      ...(problem !== undefined && { problem }),
    };
  });
}

function requireKey(entries: readonly Entry[], { column, key }: NamedColumn, name: string): void {
  if (entries.some(({ value }) => valueAt(value, column) !== undefined)) return;
  const known = knownKeys(entries.map(({ value }) => value));
  const other = entries.find(
    ({ value }) => value === null || !['object', 'undefined'].includes(typeof value),
  );
  if (known.length === 0 && other !== undefined) {
    throw new ConfigError(`${name}: ${other.place} is ${kindOf(other.value)}; ${ENTRY_FORM}`);
  }
  const asked = `${typeof column === 'number' ? column : `"${column}"`}${key === undefined ? '' : ` (config: ${key})`}`;
  const listed = known.slice(0, KEYS_LISTED).map(shortened).join(', ');
  throw new ConfigError(
    `${name}: there is no column ${asked}, ${suggestion(String(column), known.slice(0, KEYS_LISTED))} (columns: ${listed}${known.length > KEYS_LISTED ? `, … (${known.length})` : ''})`,
  );
}

function describeProblem(value: unknown, columns: readonly NamedColumn[]): string | undefined {
  if (value === undefined) return 'this is no JSON';
  if (!isObject(value) && !Array.isArray(value)) {
    return `this is ${kindOf(value)}; write an object`;
  }
  for (const { column } of columns) {
    const inner = valueAt(value, column);
    if (typeof inner === 'object' && inner !== null) {
      const keys = isObject(inner) ? Object.keys(inner) : [];
      const hint = keys.length > 0 ? `, or name a key in it, such as ${column}.${keys[0]}` : '';
      return `"${column}" is ${kindOf(inner)}; write a text or a number${hint}`;
    }
  }
  return undefined;
}

function describeTwice(text: string): string | undefined {
  const found = contradictedKey(text);
  return (
    found &&
    `"${shortened(found.key)}" stands more than once in an object, with ${found.values.map(shortened).join(' and ')}; leave the right one`
  );
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const tolerated = jsonOr(text, undefined);
    if (tolerated !== undefined) return tolerated;
    const message = cause instanceof Error ? cause.message.replace(/\s*\n\s*/g, ' ') : '';
    const hint = /^\s*\{.*\}\s*\n\s*\{/.test(text)
      ? '; for one object a line use datasets/jsonl.ts'
      : '';
    throw new ConfigError(`${name}: this cannot be read as JSON (${message})${hint}`);
  }
}

/** Texts, which may contain anything, and the numbers that Python and JavaScript write and JSON does not know. */
const TEXT_OR_NO_NUMBER = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

/** What a text is as JSON, in which `NaN` and `Infinity` stand as texts. */
function jsonOr<Fallback>(text: string, fallback: Fallback): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (!/NaN|Infinity/.test(text)) return fallback;
  }
  try {
    return JSON.parse(
      text.replace(TEXT_OR_NO_NUMBER, (found) => (found.startsWith('"') ? found : `"${found}"`)),
    );
  } catch {
    return fallback;
  }
}
