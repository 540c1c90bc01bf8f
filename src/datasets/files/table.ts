import { ConfigError } from '../../providers/config-error.ts';
import { isImageName } from '../image-ending.ts';
import { isNumber, shortened } from '../score-text.ts';
import { decimalPoints } from './decimal-comma.ts';
import {
  type ColumnName,
  type ListedLine,
  type NamedColumn,
  requireColumn,
} from './listed-line.ts';

/** A row of a table: where it stands, and the texts of its cells, trimmed. */
export interface TableRow {
  place: string;
  cells: readonly string[];
}

/** What a configuration may say of a table; what it leaves out is found. */
export interface TableOptions {
  /** Whether the first row names the columns. */
  header?: boolean | undefined;
  /** Whether numbers are written with a decimal comma. */
  decimal?: 'comma' | 'point' | undefined;
}

/** A table's rows as the lines of a list, in their order: none is dropped. */
export interface Table {
  /** Without its header. */
  rows: readonly TableRow[];
  /** Names of the columns; numbers where there is no header. */
  names: readonly string[];
}

/**
 * The first row as names of columns and the others under it, or all rows under numbers.
 *
 * @throws ConfigError no rows, a column that is not there or there twice, or a file that seems to have
 *   no header
 */
export function tableOf(
  [first, ...others]: readonly TableRow[],
  name: string,
  columns: readonly NamedColumn[],
  header: boolean,
): Table {
  if (first === undefined) throw new ConfigError(`${name}: the file is empty`);
  if (!header) {
    const rows = [first, ...others];
    const width = usualWidth(rows);
    const names = Array.from({ length: width }, (_, index) => String(index + 1));
    for (const column of columns) requireNumber(column, name, width);
    return { rows, names };
  }
  const names = withoutTrailing(first.cells);
  refuseData(first, columns, others, name);
  for (const column of columns) requireColumn(names, column, name);
  if (others.length === 0) {
    throw new ConfigError(`${name}: there is a header and no line under it; list the images there`);
  }
  return { rows: others, names };
}

/**
 * A table's rows as lines of a list. Those with more or fewer cells than there are columns have a
 * problem.
 *
 * @param decimalComma whether numbers with a comma are read where a column has no other
 * @param columns those that are asked for: of them, only that of the score and those without a key hold numbers
 * @param misaligned what to do about a row with another number of cells
 */
export function linesOf(
  { rows, names }: Table,
  decimalComma: boolean,
  columns: readonly NamedColumn[],
  misaligned = 'quote cells that contain commas, and write empty cells too',
): ListedLine[] {
  const problems = rows.map(({ cells }) => describeMisalignment(cells, names.length, misaligned));
  const readable = rows.filter((_, index) => problems[index] === undefined);
  const points = decimalComma
    ? names.map((_, column) => decimalPoints(readable.map(({ cells }) => cells[column] ?? '')))
    : [];
  const placeOf = ({ column }: NamedColumn) => indexOf(column, names);
  const scores = columns.filter(({ key }) => key === undefined || key === 'mos').map(placeOf);
  const texts = new Set(columns.map(placeOf).filter((at) => !scores.includes(at)));
  return rows.map(({ place, cells }, index) => ({
    place,
    cell: (column) => {
      const at = indexOf(column, names);
      const text = cells[at] ?? '';
      return texts.has(at) ? text : (points[at]?.(text) ?? text);
    },
    ...(problems[index] !== undefined && { problem: problems[index] }),
  }));
}

const indexOf = (column: ColumnName, names: readonly string[]): number =>
  typeof column === 'number' ? column - 1 : names.indexOf(column);

/** The number of cells that most rows have; the least of several. */
function usualWidth(rows: readonly TableRow[]): number {
  const counts = Map.groupBy(rows, ({ cells }) => withoutTrailing(cells).length);
  const [usual] = [...counts].sort(([a, { length: rowsOfA }], [b, { length: rowsOfB }]) =>
    rowsOfB === rowsOfA ? a - b : rowsOfB - rowsOfA,
  );
  return usual?.[0] ?? 0;
}

function requireNumber({ column, key }: NamedColumn, name: string, width: number): void {
  const asked = `${key ?? 'column'}: ${JSON.stringify(column)}`;
  if (!/^[1-9]\d*$/.test(String(column))) {
    throw new ConfigError(
      `${name}: ${asked} is no number, and without a header columns have only numbers, counted from 1`,
    );
  }
  if (Number(column) > width) {
    throw new ConfigError(
      `${name}: ${asked}: there is no such column, the rows have ${width} ${width === 1 ? 'cell' : 'cells'}`,
    );
  }
}

/** A header that is an image's row would be lost without a word. */
function refuseData(
  { cells }: TableRow,
  columns: readonly NamedColumn[],
  others: readonly TableRow[],
  name: string,
): void {
  const found = (key: string) => {
    const column = columns.find((each) => each.key === key)?.column;
    return column === undefined ? -1 : indexOf(column, cells);
  };
  const image = cells.findIndex(isImageName);
  const score = cells.findIndex((cell, index) => index !== image && isNumber(cell));
  const isScored = isScore(cells[found('mos')] ?? '', columns, cells);
  const isMissed = columns.some(
    ({ column }) => typeof column === 'string' && !cells.includes(column),
  );
  const isLikeOthers =
    others.length === 0 || others.slice(0, 5).some(({ cells }) => isNumber(cells[score]));
  if (image < 0 && !isScored && !(isMissed && score >= 0 && isLikeOthers)) return;
  const asked = ['image', 'mos'].map((key) => columns.find((each) => each.key === key)?.column);
  const numbers = asked.every((column) => typeof column === 'number')
    ? asked
    : [image < 0 ? found('image') : image, score].map((index) => index + 1);
  const shown = numbers.every((number) => number > 0)
    ? `image: ${numbers[0]}, mos: ${numbers[1]}`
    : 'image: 1, mos: 2';
  throw new ConfigError(
    `${name}: the file seems to have no header, as its first row is "${shortened(cells.join(' '))}"; set header: false and name columns by their numbers, such as ${shown}`,
  );
}

/** What programs write where a number is missing. */
const NO_NUMBER = /^(nan|n\/?a|null)$/i;

/**
 * Whether what stands in the first row under the score is one: a fraction, or any number where the
 * column is not named after it, unless the row counts the columns (`0,1,2`).
 */
function isScore(cell: string, columns: readonly NamedColumn[], cells: readonly string[]): boolean {
  const isNamed = typeof columns.find(({ key }) => key === 'mos')?.column === 'string';
  const numbers = cells.filter((each) => isNumber(each)).map(Number);
  const isCount =
    numbers.length > 1 && numbers.every((each, index) => each === Number(numbers[0]) + index);
  if (!isNamed && NO_NUMBER.test(cell)) return true;
  return isNumber(cell.replace(',', '.')) && (/\d[.,]\d/.test(cell) || !(isNamed || isCount));
}

/**
 * More or fewer cells than names mean that a separator was not quoted or a cell was left out: what
 * stands under a name then need not belong there, and a number from another column would pass for a
 * score.
 */
function describeMisalignment(
  cells: readonly string[],
  columns: number,
  remedy: string,
): string | undefined {
  const count = withoutTrailing(cells).length;
  if (cells.length >= columns && count <= columns) return undefined;
  const found = Math.max(count, Math.min(cells.length, columns));
  return `${found} ${found === 1 ? 'cell' : 'cells'} under ${columns} columns; ${remedy}`;
}

/** Spreadsheets end rows with cells for columns that nobody named. */
export function withoutTrailing(cells: readonly string[]): string[] {
  return cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1);
}
