import { createInflate, createInflateRaw, type Inflate, type InflateRaw } from 'node:zlib';
import { COPY_AGAIN } from './image-error.ts';
import { dataFault, missingScans } from './jpeg-data.ts';
import { TAG, type TiffDirectory } from './tiff-directories.ts';
import { lzwLength, packBitsLength } from './unpacked-length.ts';

const LZW = 5;
const JPEG = 7;
const PACK_BITS = 32773;
const DEFLATE = new Set([8, 32946]);

interface Part {
  start: number;
  end: number;
}

/** Strips or tiles of an image; none where the directory does not say where they lie. */
function partsOf({ tags }: TiffDirectory): Part[] {
  const isTiled = tags.has(TAG.tileOffsets);
  const starts = tags.get(isTiled ? TAG.tileOffsets : TAG.stripOffsets);
  const lengths = tags.get(isTiled ? TAG.tileByteCounts : TAG.stripByteCounts);
  if (!starts || !lengths) return [];
  return starts.map((start, index) => ({ start, end: start + (lengths[index] ?? 0) }));
}

/**
 * What is wrong with where the data of an image in a TIFF file lie: parts of it (strips or tiles) beyond the end of
 * the file, or without data. libvips shows such tiles black and reports no error.
 *
 * @returns a sentence without the file's name; undefined where nothing was found
 */
export function tiffPartsFault(bytes: Uint8Array, directory: TiffDirectory): string | undefined {
  const parts = partsOf(directory);
  if (parts.some(({ end }) => end > bytes.length)) {
    return `the file is truncated: parts of its image data lie beyond its end; ${COPY_AGAIN}`;
  }
  if (parts.some(({ start, end }) => end === start)) {
    return `parts of its image data are missing; ${COPY_AGAIN}`;
  }
  return undefined;
}

/**
 * What is wrong with the data themselves: strips and tiles that cannot be inflated or whose checksum is wrong, that
 * lack a part of their JPEG data, and tiles that hold less than a tile. libvips shows such tiles black and reports no
 * error, looks at no checksum, and paints over what JPEG data lack.
 *
 * @returns as `tiffPartsFault`
 */
export async function tiffDataFault(
  bytes: Uint8Array,
  directory: TiffDirectory,
): Promise<string | undefined> {
  const { tags } = directory;
  const isTiled = tags.has(TAG.tileOffsets);
  const compression = tags.get(TAG.compression)?.[0] ?? 1;
  const most = isTiled ? bytesOfTile(tags) : bytesOfPicture(directory);
  const isWhole = (part: Uint8Array): boolean | Promise<boolean> => {
    if (DEFLATE.has(compression)) return inflates(part, isTiled, most);
    if (!isTiled) return true;
    if (compression === PACK_BITS) return packBitsLength(part) >= most;
    return compression !== LZW || (lzwLength(part) ?? most) >= most;
  };
  for (const { start, end } of partsOf(directory)) {
    if (compression === JPEG) {
      const jpeg = withTables(bytes.subarray(start, end), tags.get(TAG.jpegTables));
      const fault = missingScans(jpeg) ?? dataFault(jpeg);
      if (fault !== undefined) return fault;
      continue;
    }
    if (await isWhole(bytes.subarray(start, end))) continue;
    return `the file is damaged: parts of its image data cannot be decompressed; ${COPY_AGAIN}`;
  }
  return undefined;
}

/** Marks at the beginning and at the end of JPEG data, each of two bytes. */
const MARK_BYTES = 2;

/** A strip or tile as a JPEG file of its own (TIFF Technical Note 2): the tables, which all share, come first. */
function withTables(part: Uint8Array, tables: readonly number[] | undefined): Uint8Array {
  if (tables === undefined || tables.length <= 2 * MARK_BYTES) return part;
  return Buffer.concat([Uint8Array.from(tables.slice(0, -MARK_BYTES)), part.subarray(MARK_BYTES)]);
}

const bitsOfPixel = (tags: TiffDirectory['tags']): number =>
  (tags.get(TAG.bitsPerSample)?.[0] ?? 1) * (tags.get(TAG.samplesPerPixel)?.[0] ?? 1);

/** Of a tile that is not compressed; rows are filled up to whole bytes. */
const bytesOfTile = (tags: TiffDirectory['tags']): number =>
  Math.ceil(((tags.get(TAG.tileWidth)?.[0] ?? 0) * bitsOfPixel(tags)) / 8) *
  (tags.get(TAG.tileLength)?.[0] ?? 0);

/** No strip has more. */
const bytesOfPicture = ({ tags, width, height }: TiffDirectory): number =>
  Math.ceil((width * bitsOfPixel(tags)) / 8) * height;

/** Bytes before the data of a zlib stream. */
const ZLIB_HEADER = 2;

const ENDS_EARLY = 'Z_BUF_ERROR';

/**
 * Strips that lack nothing but their checksum are read; libvips shows such tiles black.
 *
 * @param most bytes that are made at most: a small file can stand for any number of them
 */
async function inflates(part: Uint8Array, isTile: boolean, most: number): Promise<boolean> {
  const fault = await inflationFault(createInflate(), part, most);
  if (fault === undefined) return true;
  if (isTile || fault !== ENDS_EARLY) return false;
  const data = part.subarray(ZLIB_HEADER);
  return (await inflationFault(createInflateRaw(), data, most)) === undefined;
}

/** The code of the error; undefined where there is none. Nothing that is made is kept. */
function inflationFault(
  stream: Inflate | InflateRaw,
  part: Uint8Array,
  most: number,
): Promise<unknown> {
  return new Promise((resolve) => {
    let made = 0;
    stream.on('data', (chunk: Uint8Array) => {
      made += chunk.length;
      if (made <= most) return;
      stream.destroy();
      resolve(undefined);
    });
    stream.on('end', () => resolve(undefined));
    stream.on('error', (error) => resolve('code' in error ? error.code : 'unknown'));
    stream.end(part);
  });
}
