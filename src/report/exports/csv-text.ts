import { stringify } from 'csv-stringify/sync';

export type CsvCell = string | number | null;

/**
 * What spreadsheets take for the beginning of a formula, in both widths (OWASP, "CSV injection"): names
 * come from outside, and a name is no formula.
 */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/**
 * A table as CSV (RFC 4180, UTF-8, lines end with CR LF). Texts are quoted, so that no delimiter in a name
 * begins another cell in a program that parts cells at semicolons or tabs; a text that a spreadsheet would run
 * as a formula gets an apostrophe before it. Numbers keep all their digits; null is empty.
 */
export const csvOf = (head: readonly string[], rows: readonly (readonly CsvCell[])[]): string =>
  stringify([head, ...rows.map((row) => row.map(literal))], {
    quoted_string: true,
    quoted_empty: false,
    record_delimiter: 'windows',
    cast: { number: String },
  });

const literal = (cell: CsvCell): CsvCell =>
  typeof cell === 'string' && FORMULA.test(cell) ? `'${cell}` : cell;
