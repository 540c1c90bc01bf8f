const WITH_COMMA = /^[+-]?\d*,\d+(e[+-]?\d+)?$/i;
const WITH_POINT = /^[+-]?\d*\.\d+(e[+-]?\d+)?$|,\d+\.\d/i;

/** How the numbers of a column are read. */
export interface NumberColumn {
  /** The text of a cell with a decimal point; other texts as they are. */
  read(cell: string): string;
  /** Why a cell that looks like a number cannot be taken for one, in words. */
  fault?(cell: string): string | undefined;
}

/** @param areCounts whether they are numbers of people */
export type ReadNumbers = (cells: readonly string[], areCounts?: boolean) => NumberColumn;

/** As they are: with decimal points. */
export const asWritten: ReadNumbers = () => ({ read: (cell) => cell });

/**
 * With decimal commas where some are and none has a decimal point. What has both (`1.234,5`), and every comma of
 * a column that has points too, can mean two numbers and stays as it is.
 */
export const commasAlone: ReadNumbers = (cells) =>
  cells.some((cell) => WITH_COMMA.test(cell)) && !cells.some((cell) => WITH_POINT.test(cell))
    ? { read: withPoint }
    : asWritten(cells);

/** What nobody said, as in lists that semicolons separate: the same, but for what may be commas or points of thousands. */
export const foundDecimals: ReadNumbers = (cells, areCounts = false) => {
  const mayBe = (separator: Separator) =>
    areCounts
      ? cells.some((cell) => GROUPED[separator].test(cell))
      : mayBeThousands(cells, separator);
  if (mayBe(',')) return { read: (cell) => cell, fault: faultOfThousands(',') };
  if (mayBe('.')) return { read: (cell) => cell, fault: faultOfThousands('.') };
  return commasAlone(cells);
};

/** What the configuration says: all with decimal commas. A point of thousands would pass for a decimal one. */
export const saidCommas: ReadNumbers = () => ({
  read: withPoint,
  fault: (cell) =>
    GROUPED['.'].test(cell)
      ? `may be ${cell.replaceAll('.', '')} or ${cell}, as decimal: comma says that numbers have commas; write it without a separator of thousands`
      : undefined,
});

const withPoint = (cell: string): string => (WITH_COMMA.test(cell) ? cell.replace(',', '.') : cell);

type Separator = ',' | '.';

/** Numbers that may have a separator of thousands: 1,234 and 12,345,678; not 0,123. */
const GROUPED: Readonly<Record<Separator, RegExp>> = {
  ',': /^[+-]?[1-9]\d{0,2}(,\d{3})+$/,
  '.': /^[+-]?[1-9]\d{0,2}(\.\d{3})+$/,
};
const SEPARATED: Readonly<Record<Separator, RegExp>> = { ',': /\d,\d|^,\d/, '.': /\d\.\d|^\.\d/ };
/** What is written without a separator of thousands up to 999. */
const WHOLE = /^[+-]?\d{3,}$/;

/**
 * Whether the separators in a column may stand for thousands: all numbers that have one could be written so, and
 * a whole number of hundreds, which has none, is larger than all of them if they are decimal ones. `1,234` beside
 * `987` is more likely than 1.234 beside 987.
 */
function mayBeThousands(cells: readonly string[], separator: Separator): boolean {
  const separated = cells.filter((cell) => SEPARATED[separator].test(cell));
  if (separated.length === 0 || !separated.every((cell) => GROUPED[separator].test(cell)))
    return false;
  const size = (cell: string) => Math.abs(Number.parseFloat(cell.replace(separator, '.')));
  const largest = separated.map(size).reduce((a, b) => Math.max(a, b));
  return cells.some((cell) => WHOLE.test(cell) && size(cell) > largest);
}

const faultOfThousands =
  (separator: Separator) =>
  (cell: string): string | undefined =>
    GROUPED[separator].test(cell)
      ? `may be ${cell.replaceAll(separator, '')} or ${cell.replace(separator, '.')}; set decimal: comma or point, or write it without a separator of thousands`
      : undefined;
