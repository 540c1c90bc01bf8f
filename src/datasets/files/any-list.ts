import { ConfigError } from '../../common/config-error.ts';
import { readJson, readJsonl } from './json-file.ts';
import type { ListedLine, NamedColumn } from './listed-line.ts';
import { readHead } from './read-file.ts';
import { JSON_LIKE, readTable, type TableFileOptions } from './table-file.ts';

/** What a configuration may say of a list of any kind; what it leaves out is found. */
export interface AnyListOptions extends TableFileOptions {
  /** Keys that lead to the images of a JSON file. */
  path?: string | undefined;
}

/**
 * Reads a list whose kind no configuration says: a table, JSON or JSON Lines.
 *
 * @param name how errors call the file
 * @throws ConfigError as the reader of its kind; an option is for another kind
 */
export function readAnyList(
  file: string,
  name: string,
  columns: readonly NamedColumn[],
  options: AnyListOptions,
): Promise<ListedLine[]> {
  const { encoding, path } = options;
  const kind = kindOf(file, name);
  if (kind === 'table') {
    refuseOthers(name, options, 'a table', ['path']);
    return readTable(file, name, columns, options);
  }
  if (kind === 'json') {
    refuseOthers(name, options, 'JSON', TABLE_KEYS);
    return readJson(file, name, columns, { path, encoding });
  }
  refuseOthers(name, options, 'one JSON object a line', [...TABLE_KEYS, 'path']);
  return readJsonl(file, name, columns, encoding);
}

/** Bytes by which the kind of a list is told. */
const PROBED = 65_536;

/** By what it holds; by its name where that says nothing. */
function kindOf(file: string, name: string): 'table' | 'json' | 'jsonl' {
  const head = readHead(file, name, PROBED).toString('utf8');
  const ending = /\.(jsonl|ndjson)$/i.test(name)
    ? 'jsonl'
    : /\.json$/i.test(name)
      ? 'json'
      : 'table';
  if (!JSON_LIKE.test(head)) return ending;
  const isObjects = /^\s*\{.*\}\s*[\r\n]\s*\{/.test(head);
  return isObjects || (ending === 'jsonl' && !/^\s*\[/.test(head)) ? 'jsonl' : 'json';
}

const TABLE_KEYS = ['header', 'delimiter', 'decimal', 'sheet'] as const;

/** An option that nobody would look at. A header is what there is by default. */
function refuseOthers(
  name: string,
  options: AnyListOptions,
  kind: string,
  keys: readonly (keyof AnyListOptions)[],
): void {
  const given = keys.find((key) => ![undefined, true].includes(options[key] as never));
  if (given === undefined) return;
  throw new ConfigError(`${name}: ${given}: this is ${kind}; leave ${given} out`);
}
