import { parse } from 'csv-parse/sync';
import type { NamedColumn } from './listed-line.ts';
import type { TableRow } from './table.ts';

/** What separates cells, by the names that a configuration gives them. `spaces` are runs of spaces and tabs. */
export const DELIMITERS = {
  tab: '\t',
  semicolon: ';',
  pipe: '|',
  comma: ',',
  spaces: ' ',
} as const;

export type DelimiterName = keyof typeof DELIMITERS;

/** In the order of preference, where a file could be separated by several. */
export const delimiterNames = Object.keys(DELIMITERS) as DelimiterName[];

/** Records by which the delimiter is found. */
const PROBED = 200;

/**
 * Splits a text into rows of trimmed cells: quoted by RFC 4180, with any line ends. Blank lines and
 * lines of nothing but separators, or the rule under a Markdown table's header, are left out. The number of a row whose quoted cell spans several
 * lines is the last one's.
 *
 * @throws Error what `csv-parse` finds wrong
 */
export function splitRows(text: string, delimiter: DelimiterName, to?: number): TableRow[] {
  return records(text, delimiter, to).flatMap(({ cells, line }) => {
    const trimmed = cells.map((cell) => cell.trim());
    const isRule = delimiter === 'pipe' && trimmed.every((cell) => /^(:?-{2,}:?)?$/.test(cell));
    return !isRule && trimmed.some((cell) => cell !== '')
      ? [{ place: `line ${line}`, cells: trimmed }]
      : [];
  });
}

interface CsvRecord {
  cells: string[];
  line: number;
}

function records(text: string, delimiter: DelimiterName, to: number | undefined): CsvRecord[] {
  if (delimiter === 'spaces') {
    return text
      .split(/\r\n|\n|\r/, to)
      .map((line, index) => ({ cells: spaced(line), line: index + 1 }));
  }
  const parsed = parse(text, {
    delimiter: DELIMITERS[delimiter],
    info: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    ...(to !== undefined && { to }),
  }) as unknown as { record: string[]; info: { lines: number } }[];
  return parsed.map(({ record, info }) => ({ cells: record, line: info.lines }));
}

/** Cells of a line that is separated by runs of spaces; quoted ones may contain some. */
const spaced = (line: string): string[] =>
  [...line.matchAll(/"((?:[^"]|"")*)"|\S+/g)].map(
    ([cell, quoted]) => quoted?.replaceAll('""', '"') ?? cell,
  );

/**
 * The delimiter under which the columns asked for are there; of several, the one under which scores
 * are numbers and rows have the same number of cells.
 */
export function findDelimiter(
  text: string,
  columns: readonly NamedColumn[],
  header: boolean,
): DelimiterName {
  const rated = delimiterNames.flatMap((delimiter) => {
    const rows = rowsOr(text, delimiter, PROBED);
    const [first] = rows;
    return first && first.cells.length > 1
      ? [{ delimiter, rate: rate(rows, columns, header) }]
      : [];
  });
  const [best] = rated.sort((a, b) => compare(b.rate, a.rate));
  return best?.delimiter ?? 'comma';
}

/** The first rows; none where the text is not separated so, or cannot be read so. */
export function rowsOr(text: string, delimiter: DelimiterName, to: number): TableRow[] {
  if (!text.includes(DELIMITERS[delimiter])) return [];
  try {
    return splitRows(text, delimiter, to);
  } catch {
    return [];
  }
}

/** Shares of what speaks for a delimiter, the most telling first. */
function rate(
  rows: readonly TableRow[],
  columns: readonly NamedColumn[],
  header: boolean,
): [columns: number, numbers: number, aligned: number] {
  const [first, ...others] = rows as [TableRow, ...TableRow[]];
  const number = (column: NamedColumn['column']) =>
    header && typeof column === 'string' ? first.cells.indexOf(column) : Number(column) - 1;
  const isThere = (column: NamedColumn['column']) => {
    const index = number(column);
    return index >= 0 && index < first.cells.length;
  };
  const score = columns.find(({ key }) => key === 'mos' || key === 'score')?.column;
  const data = header ? others : rows;
  return [
    shareOf(columns, ({ column }) => isThere(column)),
    score === undefined
      ? 0
      : shareOf(data, ({ cells }) => LIKE_A_NUMBER.test(cells[number(score)] ?? '')),
    shareOf(rows, ({ cells }) => cells.length === first.cells.length),
  ];
}

const LIKE_A_NUMBER = /^[+-]?\d*[.,]?\d+(e[+-]?\d+)?$/i;

const shareOf = <Item>(items: readonly Item[], holds: (item: Item) => boolean): number =>
  items.length === 0 ? 0 : items.filter(holds).length / items.length;

const compare = (a: readonly number[], b: readonly number[]): number =>
  a.map((value, index) => value - b[index]!).find((difference) => difference !== 0) ?? 0;
