import { blocksFrom, firstFrame, leavesPicture } from './gif-frame.ts';
import { COPY_AGAIN } from './image-error.ts';

/**
 * What is wrong with the first frame of a GIF file, which is the one that is read. libvips paints what its data
 * leave out black and reports no error.
 *
 * @returns a sentence without the file's name; undefined where nothing was found, or the file is no GIF
 */
export function gifFault(bytes: Uint8Array): string | undefined {
  const frame = firstFrame(bytes);
  if (frame === undefined) return undefined;
  if (leavesPicture(frame)) {
    return 'the first frame of this GIF covers a part of the picture only, and viewers differ about the rest; convert it to PNG';
  }
  const { data, end } = blocksFrom(bytes, frame.dataAt + 1);
  if (codedPixels(data, bytes[frame.dataAt] ?? 0) < frame.width * frame.height) {
    return `the file is truncated: its image data ends too early; ${COPY_AGAIN}`;
  }
  const rest = bytes.subarray(end);
  return rest.length > 0 && rest.every((byte) => byte === 0)
    ? `the file is damaged: it has zeros in place of its end; ${COPY_AGAIN}`
    : undefined;
}

const MOST_BITS = 12;

/** Bits of a colour; decoders judge what says more. */
const MOST_COLOUR_BITS = 8;

/**
 * How many pixels LZW codes stand for, up to their end or the first that cannot be (GIF89a, appendix F): lowest bit
 * first, one bit longer when the table needs it.
 *
 * @param colourBits of a code that stands for one colour
 */
export function codedPixels(data: Uint8Array, colourBits: number): number {
  if (colourBits > MOST_COLOUR_BITS) return Number.POSITIVE_INFINITY;
  const clear = 2 ** colourBits;
  const lengths = new Uint32Array(2 ** MOST_BITS).fill(1, 0, clear);
  let [free, previous, bits, total] = [clear + 2, -1, colourBits + 1, 0];
  let [buffer, held] = [0, 0];
  for (let at = 0; ; ) {
    while (held < bits && at < data.length) {
      buffer |= data[at++]! << held;
      held += 8;
    }
    if (held < bits) return total;
    const code = buffer & (2 ** bits - 1);
    buffer >>>= bits;
    held -= bits;
    if (code === clear + 1) return total;
    if (code === clear) {
      [free, previous, bits] = [clear + 2, -1, colourBits + 1];
      continue;
    }
    if (code > free || (previous < 0 && code >= clear)) return total;
    if (previous >= 0 && free < lengths.length) lengths[free++] = lengths[previous]! + 1;
    total += lengths[code] ?? 0;
    previous = code;
    if (free === 2 ** bits && bits < MOST_BITS) bits++;
  }
}
