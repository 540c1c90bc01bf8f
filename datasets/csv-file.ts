import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { ConfigError, suggestion } from '../providers/config-error.ts';

/** A line of a CSV file under its header. */
export interface CsvLine {
  /** In the file, counted from 1; the last one where a quoted cell spans several. */
  number: number;
  /** The cell of a column, trimmed. */
  cell(column: string): string;
  /** Why the cells cannot be told apart by the header, in words. */
  misaligned?: string;
}

/**
 * Reads a CSV file: comma-separated, quoted by RFC 4180, UTF-8 with or without a byte order mark, any
 * line ends. Blank lines, lines of nothing but commas and columns without a name are left out.
 *
 * @param name how errors call the file
 * @param columns those that will be asked for, and the configuration's key that names each
 * @throws ConfigError no such file, no CSV, a column that is not there or there twice, no lines
 */
export function readCsv(
  path: string,
  name: string,
  columns: readonly { key: string; column: string }[],
): CsvLine[] {
  const [header, ...records] = readRecords(path, name);
  if (header === undefined) throw new ConfigError(`${name}: the file is empty`);
  const names = withoutTrailing(header.cells);
  for (const { key, column } of columns) requireColumn(names, column, key, name);
  if (records.length === 0) {
    throw new ConfigError(`${name}: there is a header and no line under it; list the images there`);
  }
  return records.map(({ cells, number }) => {
    const misaligned = describeMisalignment(cells, names.length);
    return {
      number,
      cell: (column) => cells[names.indexOf(column)] ?? '',
      ...(misaligned !== undefined && { misaligned }),
    };
  });
}

interface CsvRecord {
  cells: string[];
  number: number;
}

function readRecords(path: string, name: string): CsvRecord[] {
  try {
    const records = parse(readFileSync(path), {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return records
      .map(({ record, info }) => ({ cells: record, number: info.lines }))
      .filter(({ cells }) => cells.some((cell) => cell !== ''));
  } catch (cause) {
    // Without the cause: Node would print its stack after the message.
    throw new ConfigError(`${name}: ${describeFailure(cause, path)}`);
  }
}

function describeFailure(cause: unknown, path: string): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') {
    return `no such file (looked for ${path}; a relative path starts at the working directory)`;
  }
  if (code === 'EISDIR') return 'this is a folder; name the CSV file in it';
  return `this cannot be read as CSV (${message})`;
}

function requireColumn(names: readonly string[], column: string, key: string, file: string): void {
  const count = names.filter((name) => name === column).length;
  if (count === 1) return;
  const separator = names.length === 1 ? /[;\t|]/.exec(names[0] as string)?.[0] : undefined;
  const hint = separator
    ? `the file seems to be separated by ${JSON.stringify(separator)}; separate it by commas`
    : suggestion(column, namedOnly(names));
  throw new ConfigError(
    count > 1
      ? `${file}: ${count} columns are called "${column}" (config: ${key}); rename the others`
      : `${file}: there is no column "${column}" (config: ${key}), ${hint} (columns: ${namedOnly(names).join(', ')})`,
  );
}

/**
 * More or fewer cells than names mean that a comma was not quoted or a cell was left out: what stands
 * under a name then need not belong there, and a number from another column would pass for a score.
 */
function describeMisalignment(cells: readonly string[], columns: number): string | undefined {
  const count = withoutTrailing(cells).length;
  if (cells.length >= columns && count <= columns) return undefined;
  const found = Math.max(count, Math.min(cells.length, columns));
  return `${found} ${found === 1 ? 'cell' : 'cells'} under ${columns} columns; quote cells that contain commas, and write empty cells too`;
}

const namedOnly = (names: readonly string[]) => names.filter((name) => name !== '');

/** Spreadsheets end lines with commas for columns that nobody named. */
function withoutTrailing(cells: readonly string[]): string[] {
  return cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1);
}
