import { ConfigError } from '../../providers/config-error.ts';
import { type ListedLine, type NamedColumn, requireColumn } from './listed-line.ts';
import { readText } from './read-file.ts';

/**
 * Reads a JSON file that holds one array of objects.
 *
 * @param name how errors call the file
 * @param columns the keys that will be asked for
 * @throws ConfigError no such file, no JSON, no array, no entries, a key that no entry has
 */
export async function readJson(
  path: string,
  name: string,
  columns: readonly NamedColumn[],
): Promise<ListedLine[]> {
  const entries = parseJson(await readText(path, name), name);
  if (!Array.isArray(entries)) {
    throw new ConfigError(
      `${name}: this is no array of objects but ${kindOf(entries)}; write [{"image": "a.jpg", "mos": 3.2}, …]`,
    );
  }
  return toLines(
    entries.map((value: unknown, index) => ({ place: `entry ${index + 1}`, value })),
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
  path: string,
  name: string,
  columns: readonly NamedColumn[],
): Promise<ListedLine[]> {
  const lines = (await readText(path, name))
    .split(/\r\n|\n|\r/)
    .map((text, index) => ({ text, place: `line ${index + 1}` }))
    .filter(({ text }) => text.trim() !== '');
  return toLines(
    lines.map(({ text, place }) => ({ place, value: jsonOr(text, undefined) })),
    name,
    columns,
  );
}

interface Entry {
  place: string;
  /** Undefined where the line is no JSON. */
  value: unknown;
}

function toLines(
  entries: readonly Entry[],
  name: string,
  columns: readonly NamedColumn[],
): ListedLine[] {
  if (entries.length === 0) throw new ConfigError(`${name}: no images are listed`);
  const keys = [
    ...new Set(entries.flatMap(({ value }) => (isObject(value) ? Object.keys(value) : []))),
  ];
  for (const column of columns) requireColumn(keys, column, name);
  return entries.map(({ place, value }) => {
    const problem = describeProblem(value, columns);
    return {
      place,
      cell: (column) => (isObject(value) ? textOf(value[String(column)]).trim() : ''),
      ...(problem !== undefined && { problem }),
    };
  });
}

function describeProblem(value: unknown, columns: readonly NamedColumn[]): string | undefined {
  if (value === undefined) return 'this is no JSON';
  if (!isObject(value)) return `this is ${kindOf(value)}; write an object`;
  const nested = columns.find(
    ({ column }) => typeof value[String(column)] === 'object' && value[String(column)],
  );
  return (
    nested &&
    `"${nested.column}" is ${kindOf(value[String(nested.column)])}; write a text or a number`
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string =>
  value === undefined || value === null || typeof value === 'object' ? '' : String(value);

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (value === null) return 'null';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message.replace(/\s*\n\s*/g, ' ') : '';
    const hint = /^\s*\{.*\}\s*\n\s*\{/.test(text)
      ? '; for one object a line use datasets/jsonl.ts'
      : '';
    throw new ConfigError(`${name}: this cannot be read as JSON (${message})${hint}`);
  }
}

function jsonOr<Fallback>(text: string, fallback: Fallback): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return fallback;
  }
}
