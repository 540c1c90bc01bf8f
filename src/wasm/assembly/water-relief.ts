import { cannyEdges } from './canny';
import { chamferDown, chamferUpRow, DISTANCE_MARGIN } from './chamfer-distance';
import { reserve } from './memory';
import { MARGIN, mirrored, mirrorPixels } from './planes';

/** Means over 3x3 of distances are whole numbers up to 20; the histogram has room for vectors. */
const LEVELS: i32 = 32;

/** 1/9 in 15-bit fixed point: times a sum up to 2295 and rounded, that is the sum's ninth, rounded. */
const NINTH = memory.data<i16>([3641, 3641, 3641, 3641, 3641, 3641, 3641, 3641]);
const FOURS = memory.data<i16>([4, 4, 4, 4, 4, 4, 4, 4]);
const SIXTEENS = memory.data<u8>([16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16]);

/**
 * `waterRelief` of spatter-water.ts.
 *
 * @param liquid a plane with repeated edge pixels
 * @param relief a plane for the result; its margin does not matter
 * @returns the largest product of liquid and relief
 */
export function waterRelief(
  liquid: usize,
  relief: usize,
  stride: i32,
  width: i32,
  height: i32,
): i32 {
  const marks = reserve((height + 2) * stride) + stride + MARGIN;
  const distanceStride = (width + 2 * DISTANCE_MARGIN) * 4;
  const distances =
    reserve((height + 4) * distanceStride) + 2 * distanceStride + DISTANCE_MARGIN * 4;
  // The distances' room, before there are any.
  cannyEdges(liquid, marks, stride, width, height, distances);
  chamferDown(marks, stride, width, height, distances, distanceStride);

  const histogram = reserve(LEVELS * 4);
  memory.fill(histogram, 0, LEVELS * 4);
  const sums = reserve((width + 16) * 4) + 32;
  for (let y = height - 1; y >= -1; y--) {
    if (y >= 0) chamferUpRow(distances + y * distanceStride, distanceStride, width);
    // One row late: the mean reads the row above.
    if (y + 1 < height) {
      const target = relief + (y + 1) * stride;
      meanDistances(distances, distanceStride, width, height, y + 1, sums, target);
      count(target, width, histogram);
    }
  }
  const table = equalizingTable(histogram, width * height);
  return embossAndSmooth(liquid, relief, stride, width, height, table);
}

/**
 * 3x3 means of distances in pixels, truncated. The reference multiplies with 1/9 in floating point, but
 * no sum of nine distances is so near the next multiple of nine that its rounding would matter.
 */
function meanDistances(
  distances: usize,
  distanceStride: i32,
  width: i32,
  height: i32,
  y: i32,
  sums: usize,
  target: usize,
): void {
  const row = distances + y * distanceStride;
  const up = distances + mirrored(y - 1, height) * distanceStride;
  const down = distances + mirrored(y + 1, height) * distanceStride;
  const bytes = width * 4;
  for (let x = 0; x < bytes; x += 16) {
    v128.store(
      sums + x,
      i32x4.add(i32x4.add(v128.load(up + x), v128.load(down + x)), v128.load(row + x)),
    );
  }
  store<i32>(sums - 4, load<i32>(sums + 4));
  store<i32>(sums + bytes, load<i32>(sums + bytes - 8));
  for (let x = 0; x < width; x += 8) {
    const here = sums + x * 4;
    const pixels = i16x8.narrow_i32x4_s(wholePixels(here), wholePixels(here + 16));
    // A ninth rounded down: four less, rounded to nearest.
    const means = i16x8.q15mulr_sat_s(i16x8.sub(pixels, v128.load(FOURS)), v128.load(NINTH));
    v128.store64_lane(target + x, i8x16.narrow_i16x8_u(means, means), 0);
  }
}

// @ts-ignore: decorator
@inline
function wholePixels(sums: usize): v128 {
  return i32x4.shr_s(
    i32x4.add(i32x4.add(v128.load(sums - 4), v128.load(sums, 4)), v128.load(sums)),
    16,
  );
}

function count(row: usize, width: i32, histogram: usize): void {
  for (let x = 0; x < width; x++) {
    const bin = histogram + <i32>load<u8>(row + x) * 4;
    store<u32>(bin, load<u32>(bin) + 1);
  }
}

/** As in histogram-equalize.ts, for `LEVELS` levels. */
function equalizingTable(histogram: usize, pixels: i32): usize {
  const table = reserve(LEVELS);
  let lowest = 0;
  while (load<u32>(histogram + lowest * 4) == 0) lowest++;
  const counted = pixels - load<u32>(histogram + lowest * 4);
  if (counted == 0) {
    for (let level = 0; level < LEVELS; level++) store<u8>(table + level, <u8>level);
    return table;
  }
  memory.fill(table, 0, LEVELS);
  const scale: f32 = <f32>255 / <f32>counted;
  let sum: u32 = 0;
  for (let level = lowest + 1; level < LEVELS; level++) {
    sum += load<u32>(histogram + level * 4);
    store<u8>(table + level, <u8>min<f32>(255, nearest<f32>(<f32>sum * scale)));
  }
  return table;
}

