import { type BmpHeader, isRunLength, MASKS_OF_BYTES } from './bmp-header.ts';
import { COPY_AGAIN, ImageError } from './image-error.ts';
import type { ImageFile } from './image-file.ts';
import type { RawImage } from './raw-image.ts';

/**
 * Windows and OS/2 bitmaps, which several image quality data sets consist of and libvips does not read.
 *
 * @param header of the same file, from `readBmpHeader`
 * @returns transparency (a mask of the header alone makes it) is flattened on white
 * @throws ImageError truncated, a pixel outside the palette, pixels that the file leaves out
 */
export function decodeBmp(file: ImageFile, header: BmpHeader): RawImage {
  if (isRunLength(header)) return decodeRuns(file, header);
  return header.bitsPerPixel <= 8 ? decodePacked(file, header) : decodeDirect(file, header);
}

export { type BmpHeader, isBmp, readBmpHeader } from './bmp-header.ts';

/** Pixels of 1, 2, 4 or 8 bits with a palette. */
function decodePacked(file: ImageFile, header: BmpHeader): RawImage {
  const { width, bitsPerPixel: bits } = header;
  const image = blank(header);
  const colourAt = paletteOf(file, header);
  eachRow(file, header, (row, to) => {
    for (let x = 0; x < width; x++) {
      // The leftmost pixel is in the highest bits.
      const byte = file.bytes[row + Math.floor((x * bits) / 8)]!;
      const index = (byte >> (8 - bits - ((x * bits) % 8))) & ((1 << bits) - 1);
      image.data.set(colourAt(index), to + 3 * x);
    }
  });
  return image;
}

/** Pixels of 16, 24 or 32 bits, each channel a range of bits. */
function decodeDirect(file: ImageFile, header: BmpHeader): RawImage {
  const { width, bitsPerPixel, masks } = header;
  const image = blank(header);
  const bytesPerPixel = bitsPerPixel / 8;
  const { bytes } = file;
  if (bytesPerPixel >= 3 && masks === MASKS_OF_BYTES) {
    eachRow(file, header, (row, to) => {
      for (let x = 0; x < width; x++) {
        const from = row + x * bytesPerPixel;
        const place = to + 3 * x;
        // Blue, green, red in the file; a fourth byte is unused.
        image.data[place] = bytes[from + 2]!;
        image.data[place + 1] = bytes[from + 1]!;
        image.data[place + 2] = bytes[from]!;
      }
    });
    return image;
  }
  const pixelAt = (at: number): number => {
    let pixel = 0;
    for (let i = bytesPerPixel - 1; i >= 0; i--) pixel = pixel * 256 + bytes[at + i]!;
    return pixel;
  };
  const [red, green, blue, alpha] = masks.map(channelOf) as [Channel, Channel, Channel, Channel];
  const opacities = alpha.max > 0 ? new Uint8Array(width * header.height) : undefined;
  eachRow(file, header, (row, to) => {
    for (let x = 0; x < width; x++) {
      const pixel = pixelAt(row + x * bytesPerPixel);
      const place = to + 3 * x;
      image.data[place] = levelOf(pixel, red);
      image.data[place + 1] = levelOf(pixel, green);
      image.data[place + 2] = levelOf(pixel, blue);
      if (opacities) opacities[place / 3] = levelOf(pixel, alpha);
    }
  });
  // Writers that know no transparency leave 0 everywhere.
  if (opacities?.some((opacity) => opacity > 0)) flattenOnWhite(image, opacities);
  return image;
}

interface Channel {
  /** Power of 2 of the lowest bit. */
  unit: number;
  /** Largest value; 0 for a channel that is not there. */
  max: number;
}

/** @param mask unsigned, of bits side by side */
function channelOf(mask: number): Channel {
  if (mask === 0) return { unit: 1, max: 0 };
  const unit = (mask & -mask) >>> 0;
  return { unit, max: mask / unit };
}

/** 0 to 255. Without bitwise operators, which take the highest bit for a sign. */
const levelOf = (pixel: number, { unit, max }: Channel): number =>
  max === 0 ? 0 : Math.round(((Math.floor(pixel / unit) % (max + 1)) * 255) / max);

