import { ConfigError } from '../../common/config-error.ts';
import { describeColumn, shortened } from '../score-text.ts';
import type { ReadNumbers } from './decimal-comma.ts';
import { type ListedLine, type NamedColumn, placeOf, requireColumn } from './listed-line.ts';
import { refuseMissingHeader } from './missing-header.ts';

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
  refuseMissingHeader(first, columns, others, name);
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
 * @param readNumbers how the numbers of a column are written
 * @param columns those that are asked for: of them, only that of the score, those without a key and those that say so
 *   hold numbers
 * @param misaligned what to do about a row with another number of cells
 */
export function linesOf(
  { rows, names }: Table,
  readNumbers: ReadNumbers,
  columns: readonly NamedColumn[],
  misaligned = 'quote cells that contain commas, and write empty cells too',
): ListedLine[] {
  const misalignments = rows.map(({ cells }) =>
    describeMisalignment(cells, names.length, misaligned),
  );
  const readable = rows.filter((_, index) => misalignments[index] === undefined);
  const scores = columns
    .filter(({ key, holdsNumbers }) => key === undefined || key === 'mos' || holdsNumbers)
    .map(({ column, holdsNumbers }) => ({
      column,
      at: placeOf(column, names),
      areCounts: holdsNumbers === 'counts',
    }));
  const numbers = new Map(
    scores.map(({ at, areCounts }) => [
      at,
      readNumbers(
        readable.map(({ cells }) => cells[at] ?? ''),
        areCounts,
      ),
    ]),
  );
  const faultOf = (cells: readonly string[]) =>
    scores
      .map(({ column, at }) => {
        const cell = cells[at] ?? '';
        const fault = numbers.get(at)?.fault?.(cell);
        return fault && `${describeColumn(column)} is "${shortened(cell)}", which ${fault}`;
      })
      .find(Boolean);
  return rows.map(({ place, cells }, index) => {
    const problem = misalignments[index] ?? faultOf(cells);
    return {
      place,
      cell: (column) => {
        const at = placeOf(column, names);
        const text = cells[at] ?? '';
        return numbers.get(at)?.read(text) ?? text;
      },
      ...(problem !== undefined && { problem }),
    };
  });
}

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
