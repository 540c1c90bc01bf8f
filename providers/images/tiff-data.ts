import { inflateSync } from 'node:zlib';
import { TAG, type TiffDirectory } from './tiff-directories.ts';

const DEFLATE = new Set([8, 32946]);

/**
 * What is wrong with the data of an image in a TIFF file: parts of it (strips or tiles) that lie beyond the
 * end of the file or are not there, and tiles that cannot be inflated. libvips shows such tiles black and
 * reports no error.
 *
 * @returns a sentence without the file's name; undefined where nothing was found
 */
export function tiffDataFault(bytes: Uint8Array, { tags }: TiffDirectory): string | undefined {
  const isTiled = tags.has(TAG.tileOffsets);
  const starts = tags.get(isTiled ? TAG.tileOffsets : TAG.stripOffsets);
  const lengths = tags.get(isTiled ? TAG.tileByteCounts : TAG.stripByteCounts);
  if (!starts || !lengths) return undefined;
  const parts = starts.map((start, index) => ({ start, end: start + (lengths[index] ?? 0) }));
  if (parts.some(({ end }) => end > bytes.length)) {
    return 'the file is truncated: parts of its image data lie beyond its end; copy or download it again';
  }
  if (parts.some(({ start, end }) => end === start)) {
    return 'parts of its image data are missing; copy or download it again';
  }
  const isDeflated = DEFLATE.has(tags.get(TAG.compression)?.[0] ?? 1);
  if (
    isTiled &&
    isDeflated &&
    !parts.every(({ start, end }) => inflates(bytes.subarray(start, end)))
  ) {
    return 'the file is damaged: parts of its image data cannot be decompressed; copy or download it again';
  }
  return undefined;
}

function inflates(part: Uint8Array): boolean {
  try {
    inflateSync(part);
    return true;
  } catch {
    return false;
  }
}
