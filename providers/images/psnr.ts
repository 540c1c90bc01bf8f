import type { RawImage } from './raw-image.ts';

/** Bytes whose squared errors add up to less than 2^31: sums of integers are several times faster. */
const PIECE = 32_768;

/** V8 reads memory that is shared between threads several times slower than a copy of it. */
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

function squaredErrorOf(a: Uint8Array, b: Uint8Array, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    sum = (sum + Math.imul(difference, difference)) | 0;
  }
  return sum;
}
