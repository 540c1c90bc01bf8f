import { ImageError } from './image-error.ts';
import type { RawImage } from './raw-image.ts';
import type { ImageFile } from './source.ts';

/**
 * Uncompressed Windows bitmaps, which several image quality data sets consist of and libvips does not
 * read: 24 and 32 bits a pixel, and 1, 4 or 8 bits with a palette (BITMAPINFOHEADER and later). The
 * fourth byte of 32-bit pixels is unused by definition, so there is no transparency.
 */
export interface BmpHeader {
  width: number;
  height: number;
  bitsPerPixel: number;
  /** Whether the first row in the file is the top one. */
  topDown: boolean;
  pixelOffset: number;
  paletteOffset: number;
}

/** Sizes of what is fixed: the file header, and the least info header with these fields. */
const FILE_HEADER_BYTES = 14;
const INFO_HEADER_BYTES = 40;

const UNCOMPRESSED = 0;

export const isBmp = (bytes: Uint8Array): boolean => bytes[0] === 0x42 && bytes[1] === 0x4d;

/** @throws ImageError damaged, or a kind of bitmap that is not read */
export function readBmpHeader({ name, bytes }: ImageFile): BmpHeader {
  if (bytes.length < FILE_HEADER_BYTES + INFO_HEADER_BYTES) throw truncated(name);
  const view = viewOf(bytes);
  const headerBytes = view.getUint32(14, true);
  if (headerBytes < INFO_HEADER_BYTES) throw notRead(name, 'has the header of OS/2');
  const width = view.getInt32(18, true);
  const height = view.getInt32(22, true);
  const bitsPerPixel = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  if (width <= 0 || height === 0) {
    throw new ImageError(name, `the file is damaged (it says ${width}x${height} pixels)`);
  }
  if (compression !== UNCOMPRESSED) throw notRead(name, `is compressed (method ${compression})`);
  if (![1, 4, 8, 24, 32].includes(bitsPerPixel)) {
    throw notRead(name, `has ${bitsPerPixel} bits a pixel`);
  }
  return {
    width,
    height: Math.abs(height),
    bitsPerPixel,
    topDown: height < 0,
    pixelOffset: view.getUint32(10, true),
    paletteOffset: FILE_HEADER_BYTES + headerBytes,
  };
}

/** @throws ImageError truncated, or a pixel outside the palette */
export function decodeBmp(
  { name, bytes }: ImageFile,
  { width, height, bitsPerPixel, topDown, pixelOffset, paletteOffset }: BmpHeader,
): RawImage {
  // Rows are padded to four bytes.
  const stride = Math.ceil((width * bitsPerPixel) / 32) * 4;
  if (bytes.length < pixelOffset + stride * height) throw truncated(name);
  const data = new Uint8Array(width * height * 3);
  const copyPixel = (from: number, to: number) => {
    // Blue, green, red in the file.
    data[to] = bytes[from + 2] as number;
    data[to + 1] = bytes[from + 1] as number;
    data[to + 2] = bytes[from] as number;
  };
  const bytesPerPixel = bitsPerPixel / 8;
  for (let y = 0; y < height; y++) {
    const row = pixelOffset + (topDown ? y : height - 1 - y) * stride;
    for (let x = 0; x < width; x++) {
      const to = (y * width + x) * 3;
      if (bytesPerPixel >= 3) {
        copyPixel(row + x * bytesPerPixel, to);
        continue;
      }
      const from = paletteOffset + 4 * packedValue(bytes, row, x, bitsPerPixel);
      if (from + 4 > pixelOffset) {
        throw new ImageError(
          name,
          'the file is damaged (a pixel has a colour outside the palette)',
        );
      }
      copyPixel(from, to);
    }
  }
  return { data, width, height };
}

/** Value of a pixel of 1, 4 or 8 bits, the leftmost in the highest bits. */
function packedValue(bytes: Uint8Array, row: number, x: number, bits: number): number {
  const byte = bytes[row + Math.floor((x * bits) / 8)] as number;
  return (byte >> (8 - bits - ((x * bits) % 8))) & ((1 << bits) - 1);
}

const viewOf = (bytes: Uint8Array) =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const truncated = (name: string) =>
  new ImageError(name, 'the file is truncated; copy or download it again');

const notRead = (name: string, what: string) =>
  new ImageError(name, `this BMP ${what}, which is not read; convert it to PNG`);
