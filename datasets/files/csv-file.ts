import { parse } from 'csv-parse/sync';
import { ConfigError } from '../../providers/config-error.ts';
import { type ListedLine, type NamedColumn, requireColumn } from './listed-line.ts';
import { readBytes } from './read-file.ts';

/**
 * Reads a CSV file: comma-separated, quoted by RFC 4180, UTF-8 with or without a byte order mark, any
 * line ends. Blank lines, lines of nothing but commas and columns without a name are left out. The
 * number of a line whose quoted cell spans several is the last one's.
 *
 * @param name how errors call the file
 * @param columns those that will be asked for
 * @throws ConfigError no such file, no CSV, a column that is not there or there twice, no lines
 */
export function readCsv(path: string, name: string, columns: readonly NamedColumn[]): ListedLine[] {
  const [header, ...records] = readRecords(path, name);
  if (header === undefined) throw new ConfigError(`${name}: the file is empty`);
  const names = withoutTrailing(header.cells);
  for (const column of columns) requireColumn(names, column, name, separatorHint(names));
  if (records.length === 0) {
    throw new ConfigError(`${name}: there is a header and no line under it; list the images there`);
  }
  return records.map(({ cells, number }) => {
    const problem = describeMisalignment(cells, names.length);
    return {
      place: `line ${number}`,
      cell: (column) => cells[names.indexOf(column)] ?? '',
      ...(problem !== undefined && { problem }),
    };
  });
}

interface CsvRecord {
  cells: string[];
  number: number;
}

function readRecords(path: string, name: string): CsvRecord[] {
  const bytes = readBytes(path, name);
  try {
    const records = parse(bytes, {
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
    throw new ConfigError(`${name}: this cannot be read as CSV (${(cause as Error).message})`);
  }
}

function separatorHint(names: readonly string[]): string | undefined {
  const separator = names.length === 1 ? /[;\t|]/.exec(names[0] as string)?.[0] : undefined;
  return separator === undefined
    ? undefined
    : `the file seems to be separated by ${JSON.stringify(separator)}; separate it by commas`;
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

/** Spreadsheets end lines with commas for columns that nobody named. */
function withoutTrailing(cells: readonly string[]): string[] {
  return cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1);
}
