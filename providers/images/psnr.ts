import type { RawImage } from './raw-image.ts';

/** V8 reads memory that is shared between threads several times slower than a copy of it. */
const PIECE = 32_768;
const pieceOfA = new Uint8Array(PIECE);
const pieceOfB = new Uint8Array(PIECE);

/**
 * Peak signal-to-noise ratio between two images of one size, in dB over all bytes of the three
 * channels; Infinity when they are equal.
 */
export function psnrDb(a: RawImage, b: RawImage): number {
  if (a.width !== b.width || a.height !== b.height) {
    throw new RangeError(
      `PSNR of images of different sizes: ${a.width}x${a.height}, ${b.width}x${b.height}`,
    );
  }
  let squaredError = 0;
  for (let start = 0; start < a.data.length; start += PIECE) {
    const end = Math.min(a.data.length, start + PIECE);
    pieceOfA.set(a.data.subarray(start, end));
    pieceOfB.set(b.data.subarray(start, end));
    squaredError += squaredErrorOf(pieceOfA, pieceOfB, end - start);
  }
  return squaredError === 0
    ? Infinity
    : 10 * Math.log10((255 * 255 * a.data.length) / squaredError);
}

/** Exact: sums of integers below 2^53. */
function squaredErrorOf(a: Uint8Array, b: Uint8Array, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    sum += difference * difference;
  }
  return sum;
}
