import writeXlsxFile from 'write-excel-file/node';

/** A workbook with one sheet of these rows. */
export function workbook(
  sheet: string,
  rows: readonly (readonly (string | number | null)[])[],
): Promise<Buffer> {
  return writeXlsxFile(
    rows.map((row) => row.map((value) => (value === null ? null : { value }))),
    { sheet },
  ).toBuffer();
}