function flattenOnWhite({ data }: RawImage, opacities: Uint8Array): void {
  for (const [pixel, opacity] of opacities.entries()) {
    for (let at = 3 * pixel; at < 3 * pixel + 3; at++) {
      data[at] = Math.round(255 + ((data[at]! - 255) * opacity) / 255);
    }
  }
}

const END_OF_LINE = 0;
const END_OF_IMAGE = 1;
const MOVE = 2;

/** RLE4 and RLE8: pairs of a count and a value, or of 0 and a command. */
function decodeRuns(file: ImageFile, header: BmpHeader): RawImage {
  const { name, bytes } = file;
  const { width, height, bitsPerPixel, pixelOffset } = header;
  const image = blank(header);
  const colourAt = paletteOf(file, header);
  const isFour = bitsPerPixel === 4;
  const isSet = new Uint8Array(width * height);
  let [x, y] = [0, 0];
  const put = (index: number) => {
    if (x >= width || y >= height) {
      throw new ImageError(name, 'the file is damaged (a run leads out of the picture)');
    }
    const pixel = (height - 1 - y) * width + x++;
    isSet[pixel] = 1;
    image.data.set(colourAt(index), 3 * pixel);
  };
  const half = (byte: number, i: number) => (i % 2 === 0 ? byte >> 4 : byte & 15);
  const byteAt = (at: number): number => {
    const byte = bytes[at];
    if (byte === undefined) throw truncated(name);
    return byte;
  };
  for (let at = pixelOffset; ; ) {
    const count = byteAt(at);
    const value = byteAt(at + 1);
    at += 2;
    if (count > 0) {
      for (let i = 0; i < count; i++) put(isFour ? half(value, i) : value);
    } else if (value === END_OF_LINE) {
      [x, y] = [0, y + 1];
    } else if (value === END_OF_IMAGE) {
      break;
    } else if (value === MOVE) {
      [x, y] = [x + byteAt(at), y + byteAt(at + 1)];
      at += 2;
    } else {
      // So many pixels as they are, filled up to whole words.
      const length = isFour ? Math.ceil(value / 2) : value;
      for (let i = 0; i < value; i++) {
        put(isFour ? half(byteAt(at + (i >> 1)), i) : byteAt(at + i));
      }
      at += length + (length % 2);
    }
  }
  const left = isSet.reduce((count, set) => count - set, isSet.length);
  if (left > 0) {
    throw new ImageError(
      name,
      `this BMP leaves ${left} of its pixels without a colour, and viewers differ about them; convert it to PNG`,
    );
  }
  return image;
}

const blank = ({ width, height }: BmpHeader): RawImage => ({
  data: new Uint8Array(width * height * 3),
  width,
  height,
});

/** Calls `read` with the place of each row in the file and in the picture. */
function eachRow(
  { name, bytes }: ImageFile,
  { width, height, bitsPerPixel, topDown, pixelOffset }: BmpHeader,
  read: (row: number, to: number) => void,
): void {
  // Rows are padded to four bytes.
  const stride = Math.ceil((width * bitsPerPixel) / 32) * 4;
  if (bytes.length < pixelOffset + stride * height) throw truncated(name);
  for (let y = 0; y < height; y++) {
    read(pixelOffset + (topDown ? y : height - 1 - y) * stride, y * width * 3);
  }
}

/** Red, green and blue of the palette's colours, which the file has as blue, green, red. */
function paletteOf(
  { name, bytes }: ImageFile,
  { bitsPerPixel, paletteOffset, paletteEntryBytes, pixelOffset }: BmpHeader,
): (index: number) => Uint8Array {
  const end = Math.min(pixelOffset, bytes.length);
  const count = Math.min(
    1 << bitsPerPixel,
    Math.max(0, Math.floor((end - paletteOffset) / paletteEntryBytes)),
  );
  const colours = Array.from({ length: count }, (_, index) =>
    bytes
      .slice(paletteOffset + index * paletteEntryBytes)
      .subarray(0, 3)
      .reverse(),
  );
  return (index) => {
    const colour = colours[index];
    if (colour) return colour;
    throw new ImageError(name, 'the file is damaged (a pixel has a colour outside the palette)');
  };
}

const truncated = (name: string) => new ImageError(name, `the file is truncated; ${COPY_AGAIN}`);
