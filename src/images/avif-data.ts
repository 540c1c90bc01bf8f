import { COPY_AGAIN } from './image-error.ts';
import type { ImageFile } from './image-file.ts';

/** Bytes of a box's length and name, and of a long length after them (ISO/IEC 14496-12, section 4.2). */
const BOX_HEADER = 8;
const LONG_LENGTH = 8;

/** As coded data ends with a bit that is set, so many bytes of zeros are none of it. */
const ZEROS = 16;

/**
 * Whether an AVIF file lacks a part of its data. Of a picture that consists of several (a grid), libheif leaves
 * missing ones black and reports no error.
 *
 * @returns a sentence without the file's name; undefined where nothing was found, or the file has no boxes
 */
export function avifFault(bytes: Uint8Array): string | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.toString('latin1', 4, 8) !== 'ftyp') return undefined;
  const names: string[] = [];
  for (let at = 0; at < file.length; ) {
    const name = file.toString('latin1', at + 4, at + BOX_HEADER);
    const length = boxLength(file, at);
    // Bytes that belong to no box may follow, but not in place of the data.
    if (length === undefined && names.includes(DATA)) break;
    if (length === undefined || at + length > file.length) {
      return `the file is truncated: it ends inside a part of it; ${COPY_AGAIN}`;
    }
    names.push(name);
    at += length;
    if (name === DATA && file.subarray(at - ZEROS, at).every((byte) => byte === 0)) {
      return `the file is damaged: it has zeros in place of its end; ${COPY_AGAIN}`;
    }
  }
  return undefined;
}

const DATA = 'mdat';
/** What boxes are called. */
const NAME = /^[\x20-\x7e]{4}$/;

/** The length of the box at `at`, with its header; undefined where it cannot be one. */
function boxLength(file: Buffer, at: number): number | undefined {
  if (at + BOX_HEADER > file.length) return undefined;
  if (!NAME.test(file.toString('latin1', at + 4, at + BOX_HEADER))) return undefined;
  const length = file.readUInt32BE(at);
  // 0 is up to the end of the file.
  if (length === 0) return file.length - at;
  if (length !== 1) return length < BOX_HEADER ? undefined : length;
  if (at + BOX_HEADER + LONG_LENGTH > file.length) return undefined;
  return Number(file.readBigUInt64BE(at + BOX_HEADER));
}

/** Brands stand in a box at the beginning, the first one at this place. */
const BRAND = 8;

/**
 * The same file as one of a still picture, where it is an animation: libvips knows these by their first brand and
 * reads no others, and an animation holds its first frame as a picture, too.
 */
export function asStill(file: ImageFile): ImageFile {
  const head = Buffer.from(file.bytes.subarray(0, 64)).toString('latin1');
  if (head.slice(4, 12) !== 'ftypavis' || !head.slice(12).includes('avif')) return file;
  const bytes = Buffer.from(file.bytes);
  bytes.write('avif', BRAND, 'latin1');
  return { ...file, bytes };
}
