import type { RawImage } from '../../images/raw-image.ts';
import { dct8x8 } from './dct.ts';
import { luma } from './luminance.ts';

const BLOCK_PX = 8;
const HALF_BLOCK_PX = 4;

/** About this many blocks of each grid are looked at; in larger images an evenly spaced part. */
const BLOCKS = 4096;

/** Mean magnitude a coefficient has from rounding to 8 bits alone (variance 1/12, normal): keeps the ratio of flat images at 1. */
const ROUNDING_MAGNITUDE = Math.sqrt(2 / Math.PI / 12);

/**
 * Strength of JPEG compression: natural logarithm of how much smaller the mean magnitude of the
 * luma's AC DCT coefficients is on JPEG's own 8x8 grid than on the grid shifted by half a block.
 * Quantization zeroes coefficients on its own grid only, and the shifted grid shows what they were
 * before: the calibration of Fridrich, Goljan & Hogea (Information Hiding 2002). Near 0 without JPEG
 * (or when the picture was resized or cropped off the grid afterwards), about 0.2 at quality 75,
 * 0.8 at quality 8.
 */
export function jpegGridExcess(image: RawImage): number {
  const aligned = meanMagnitude(image, 0);
  const shifted = meanMagnitude(image, HALF_BLOCK_PX);
  return Math.log((shifted + ROUNDING_MAGNITUDE) / (aligned + ROUNDING_MAGNITUDE));
}

function meanMagnitude({ data, width, height }: RawImage, offset: number): number {
  const columns = Math.floor((width - offset) / BLOCK_PX);
  const rows = Math.floor((height - offset) / BLOCK_PX);
  const step = Math.max(1, Math.floor(Math.sqrt((columns * rows) / BLOCKS)));
  const block = new Float64Array(BLOCK_PX * BLOCK_PX);
  const scratch = new Float64Array(BLOCK_PX * BLOCK_PX);
  let sum = 0;
  let blocks = 0;
  for (let row = 0; row < rows; row += step) {
    for (let column = 0; column < columns; column += step) {
      for (let y = 0; y < BLOCK_PX; y++) {
        let source = 3 * ((offset + row * BLOCK_PX + y) * width + offset + column * BLOCK_PX);
        for (let x = 0; x < BLOCK_PX; x++, source += 3) {
          block[y * BLOCK_PX + x] = luma(data[source]!, data[source + 1]!, data[source + 2]!);
        }
      }
      dct8x8(block, scratch);
      for (let i = 1; i < block.length; i++) sum += Math.abs(block[i]!);
      blocks++;
    }
  }
  return sum / (blocks * (block.length - 1));
}
