import type { RawImage } from './raw-image.ts';

/** Bytes whose squared errors add up to less than 2^31: sums of integers are several times faster. */
const PIECE = 32_768;

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
    squaredError += squaredErrorOf(a.data, b.data, start, Math.min(a.data.length, start + PIECE));
  }
  return squaredError === 0
    ? Infinity
    : 10 * Math.log10((255 * 255 * a.data.length) / squaredError);
}

function squaredErrorOf(a: Uint8Array, b: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    sum = (sum + Math.imul(difference, difference)) | 0;
  }
  return sum;
}
