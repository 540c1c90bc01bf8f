/** The first frame of a GIF file, as its headers tell of it (GIF89a). */
export interface GifFrame {
  /** Of the whole picture. */
  screen: { width: number; height: number };
  left: number;
  top: number;
  width: number;
  height: number;
  hasTransparency: boolean;
  /** Where its coded data begins. */
  dataAt: number;
}

const HEADER_BYTES = 13;
const FRAME_BYTES = 10;
const EXTENSION = 0x21;
const GRAPHIC_CONTROL = 0xf9;
const FRAME = 0x2c;

/** @returns undefined for what is no GIF, and where the file ends before the frame */
export function firstFrame(bytes: Uint8Array): GifFrame | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.toString('latin1', 0, 4) !== 'GIF8' || file.length < HEADER_BYTES) return undefined;
  let at = HEADER_BYTES + paletteBytes(file[10]!);
  let hasTransparency = false;
  while (file[at] === EXTENSION) {
    if (file[at + 1] === GRAPHIC_CONTROL) hasTransparency = ((file[at + 3] ?? 0) & 1) === 1;
    at = blocksFrom(file, at + 2).end;
  }
  if (file[at] !== FRAME || at + FRAME_BYTES > file.length) return undefined;
  return {
    screen: { width: file.readUInt16LE(6), height: file.readUInt16LE(8) },
    left: file.readUInt16LE(at + 1),
    top: file.readUInt16LE(at + 3),
    width: file.readUInt16LE(at + 5),
    height: file.readUInt16LE(at + 7),
    hasTransparency,
    dataAt: at + FRAME_BYTES + paletteBytes(file[at + 9]!),
  };
}

/** What blocks of up to 255 bytes hold together, and where they end. The last one has no bytes. */
export function blocksFrom(bytes: Uint8Array, start: number): { data: Uint8Array; end: number } {
  const blocks: Uint8Array[] = [];
  let at = start;
  while ((bytes[at] ?? 0) > 0) {
    blocks.push(bytes.subarray(at + 1, at + 1 + bytes[at]!));
    at += 1 + bytes[at]!;
  }
  return { data: Buffer.concat(blocks), end: at + 1 };
}

/** Three bytes a colour, where the flags say that there are any. */
const paletteBytes = (flags: number): number =>
  (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);

/**
 * Whether a frame leaves a part of the picture without a colour: it is smaller, and says nothing of transparency.
 * Browsers show nothing there, other viewers the background colour of the header, libvips black.
 */
export function leavesPicture({ screen, left, top, width, height, hasTransparency }: GifFrame) {
  const isWhole =
    left === 0 && top === 0 && left + width >= screen.width && top + height >= screen.height;
  return !isWhole && !hasTransparency;
}
