const WITH_COMMA = /^[+-]?\d*,\d+(e[+-]?\d+)?$/i;
const WITH_POINT = /^[+-]?\d*\.\d+(e[+-]?\d+)?$|,\d+\.\d/i;

/**
 * How numbers of a column are written: with decimal commas where some are and none has a decimal
 * point. What has both (`1.234,5`), and every comma of a column that has points too, can mean two
 * numbers and stays as it is.
 *
 * @returns the text of a cell with a decimal point; undefined where the column has no decimal commas
 */
export function decimalPoints(cells: readonly string[]): ((cell: string) => string) | undefined {
  if (!cells.some((cell) => WITH_COMMA.test(cell))) return undefined;
  if (cells.some((cell) => WITH_POINT.test(cell))) return undefined;
  return (cell) => (WITH_COMMA.test(cell) ? cell.replace(',', '.') : cell);
}
