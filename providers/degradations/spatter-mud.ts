import type { RawImage } from '../images/raw-image.ts';
import { BYTE_AS_FLOAT32, truncateToByte } from './bytes.ts';
import { gaussianBlurRows, gaussianKernel } from './gaussian-blur.ts';

export const MUD_BROWN = [63, 42, 20] as const;
export const MASK_SIGMA = 1.5;
/** Thinner mud than this is none. */
const MASK_THRESHOLD = Math.fround(0.8);

/**
 * Covers an image with mud.
 *
 * @param mud one byte a pixel, 1 where there is mud
 */
export function mudSpatter({ data, width, height }: RawImage, mud: Uint8Array): RawImage {
  const output = new Uint8Array(data.length);
  // Without mud the formula still loses a level here and there: it mixes precisions.
  const clean = Uint8Array.from(BYTE_AS_FLOAT32, (level) => truncateToByte(level));
  const colour = MUD_BROWN.map((level) => level / 255);
  let read = 0;
  let i = 0;
  gaussianBlurRows({
    width,
    height,
    kernel: gaussianKernel(MASK_SIGMA),
    readRow: (row) => {
      for (let x = 0; x < width; x++) row[x] = mud[read++] as number;
    },
    writeRow: (row) => {
      for (let x = 0; x < width; x++) {
        const mask = row[x] as number;
        const uncovered = Math.fround(1 - mask);
        for (let c = 0; c < 3; c++, i++) {
          const level = data[i] as number;
          output[i] =
            mask < MASK_THRESHOLD
              ? (clean[level] as number)
              : truncateToByte(
                  Math.fround((BYTE_AS_FLOAT32[level] as number) * uncovered) +
                    (colour[c] as number) * mask,
                );
        }
      }
    },
    singlePrecision: true,
  });
  return { data: output, width, height };
}
