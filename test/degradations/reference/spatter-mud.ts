import { truncateToByte } from '../../../src/degradations/bytes.ts';
import { gaussianKernel } from '../../../src/degradations/gaussian-blur.ts';
import type { RawImage } from '../../../src/images/raw-image.ts';
import { BYTE_AS_FLOAT32 } from './float32-bytes.ts';

const MUD_BROWN = [63, 42, 20] as const;
const MASK_SIGMA = 1.5;
/** Thinner mud than this is none. */
const MASK_THRESHOLD = Math.fround(0.8);

/**
 * Covers an image with mud.
 *
 * @param mud one byte a pixel, 1 where there is mud
 */
export function mudSpatter({ data, width, height }: RawImage, mud: Uint8Array): RawImage {
  const masks = blurInSinglePrecision(mud, width, height);
  // Without mud the formula still loses a level here and there: it mixes precisions.
  const clean = Uint8Array.from(BYTE_AS_FLOAT32, (level) => truncateToByte(level));
  const colour = MUD_BROWN.map((level) => level / 255);
  const output = data.map((level, i) => {
    const mask = masks[Math.floor(i / 3)]!;
    if (mask < MASK_THRESHOLD) return clean[level]!;
    const left = Math.fround(BYTE_AS_FLOAT32[level]! * Math.fround(1 - mask));
    return truncateToByte(left + colour[i % 3]! * mask);
  });
  return { data: output, width, height };
}

/**
 * A Gaussian blur, downwards first, edge pixels repeated beyond the border. Sums are in double precision,
 * from the far ends inwards; what each of the two passes stores is in single precision.
 */
function blurInSinglePrecision(plane: Uint8Array, width: number, height: number): Float32Array {
  const kernel = gaussianKernel(MASK_SIGMA);
  const sumAt = (valueAt: (distance: number) => number) => {
    let sum = valueAt(0) * kernel[0]!;
    for (let j = kernel.length - 1; j >= 1; j--) sum += (valueAt(-j) + valueAt(j)) * kernel[j]!;
    return sum;
  };
  const within = (position: number, length: number) => Math.min(length - 1, Math.max(0, position));
  const down = Float32Array.from(plane, (_, i) =>
    sumAt(
      (distance) => plane[within(Math.floor(i / width) + distance, height) * width + (i % width)]!,
    ),
  );
  return down.map((_, i) => {
    const x = i % width;
    return sumAt((distance) => down[i - x + within(x + distance, width)]!);
  });
}
