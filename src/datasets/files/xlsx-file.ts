import readXlsxFile from 'read-excel-file/node';
import { ConfigError, suggestion } from '../../common/config-error.ts';
import { isImageName } from '../image-ending.ts';
import { say } from '../say.ts';
import { asWritten, commasAlone } from './decimal-comma.ts';
import type { ListedLine, NamedColumn } from './listed-line.ts';
import { describeBinary } from './no-list-kind.ts';
import { readBytes } from './read-file.ts';
import { linesOf, type TableOptions, type TableRow, tableOf } from './table.ts';

interface Sheet {
  name: string;
  rows: TableRow[];
}

/**
 * Reads a table of an .xlsx workbook, wherever on its sheet it stands: its header is the first row
 * that has all the columns asked for. Empty rows are left out.
 *
 * @param name how errors call the file
 * @param columns those that will be asked for
 * @param options `sheet` left out: the first that has the columns
 * @throws ConfigError no such file, no workbook, no such sheet, no row with these columns, or none under it
 */
export async function readXlsx(
  path: string,
  name: string,
  columns: readonly NamedColumn[],
  { sheet, header = true, decimal }: TableOptions & { sheet?: string | undefined } = {},
): Promise<{ names: readonly string[]; lines: ListedLine[] }> {
  const sheets = await readSheets(path, name);
  const chosen = header
    ? underHeader(sheets, name, columns, sheet)
    : onlySheet(sheets, name, sheet).rows;
  const table = tableOf(chosen, name, columns, header);
  const lines = linesOf(
    table,
    // Numbers of a workbook are no texts, and have points here.
    decimal === 'comma' ? commasAlone : asWritten,
    columns,
    'write a value in every cell of the row',
  );
  return { names: table.names, lines };
}

/** The rows from the header on. */
function underHeader(
  sheets: readonly Sheet[],
  name: string,
  columns: readonly NamedColumn[],
  sheet: string | undefined,
): TableRow[] {
  const asked = sheet === undefined ? sheets : [onlySheet(sheets, name, sheet)];
  const isHeader = ({ cells }: TableRow) =>
    columns.every(({ column }) => typeof column === 'number' || cells.includes(column));
  const tables = asked.map(({ rows }) => {
    const header = rows.findIndex(isHeader);
    return header < 0 ? [] : rows.slice(header);
  });
  const found = tables.find(({ length }) => length > 0);
  if (found) {
    const having = asked.filter((_, index) => tables[index]!.length > 0);
    if (having.length > 1) {
      say(
        `${name}: ${having.length} sheets have these columns, and "${having[0]!.name}" is read; set sheet to read another`,
      );
    }
    return found;
  }
  const [first] = asked;
  // Where the first row is an image's, the error about its missing header says more.
  if (first?.rows[0]?.cells.some(isImageName)) return first.rows;
  const where =
    asked.length === 1 ? '' : ` on the sheets ${asked.map((each) => `"${each.name}"`).join(', ')}`;
  throw new ConfigError(
    `${name}: there is no row with the columns ${columns.map(({ column }) => column).join(', ')}${where}`,
  );
}

function onlySheet(sheets: readonly Sheet[], name: string, sheet: string | undefined): Sheet {
  const found = sheet === undefined ? sheets[0] : sheets.find((each) => each.name === sheet);
  if (found) return found;
  const known = sheets.map((each) => each.name);
  throw new ConfigError(`${name}: there is no sheet "${sheet}", ${suggestion(sheet ?? '', known)}`);
}

async function readSheets(path: string, name: string): Promise<Sheet[]> {
  const bytes = readBytes(path, name);
  const sheets = await readWorkbook(bytes, name);
  return sheets.map(({ sheet, data }) => ({
    name: sheet,
    rows: data.flatMap((row, index) => {
      const cells = row.map((cell) => textOf(cell));
      return cells.some((cell) => cell !== '') ? [{ place: `row ${index + 1}`, cells }] : [];
    }),
  }));
}

/** A date is what a spreadsheet makes of `3.5` where that is a day. */
function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  return cell instanceof Date ? cell.toISOString() : String(cell).trim();
}

async function readWorkbook(bytes: Buffer, name: string) {
  try {
    return await readXlsxFile(bytes);
  } catch (cause) {
    const kind = await describeBinary(bytes);
    if (!kind.includes('.xlsx')) throw new ConfigError(`${name}: this is ${kind}`);
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`${name}: this cannot be read as an .xlsx workbook (${message})`);
  }
}
