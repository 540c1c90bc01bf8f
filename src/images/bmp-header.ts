import { COPY_AGAIN, ImageError } from './image-error.ts';
import type { ImageFile } from './image-file.ts';

/** What is needed of the headers of a BMP file, of Windows 2 to 5 and of OS/2. */
export interface BmpHeader {
  width: number;
  height: number;
  bitsPerPixel: number;
  /** Whether the first row in the file is the top one. */
  topDown: boolean;
  compression: number;
  /** Bits of red, green, blue and transparency in a pixel of 16 bits or more; 0 for none. */
  masks: readonly [number, number, number, number];
  pixelOffset: number;
  paletteOffset: number;
  paletteEntryBytes: number;
}

const FILE_HEADER_BYTES = 14;
/** BITMAPCOREHEADER, of OS/2 1 and Windows 2. */
const CORE_HEADER_BYTES = 12;
/** BITMAPINFOHEADER; masks follow it, in later headers inside and with one of transparency. */
const INFO_HEADER_BYTES = 40;
const V3_HEADER_BYTES = 56;
/** Headers of OS/2 2 may be cut short; they have other compressions. */
const OS2_V2_HEADER_BYTES = 64;

const UNCOMPRESSED = 0;
const RLE8 = 1;
const RLE4 = 2;
const BIT_FIELDS = 3;
const ALPHA_BIT_FIELDS = 6;

const COMPRESSIONS_NOT_READ: Readonly<Record<number, string>> = {
  4: 'holds a JPEG file',
  5: 'holds a PNG file',
  11: 'is in CMYK',
  12: 'is in CMYK',
  13: 'is in CMYK',
};

const MASKS_OF_16_BITS = [0x7c00, 0x3e0, 0x1f, 0] as const;
/** Of 24-bit and 32-bit pixels that have no masks of their own. */
export const MASKS_OF_BYTES = [0xff0000, 0xff00, 0xff, 0] as const;

/** By the mark, which text may begin with as well, and a length of the header that can be. */
export function isBmp(bytes: Uint8Array): boolean {
  const [b, m] = bytes;
  const rest = bytes.subarray(15, 18);
  return b === 0x42 && m === 0x4d && rest.every((byte) => byte === 0);
}

export const isRunLength = ({ compression }: BmpHeader): boolean =>
  compression === RLE8 || compression === RLE4;

/** @throws ImageError damaged, or a kind of bitmap that is not read */
export function readBmpHeader({ name, bytes }: ImageFile): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const has = (end: number) => {
    if (bytes.length < end) {
      throw new ImageError(name, `the file is truncated; ${COPY_AGAIN}`);
    }
  };
  has(FILE_HEADER_BYTES + CORE_HEADER_BYTES);
  const headerBytes = view.getUint32(14, true);
  const isCore = headerBytes === CORE_HEADER_BYTES;
  if (!isCore && headerBytes < 16) {
    throw new ImageError(name, `the file is damaged (a BMP header of ${headerBytes} bytes)`);
  }
  has(FILE_HEADER_BYTES + headerBytes);
  const field = (offset: number, read: (at: number) => number) =>
    offset < headerBytes ? read(FILE_HEADER_BYTES + offset) : 0;
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true);
  const height = isCore ? view.getUint16(20, true) : view.getInt32(22, true);
  const bitsPerPixel = view.getUint16(isCore ? 24 : 28, true);
  const compression = isCore ? 0 : field(16, (at) => view.getUint32(at, true));
  if (width <= 0 || height === 0) {
    throw new ImageError(name, `the file is damaged (it says ${width}x${height} pixels)`);
  }
  refuseKind(name, { bitsPerPixel, compression, headerBytes, topDown: height < 0 });
  const hasMasks = compression === BIT_FIELDS || compression === ALPHA_BIT_FIELDS;
  const maskBytes =
    hasMasks && headerBytes === INFO_HEADER_BYTES ? (compression === BIT_FIELDS ? 12 : 16) : 0;
  if (hasMasks) has(FILE_HEADER_BYTES + INFO_HEADER_BYTES + 12);
  const mask = (channel: number) =>
    view.getUint32(FILE_HEADER_BYTES + INFO_HEADER_BYTES + 4 * channel, true);
  const hasAlpha = maskBytes === 16 || headerBytes >= V3_HEADER_BYTES;
  const masks = hasMasks
    ? ([mask(0), mask(1), mask(2), hasAlpha ? mask(3) : 0] as const)
    : bitsPerPixel === 16
      ? MASKS_OF_16_BITS
      : MASKS_OF_BYTES;
  for (const bits of masks) refuseGaps(name, bits);
  return {
    width,
    height: Math.abs(height),
    bitsPerPixel,
    topDown: height < 0,
    compression,
    masks,
    pixelOffset: view.getUint32(10, true),
    paletteOffset: FILE_HEADER_BYTES + headerBytes + maskBytes,
    paletteEntryBytes: isCore ? 3 : 4,
  };
}

function refuseKind(
  name: string,
  kind: { bitsPerPixel: number; compression: number; headerBytes: number; topDown: boolean },
): void {
  const { bitsPerPixel, compression, headerBytes, topDown } = kind;
  if (headerBytes === OS2_V2_HEADER_BYTES && (compression === 3 || compression === 4)) {
    throw notRead(name, `is compressed as OS/2 does (${compression === 3 ? 'Huffman' : 'RLE24'})`);
  }
  const bits = BITS[compression];
  if (!bits) {
    throw notRead(
      name,
      COMPRESSIONS_NOT_READ[compression] ?? `is compressed by the method ${compression}`,
    );
  }
  if (!bits.includes(bitsPerPixel)) {
    const how = compression === UNCOMPRESSED ? '' : ` with the compression ${compression}`;
    throw notRead(name, `has ${bitsPerPixel} bits a pixel${how}`);
  }
  if (topDown && (compression === RLE8 || compression === RLE4)) {
    throw new ImageError(name, 'the file is damaged (runs from the top down)');
  }
}

/** Bits a pixel that each compression has. */
const BITS: Readonly<Record<number, readonly number[]>> = {
  [UNCOMPRESSED]: [1, 2, 4, 8, 16, 24, 32],
  [RLE8]: [8],
  [RLE4]: [4],
  [BIT_FIELDS]: [16, 32],
  [ALPHA_BIT_FIELDS]: [16, 32],
};

function refuseGaps(name: string, mask: number): void {
  const lowest = (mask & -mask) >>> 0;
  const isWhole = mask === 0 || Number.isInteger(Math.log2(mask / lowest + 1));
  if (!isWhole) throw new ImageError(name, 'the file is damaged (bits of a colour with gaps)');
}

const notRead = (name: string, what: string) =>
  new ImageError(name, `this BMP ${what}, which is not read; convert it to PNG`);
