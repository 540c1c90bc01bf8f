import { reflect101 } from '../../../src/degradations/reflect-101.ts';
import type { RawImage } from '../../../src/images/raw-image.ts';
import { cannyEdges } from './canny.ts';
import { chamferDistance } from './chamfer-distance.ts';
import { BYTE_AS_FLOAT32, truncateToByteFloat32 } from './float32-bytes.ts';
import { equalizingTable } from './histogram-equalize.ts';

const PALE_TURQUOISE = [175, 238, 238] as const;
/** Distances count up to this many pixels from a drop's edge. */
const MAX_DISTANCE = 20 * 65536;

/**
 * Adds drops of water: bright towards their middle, embossed.
 *
 * @param liquid one byte a pixel, its level where there is liquid, 0 elsewhere
 * @param strength largest value of the mask
 */
export function waterSpatter(image: RawImage, liquid: Uint8Array, strength: number): RawImage {
  const { data, width, height } = image;
  const relief = waterRelief(liquid, width, height);
  let largest = 0;
  for (let i = 0; i < liquid.length; i++) {
    largest = Math.max(largest, liquid[i]! * relief[i]!);
  }
  // The reference divides 0 by 0 here and returns a black picture; seen on tiny images only.
  if (largest === 0) return { data: Uint8Array.from(data), width, height };
  const output = Uint8Array.from(data);
  const singleStrength = Math.fround(strength);
  const colour = PALE_TURQUOISE.map((level) => Math.fround(level / 255));
  for (let pixel = 0; pixel < liquid.length; pixel++) {
    const product = liquid[pixel]! * relief[pixel]!;
    // Without liquid a byte comes out as it went in.
    if (product === 0) continue;
    const mask = Math.fround(Math.fround(product / largest) * singleStrength);
    for (let c = 0; c < 3; c++) {
      const i = 3 * pixel + c;
      const level = BYTE_AS_FLOAT32[data[i]!]!;
      output[i] = truncateToByteFloat32(Math.fround(level + Math.fround(mask * colour[c]!)));
    }
  }
  return { data: output, width, height };
}

/** How far inside or outside the drops each pixel lies, equalised, embossed and smoothed; bytes. */
export function waterRelief(liquid: Uint8Array, width: number, height: number): Uint8Array {
  const distances = chamferDistance(cannyEdges(liquid, width, height), width, height);
  for (let i = 0; i < distances.length; i++) {
    if (distances[i]! > MAX_DISTANCE) distances[i] = MAX_DISTANCE;
  }
  const smoothed = boxMeanTruncated(distances, width, height);
  const table = equalizingTable(smoothed);
  const equalized = smoothed.map((level) => table[level]!);
  return boxMeanRounded(emboss(equalized, width, height), width, height);
}

/** 3x3 mean of fixed-point distances, in single precision, truncated to a byte. */
function boxMeanTruncated(distances: Int32Array, width: number, height: number): Uint8Array {
  const output = new Uint8Array(width * height);
  const sums = new Int32Array(width + 2);
  for (let y = 0; y < height; y++) {
    columnSums(distances, width, height, y, sums);
    for (let x = 0; x < width; x++) {
      const sum = sums[x]! + sums[x + 1]! + sums[x + 2]!;
      // The sum is exact in both precisions: distances of at most 20 pixels need 21 bits.
      output[y * width + x] = Math.fround((sum / 65536) * (1 / 9));
    }
  }
  return output;
}

/** 3x3 mean of bytes, rounded to nearest. */
function boxMeanRounded(pixels: Uint8Array, width: number, height: number): Uint8Array {
  const output = new Uint8Array(width * height);
  const sums = new Int32Array(width + 2);
  for (let y = 0; y < height; y++) {
    columnSums(pixels, width, height, y, sums);
    for (let x = 0; x < width; x++) {
      const sum = sums[x]! + sums[x + 1]! + sums[x + 2]!;
      output[y * width + x] = ((sum + 4) / 9) | 0;
    }
  }
  return output;
}

/** Correlation with [-2 -1 0; -1 1 1; 0 1 2], clipped to bytes. */
function emboss(pixels: Uint8Array, width: number, height: number): Uint8Array {
  const output = new Uint8ClampedArray(width * height);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const up = reflect101(y - 1, height) * width;
    const down = reflect101(y + 1, height) * width;
    for (let x = 0; x < width; x++) {
      const l = x > 0 ? x - 1 : 1;
      const r = x + 1 < width ? x + 1 : width - 2;
      output[row + x] =
        -2 * pixels[up + l]! -
        pixels[up + x]! -
        pixels[row + l]! +
        pixels[row + x]! +
        pixels[row + r]! +
        pixels[down + x]! +
        2 * pixels[down + r]!;
    }
  }
  return new Uint8Array(output.buffer);
}

/** Sums of three rows (one above, one below), reflected at the border, with one more value at each end. */
function columnSums(
  plane: Uint8Array | Int32Array,
  width: number,
  height: number,
  y: number,
  sums: Int32Array,
): void {
  const row = y * width;
  const up = reflect101(y - 1, height) * width;
  const down = reflect101(y + 1, height) * width;
  for (let x = 0; x < width; x++) {
    sums[x + 1] = plane[up + x]! + plane[row + x]! + plane[down + x]!;
  }
  sums[0] = sums[2]!;
  sums[width + 1] = sums[width - 1]!;
}
