/**
 * How many bytes compressed data of TIFF 6.0 stand for, without making them: whether a part of an image is
 * whole can be told by that.
 */

/** PackBits (section 9): a count and so many bytes as they are, or a count and one byte to repeat. */
export function packBitsLength(part: Uint8Array): number {
  let length = 0;
  for (let at = 0; at < part.length; ) {
    const count = part[at++]!;
    if (count === 128) continue;
    const isRun = count > 128;
    const own = isRun ? 1 : count + 1;
    // What is said to follow and does not is not there.
    const there = Math.min(own, part.length - at);
    length += isRun ? there * (257 - count) : there;
    at += own;
  }
  return length;
}

const CLEAR = 256;
const END = 257;
const FIRST_FREE = 258;
const MAX_CODES = 4096;

/**
 * LZW (section 13): codes of 9 to 12 bits, highest bit first, one bit longer from one code before it is needed.
 *
 * @returns up to the first code that cannot be; undefined for the older kind, with the lowest bit first
 */
export function lzwLength(part: Uint8Array): number | undefined {
  if (part[0] === 0 && ((part[1] ?? 0) & 1) === 1) return undefined;
  const lengths = new Uint32Array(MAX_CODES + 1).fill(1, 0, CLEAR);
  let [free, previous, bits, total] = [FIRST_FREE, -1, 9, 0];
  let [buffer, held] = [0, 0];
  for (let at = 0; ; ) {
    while (held < bits && at < part.length) {
      buffer = ((buffer << 8) | part[at++]!) & 0xffffff;
      held += 8;
    }
    if (held < bits) return total;
    held -= bits;
    const code = (buffer >> held) & (2 ** bits - 1);
    if (code === END) return total;
    if (code === CLEAR) {
      [free, previous, bits] = [FIRST_FREE, -1, 9];
      continue;
    }
    if (previous < 0) {
      if (code > CLEAR) return total;
    } else {
      if (code > free || free > MAX_CODES) return total;
      lengths[free++] = lengths[previous]! + 1;
    }
    total += lengths[code]!;
    previous = code;
    if (free >= 2 ** bits - 1 && bits < 12) bits++;
  }
}
