import readXlsxFile from 'read-excel-file/node';
import { ConfigError, suggestion } from '../../providers/config-error.ts';
import type { ListedLine } from './listed-line.ts';
import { readBytes } from './read-file.ts';

/**
 * Reads a table of an .xlsx workbook, wherever on its sheet it stands: its header is the first row
 * that has all the columns asked for. Empty rows are left out.
 *
 * @param name how errors call the file
 * @param columns those that will be asked for
 * @param sheet name of the sheet; left out: the first
 * @throws ConfigError no such file, no workbook, no such sheet, no row with these columns, or none under it
 */
export async function readXlsx(
  path: string,
  name: string,
  columns: readonly string[],
  sheet?: string,
): Promise<ListedLine[]> {
  const rows = await readSheet(path, name, sheet);
  const headerIndex = rows.findIndex((row) => columns.every((column) => row.includes(column)));
  const names = rows[headerIndex];
  if (names === undefined) {
    throw new ConfigError(`${name}: there is no row with the columns ${columns.join(', ')}`);
  }
  const lines = rows.flatMap((row, index) =>
    index > headerIndex && row.some((cell) => cell !== '')
      ? [{ place: `row ${index + 1}`, cell: (column: string) => row[names.indexOf(column)] ?? '' }]
      : [],
  );
  if (lines.length === 0) throw new ConfigError(`${name}: there is no row under the header`);
  return lines;
}

/** The cells' texts, of every row from the sheet's first. */
async function readSheet(
  path: string,
  name: string,
  sheetName: string | undefined,
): Promise<string[][]> {
  const sheets = await readWorkbook(readBytes(path, name), name);
  const sheet =
    sheetName === undefined ? sheets[0] : sheets.find(({ sheet }) => sheet === sheetName);
  if (sheet === undefined) {
    const known = sheets.map(({ sheet }) => sheet);
    throw new ConfigError(
      `${name}: there is no sheet "${sheetName}", ${suggestion(sheetName ?? '', known)}`,
    );
  }
  return sheet.data.map((row) => row.map((cell) => (cell === null ? '' : String(cell).trim())));
}

async function readWorkbook(bytes: Buffer, name: string) {
  try {
    return await readXlsxFile(bytes);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`${name}: this cannot be read as an .xlsx workbook (${message})`);
  }
}
