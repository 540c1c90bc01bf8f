import type { RawImage } from './raw-image.ts';

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
  const left = a.data;
  const right = b.data;
  for (let i = 0; i < left.length; i++) {
    const difference = (left[i] as number) - (right[i] as number);
    squaredError += difference * difference;
  }
  return squaredError === 0 ? Infinity : 10 * Math.log10((255 * 255 * left.length) / squaredError);
}