/**
 * Equalises, embosses and smooths `relief` in place, keeping four rows of each step; a row is written
 * when those that it depends on have been read.
 */
function embossAndSmooth(
  liquid: usize,
  relief: usize,
  stride: i32,
  width: i32,
  height: i32,
  table: usize,
): i32 {
  const rowBytes = (width + 4 * MARGIN) & ~15;
  const equalized = reserve(4 * rowBytes) + MARGIN;
  const embossed = reserve(4 * rowBytes) + MARGIN;
  let largest = i16x8.splat(0);
  for (let y = 0; y < height + 2; y++) {
    if (y < height) {
      equalizeRow(relief + y * stride, width, table, ringRow(equalized, rowBytes, y));
    }
    if (y >= 1 && y <= height) {
      embossRow(
        ringRow(equalized, rowBytes, mirrored(y - 2, height)),
        ringRow(equalized, rowBytes, y - 1),
        ringRow(equalized, rowBytes, mirrored(y, height)),
        width,
        ringRow(embossed, rowBytes, y - 1),
      );
    }
    if (y >= 2) {
      const products = smoothRow(
        ringRow(embossed, rowBytes, mirrored(y - 3, height)),
        ringRow(embossed, rowBytes, y - 2),
        ringRow(embossed, rowBytes, mirrored(y - 1, height)),
        width,
        liquid + (y - 2) * stride,
        relief + (y - 2) * stride,
      );
      largest = i16x8.max_u(largest, products);
    }
  }
  let result = 0;
  store<v128>(equalized, largest);
  for (let i = 0; i < 8; i++) result = max(result, <i32>load<u16>(equalized + i * 2));
  return result;
}

// @ts-ignore: decorator
@inline
function ringRow(ring: usize, rowBytes: i32, y: i32): usize {
  return ring + (y & 3) * rowBytes;
}

function equalizeRow(row: usize, width: i32, table: usize, target: usize): void {
  const low = v128.load(table);
  const high = v128.load(table, 16);
  for (let x = 0; x < width; x += 16) {
    const levels = v128.load(row + x);
    v128.store(
      target + x,
      v128.or(
        i8x16.swizzle(low, levels),
        i8x16.swizzle(high, i8x16.sub(levels, v128.load(SIXTEENS))),
      ),
    );
  }
  mirrorPixels(target, width);
}

/** Correlation with [-2 -1 0; -1 1 1; 0 1 2], clipped to bytes. */
function embossRow(up: usize, row: usize, down: usize, width: i32, target: usize): void {
  for (let x = 0; x < width; x += 8) {
    const diagonal = i16x8.sub(v128.load8x8_u(down + x, 1), v128.load8x8_u(up + x - 1));
    const vertical = i16x8.sub(v128.load8x8_u(down + x), v128.load8x8_u(up + x));
    const horizontal = i16x8.sub(v128.load8x8_u(row + x, 1), v128.load8x8_u(row + x - 1));
    const sum = i16x8.add(
      i16x8.add(i16x8.add(diagonal, diagonal), v128.load8x8_u(row + x)),
      i16x8.add(vertical, horizontal),
    );
    v128.store64_lane(target + x, i8x16.narrow_i16x8_u(sum, sum), 0);
  }
  mirrorPixels(target, width);
}

/**
 * 3x3 means, rounded.
 *
 * @returns the largest products with the liquid, u16 in eight lanes
 */
function smoothRow(
  up: usize,
  row: usize,
  down: usize,
  width: i32,
  liquid: usize,
  target: usize,
): v128 {
  let largest = i16x8.splat(0);
  for (let x = 0; x < width; x += 8) {
    const sum = i16x8.add(
      i16x8.add(sumOfThree(up + x), sumOfThree(down + x)),
      sumOfThree(row + x),
    );
    const means = i16x8.q15mulr_sat_s(sum, v128.load(NINTH));
    v128.store64_lane(target + x, i8x16.narrow_i16x8_u(means, means), 0);
    const wet = v128.load8x8_u(liquid + x);
    // Only whole vectors: what lies beyond the row is not liquid.
    const inside = x + 8 <= width ? wet : clipped(wet, width - x);
    largest = i16x8.max_u(largest, i16x8.mul(means, inside));
  }
  return largest;
}

// @ts-ignore: decorator
@inline
function sumOfThree(pixels: usize): v128 {
  return i16x8.add(
    i16x8.add(v128.load8x8_u(pixels - 1), v128.load8x8_u(pixels, 1)),
    v128.load8x8_u(pixels),
  );
}

const LANES = memory.data<i16>([-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0]);

/** The first `count` lanes, 0 in the others. */
function clipped(lanes: v128, count: i32): v128 {
  return v128.and(lanes, v128.load(LANES + (8 - count) * 2));
}
