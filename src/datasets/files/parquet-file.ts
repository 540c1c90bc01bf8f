import { basename } from 'node:path';
import {
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { ConfigError } from '../../common/config-error.ts';
import { type EmbeddedImages, openEmbeddedImages } from './embedded-images.ts';
import { isObject, textOf, valueAt } from './json-value.ts';
import {
  type ColumnName,
  type ListedLine,
  type NamedColumn,
  requireColumn,
} from './listed-line.ts';

type Row = Record<string, unknown>;

/**
 * Reads a Parquet file. An image column may hold paths, or as Hugging Face writes it the image files
 * themselves (`{bytes, path}`, or bytes): these are written to a folder of the plugin's once, as they are, and
 * the lines name the files there.
 *
 * @param name how errors call the file
 * @param columns those that will be asked for; a key inside a structure is `meta.mos`
 * @throws ConfigError it cannot be read, a column that is not there, or no rows
 */
export async function readParquet(
  path: string,
  name: string,
  columns: readonly NamedColumn[],
): Promise<{ names: readonly string[]; lines: ListedLine[] }> {
  const { file, metadata } = await openParquet(path, name);
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
  const nameOf = (column: ColumnName) => nameOfColumn(column, names);
  for (const column of columns)
    requireColumn(names, { ...column, column: nameOf(column.column) }, name);
  const count = Number(metadata.num_rows);
  if (count === 0) throw new ConfigError(`${name}: the file has no rows`);

  const image = columns.find(({ key }) => key === 'image');
  const imageName = image && nameOf(image.column);
  const asked = [...new Set(columns.map(({ column }) => nameOf(column)))];
  const plain = asked.filter((column) => column !== imageName || !holdsBytes(metadata, column));
  const read = (columns: string[], rowStart: number, rowEnd: number) =>
    parquetReadObjects({ file, metadata, columns, rowStart, rowEnd, compressors, utf8: false });
  try {
    const rows: Row[] = plain.length === 0 ? [] : await read(plain, 0, count);
    const embedded =
      imageName !== undefined && !plain.includes(imageName)
        ? await embeddedFiles(
            path,
            name,
            metadata,
            (start, end) => read([imageName], start, end),
            imageName,
          )
        : undefined;
    return {
      names,
      lines: Array.from({ length: count }, (_, index) => {
        const row = rows[index] ?? {};
        const inside = embedded?.[index];
        return {
          place: `row ${index + 1}`,
          cell: (column) =>
            column === image?.column && inside !== undefined
              ? inside.name
              : cellText(valueAt(row, typeof column === 'number' ? nameOf(column) : column)),
          ...(inside?.file !== undefined && { file: inside.file }),
        };
      }),
    };
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError(`${name}: this cannot be read as Parquet (${(cause as Error).message})`);
  }
}

/** A number is the place of a column, and `meta.mos` a key inside the column `meta`. */
function nameOfColumn(column: ColumnName, names: readonly string[]): string {
  if (typeof column === 'number') return names[column - 1] ?? String(column);
  return names.includes(column) ? column : column.split('.')[0]!;
}

async function openParquet(path: string, name: string) {
  try {
    const file = await asyncBufferFromFile(path);
    return { file, metadata: await parquetMetadataAsync(file) };
  } catch (cause) {
    throw new ConfigError(
      `${name}: this begins as a Parquet file and cannot be read as one (${(cause as Error).message}); download it again`,
    );
  }
}

/** Whether a column is bytes, or a structure with some, and no text. */
function holdsBytes(metadata: FileMetaData, column: string): boolean {
  const found = parquetSchema(metadata).children.find(({ element }) => element.name === column);
  const element =
    found?.children.find((child) => child.element.name === 'bytes')?.element ?? found?.element;
  return (
    element?.type === 'BYTE_ARRAY' &&
    element.converted_type === undefined &&
    element.logical_type === undefined
  );
}

/** The images of all rows, in the order of the rows; written row group by row group, which bounds the memory. */
async function embeddedFiles(
  path: string,
  name: string,
  metadata: FileMetaData,
  read: (start: number, end: number) => Promise<Row[]>,
  column: string,
): Promise<EmbeddedImages> {
  const store = await openEmbeddedImages(path);
  if (store.known) return store.known;
  let start = 0;
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows);
    for (const row of await read(start, end)) await store.add(imageIn(row[column]));
    start = end;
  }
  return store.finish(name);
}

/** Bytes of an image and its name, as far as a cell has them. */
function imageIn(value: unknown): { bytes?: Uint8Array; name: string } {
  const { bytes, path } =
    isObject(value) && !(value instanceof Uint8Array) ? value : { bytes: value, path: undefined };
  const name =
    typeof path === 'string'
      ? path
      : path instanceof Uint8Array
        ? Buffer.from(path).toString()
        : '';
  return bytes instanceof Uint8Array && bytes.length > 0
    ? { bytes, name: basename(name) }
    : { name };
}

function cellText(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString().trim();
  if (value instanceof Date) return value.toISOString();
  return textOf(value).trim();
}
