import { ConfigError } from '../../common/config-error.ts';
import { asWritten, foundDecimals, saidCommas } from './decimal-comma.ts';
import {
  DELIMITERS,
  type DelimiterName,
  delimiterNames,
  findDelimiter,
  rowsOr,
  splitRows,
} from './delimiter.ts';
import type { ListedLine, NamedColumn } from './listed-line.ts';
import { readParquet } from './parquet-file.ts';
import { readBytes, readHead, toText } from './read-file.ts';
import { linesOf, type TableOptions, type TableRow, tableOf } from './table.ts';
import { readXlsx } from './xlsx-file.ts';

/** What a configuration may say of the file of a table; what it leaves out is found. */
export interface TableFileOptions extends TableOptions {
  delimiter?: DelimiterName | undefined;
  /** Name of a workbook's sheet. */
  sheet?: string | undefined;
  /** Of a text. */
  encoding?: string | undefined;
}

const PARQUET = Buffer.from('PAR1');
const ZIP = Buffer.from('PK\x03\x04', 'latin1');

/** A table's lines, and the names of its columns. */
export interface NamedTable {
  names: readonly string[];
  lines: ListedLine[];
}

/** Names of a table's columns, in their order. */
export const readTableNames = async (
  path: string,
  name: string,
  options: TableFileOptions = {},
): Promise<readonly string[]> => (await readNamedTable(path, name, [], options)).names;

/**
 * Reads a table: text in which commas, semicolons, tabs, pipes or spaces separate cells, an .xlsx
 * workbook or a Parquet file, whatever its name ends in.
 *
 * @param name how errors call the file
 * @param columns those that will be asked for
 * @throws ConfigError no such file, no table, a column that is not there or there twice, no rows
 */
export async function readTable(
  path: string,
  name: string,
  columns: readonly NamedColumn[],
  options: TableFileOptions = {},
): Promise<ListedLine[]> {
  return (await readNamedTable(path, name, columns, options)).lines;
}

async function readNamedTable(
  path: string,
  name: string,
  columns: readonly NamedColumn[],
  options: TableFileOptions,
): Promise<NamedTable> {
  const head = readHead(path, name, ZIP.length);
  if (head.equals(ZIP)) return readXlsx(path, name, columns, options);
  if (options.sheet !== undefined) {
    throw new ConfigError(
      `${name}: sheet: "${options.sheet}": this is no workbook; leave sheet out`,
    );
  }
  if (head.equals(PARQUET)) return readParquet(path, name, columns);
  return readTextTable(
    await toText(readBytes(path, name), name, options.encoding),
    name,
    columns,
    options,
  );
}

/** What Excel writes, and reads, as the first line of a list: `sep=;`. */
const EXCEL_SEPARATOR = /^sep=(?<separator>.)(?=\r|\n)/i;

function readTextTable(
  content: string,
  name: string,
  columns: readonly NamedColumn[],
  { header = true, decimal, ...options }: TableFileOptions,
): NamedTable {
  const separator = EXCEL_SEPARATOR.exec(content)?.groups?.separator;
  const text = content.replace(EXCEL_SEPARATOR, '');
  if (JSON_LIKE.test(text)) {
    throw new ConfigError(
      `${name}: this seems to be JSON; read it by datasets/json.ts, or jsonl.ts for one object a line`,
    );
  }
  const delimiter =
    options.delimiter ??
    delimiterNames.find((name) => DELIMITERS[name] === separator) ??
    findDelimiter(text, columns, header);
  const rows = rowsOf(text, name, delimiter);
  if (header && rows[0]) refuseLowerHeader(rows[0], text, name, columns, options.delimiter);
  const table = tableOf(rows, name, columns, header);
  const found = delimiter === 'semicolon' ? foundDecimals : asWritten;
  const said = { comma: saidCommas, point: asWritten };
  return {
    names: table.names,
    lines: linesOf(
      table,
      decimal === undefined ? found : said[decimal],
      columns,
      MISALIGNED[delimiter],
    ),
  };
}

/** How a text begins that is JSON. */
export const JSON_LIKE = /^\s*(\[\s*[[{"\]]|\{\s*["}])/;

const MISALIGNED: Readonly<Record<DelimiterName, string>> = {
  comma: 'quote cells that contain commas, and write empty cells too',
  semicolon: 'quote cells that contain semicolons, and write empty cells too',
  tab: 'quote cells that contain tabs, and write empty cells too',
  pipe: 'quote cells that contain |, and write empty cells too',
  spaces:
    'in a list that is separated by spaces, quote names that contain some, or separate it by tabs or commas',
};

/** Rows among which a header is looked for that is not the first one. */
const TITLES = 50;

/** A title, or a comment, stands above the header. */
function refuseLowerHeader(
  first: TableRow,
  text: string,
  name: string,
  columns: readonly NamedColumn[],
  delimiter: DelimiterName | undefined,
): void {
  const asked = columns.flatMap(({ column }) => (typeof column === 'string' ? column : []));
  const hasAll = (cells: readonly string[]) => asked.every((column) => cells.includes(column));
  if (asked.length < 2 || hasAll(first.cells)) return;
  const below = (delimiter === undefined ? delimiterNames : [delimiter])
    .flatMap((each) => rowsOr(text, each, TITLES))
    .find(({ cells, place }) => place !== first.place && hasAll(cells));
  if (below === undefined) return;
  throw new ConfigError(
    `${name}: the columns ${asked.join(', ')} are in ${below.place} and not in the first; remove the lines above it`,
  );
}

function rowsOf(text: string, name: string, delimiter: DelimiterName) {
  try {
    return splitRows(text, delimiter);
  } catch (cause) {
    throw new ConfigError(`${name}: this cannot be read as CSV (${(cause as Error).message})`);
  }
}
