import { COPY_AGAIN, ImageError } from './image-error.ts';
import type { ImageFile } from './image-file.ts';
import type { RawImage } from './raw-image.ts';

/** BITMAPV5HEADER, and what lies where in it. */
const V5_HEADER_BYTES = 124;
const KIND_OF_COLOURS = 56;
const PROFILE_PLACE = 112;
const PROFILE_BYTES = 116;
/** The colour profile lies in the file: PROFILE_EMBEDDED, a number whose bytes are turned round. */
const EMBEDDED = 'DEBM';
const FILE_HEADER_BYTES = 14;

/**
 * The ICC profile that a BMP file holds; undefined where it holds none.
 *
 * @throws ImageError the file ends before it does
 */
export function bmpProfile({ name, bytes }: ImageFile): Uint8Array | undefined {
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(
    FILE_HEADER_BYTES,
  );
  if (header.length < V5_HEADER_BYTES || header.readUInt32LE(0) !== V5_HEADER_BYTES)
    return undefined;
  if (header.toString('latin1', KIND_OF_COLOURS, KIND_OF_COLOURS + 4) !== EMBEDDED)
    return undefined;
  // Counted from the header on.
  const start = header.readUInt32LE(PROFILE_PLACE);
  const end = start + header.readUInt32LE(PROFILE_BYTES);
  if (end > header.length) {
    throw new ImageError(
      name,
      `the file is truncated: it ends before its colour profile; ${COPY_AGAIN}`,
    );
  }
  return header.subarray(start, end);
}

const SHORT = 3;
const LONG = 4;
const UNDEFINED = 7;

/**
 * A TIFF file of a picture with a colour profile: pixels cannot be handed to sharp together with a profile, files can.
 */
export function withProfile({ data, width, height }: RawImage, profile: Uint8Array): Uint8Array {
  const fields = 10;
  const bitsAt = 8 + 2 + 12 * fields + 4;
  const profileAt = bitsAt + 6;
  const dataAt = profileAt + profile.length;
  const file = Buffer.alloc(dataAt + data.length);
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(8, 4);
  file.writeUInt16LE(fields, 8);
  const rows: readonly [tag: number, type: number, count: number, value: number][] = [
    [256, LONG, 1, width],
    [257, LONG, 1, height],
    [258, SHORT, 3, bitsAt],
    [259, SHORT, 1, 1], // not compressed
    [262, SHORT, 1, 2], // RGB
    [273, LONG, 1, dataAt],
    [277, SHORT, 1, 3],
    [278, LONG, 1, height],
    [279, LONG, 1, data.length],
    [34675, UNDEFINED, profile.length, profileAt],
  ];
  for (const [index, [tag, type, count, value]] of rows.entries()) {
    const at = 10 + 12 * index;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(type, at + 2);
    file.writeUInt32LE(count, at + 4);
    file.writeUInt32LE(value, at + 8);
  }
  for (const channel of [0, 1, 2]) file.writeUInt16LE(8, bitsAt + 2 * channel);
  file.set(profile, profileAt);
  file.set(data, dataAt);
  return file;
}
