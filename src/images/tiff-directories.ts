import { COPY_AGAIN, ImageError } from './image-error.ts';
import type { ImageFile } from './image-file.ts';

/**
 * One image of a TIFF file. `page` and `subifd` are its place as libvips counts: the number of the
 * directory in the file's chain, and the number among that directory's own, -1 for itself.
 */
export interface TiffDirectory {
  page: number;
  subifd: number;
  width: number;
  height: number;
  /** Whole numbers by tag; what has other values is left out. */
  tags: ReadonlyMap<number, readonly number[]>;
}

/** TIFF 6.0, Adobe's TIFF Technical Note 1 (SubIFDs) and the DNG specification. */
export const TAG = {
  newSubfileType: 254,
  subfileType: 255,
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  stripByteCounts: 279,
  planarConfiguration: 284,
  colorMap: 320,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  subIfds: 330,
  extraSamples: 338,
  sampleFormat: 339,
  jpegTables: 347,
  dngVersion: 50706,
} as const;

const USED = new Set<number>(Object.values(TAG));

/** Bytes of a whole number, by the type of a field: BYTE, SHORT, LONG, UNDEFINED, IFD, LONG8, IFD8. */
const NUMBER_BYTES: Readonly<Record<number, number>> = {
  1: 1,
  3: 2,
  4: 4,
  7: 1,
  13: 4,
  16: 8,
  18: 8,
};

/** Where the parts of an image (strips or tiles) lie, and what they share. There may be as many as a file has room for. */
const UNLIMITED = new Set<number>([
  TAG.stripOffsets,
  TAG.stripByteCounts,
  TAG.tileOffsets,
  TAG.tileByteCounts,
  TAG.jpegTables,
]);

/** More directories, and more values of other fields, are not looked at: files are not to be trusted. */
const MAX_DIRECTORIES = 10_000;
const MAX_VALUES = 1000;

export const isTiff = (bytes: Uint8Array): boolean =>
  ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(
    Buffer.from(bytes.subarray(0, 4)).toString('latin1'),
  );

/**
 * All images of a TIFF or BigTIFF file: those of its chain, each followed by its own (SubIFDs).
 *
 * @throws ImageError truncated or damaged
 */
export function readTiffDirectories({ name, bytes }: ImageFile): TiffDirectory[] {
  const directories: TiffDirectory[] = [];
  const seen = new Set<number>();
  try {
    const reader = readerOf(bytes);
    for (let page = 0, at = reader.first; at !== 0 && !seen.has(at); page++) {
      if (directories.length > MAX_DIRECTORIES) break;
      seen.add(at);
      const { next, tags } = reader.directory(at);
      directories.push(directoryOf(tags, page, -1));
      for (const [subifd, place] of (tags.get(TAG.subIfds) ?? []).entries()) {
        directories.push(directoryOf(reader.directory(place).tags, page, subifd));
      }
      at = next;
    }
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ImageError(name, `the file is truncated or damaged; ${COPY_AGAIN}`, {
      cause,
    });
  }
  return directories;
}

function directoryOf(
  tags: ReadonlyMap<number, readonly number[]>,
  page: number,
  subifd: number,
): TiffDirectory {
  const number = (tag: number) => tags.get(tag)?.[0] ?? 0;
  return { page, subifd, width: number(TAG.imageWidth), height: number(TAG.imageLength), tags };
}

/** Reading beyond the end is a RangeError. */
function readerOf(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = bytes[0] === 0x49;
  const isBig = view.getUint16(2, isLittle) === 43;
  const wordBytes = isBig ? 8 : 4;
  const number = (at: number, size: number): number => {
    if (size === 1) return view.getUint8(at);
    if (size === 2) return view.getUint16(at, isLittle);
    if (size === 4) return view.getUint32(at, isLittle);
    return Number(view.getBigUint64(at, isLittle));
  };
  const valuesOf = (entry: number, bytesEach: number, most: number): number[] => {
    const count = Math.min(most, number(entry + 4, wordBytes));
    const own = entry + 4 + wordBytes;
    const at = count * bytesEach <= wordBytes ? own : number(own, wordBytes);
    if (at + count * bytesEach > bytes.length) throw new RangeError('values beyond the end');
    return Array.from({ length: count }, (_, index) => number(at + index * bytesEach, bytesEach));
  };
  return {
    first: number(isBig ? 8 : 4, wordBytes),
    directory(at: number) {
      const countBytes = isBig ? 8 : 2;
      const entryBytes = 4 + 2 * wordBytes;
      const start = at + countBytes;
      const count = number(at, countBytes);
      const next = number(start + count * entryBytes, wordBytes);
      const tags = new Map<number, number[]>();
      for (let index = 0; index < count; index++) {
        const entry = start + index * entryBytes;
        const tag = number(entry, 2);
        const bytesEach = NUMBER_BYTES[number(entry + 2, 2)];
        if (!USED.has(tag) || !bytesEach) continue;
        const most = UNLIMITED.has(tag) ? Number.POSITIVE_INFINITY : MAX_VALUES;
        tags.set(tag, valuesOf(entry, bytesEach, most));
      }
      return { next, tags };
    },
  };
}
