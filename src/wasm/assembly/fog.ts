import { both, LEVELS } from './constants';
import { reserve } from './memory';
import { newPlasma, nextRow } from './plasma-map';
import { unitsFloat64 } from './units';

/** Two of twelve bytes each, spread over 32-bit lanes. */
const PAIRS = memory.data<i8>([
  0, -1, -1, -1, 1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
  2, -1, -1, -1, 3, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
  4, -1, -1, -1, 5, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
  6, -1, -1, -1, 7, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
  8, -1, -1, -1, 9, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
  10, -1, -1, -1, 11, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
]);
const THIRD_BYTE = memory.data<f64>([65536]);
/** 2^52: added to a smaller integer, that integer stands in the low bits of the sum. */
const MAGIC = memory.data<f64>([4503599627370496]);

/** The part of a plasma map that covers an image, as it was drawn: not yet scaled to 0..1. */
@unmanaged
export class FogMap {
  /** Rows of floats, `stride` bytes from one to the next. */
  values: usize;
  stride: i32;
  /** Least and largest value of the whole map. */
  least: f32;
  largest: f32;
}

/**
 * Makes the plasma map that `fogRow` reads. Memory for the image's part of it and for a few rows of it
 * is needed, whatever the size of the whole.
 *
 * @param size of the map, a power of two, at least 4 and at least as large as `width` and `height`
 */
export function makeFog(size: i32, decay: f64, seed: u32, width: i32, height: i32): FogMap {
  const map = changetype<FogMap>(reserve(offsetof<FogMap>()));
  map.stride = width * 4;
  map.values = reserve(map.stride * height);
  // Four values are read at a time, and what stood behind the last may be no number.
  v128.store(map.values + map.stride * height, i32x4.splat(0));
  const plasma = newPlasma(size, decay, seed);
  const row = reserve(size * 4);
  for (let i = 0; i < size; i++) {
    const y = (i - 2) & (size - 1);
    if (y < height) {
      nextRow(plasma.last, row);
      memory.copy(map.values + y * map.stride, row, map.stride);
    } else {
      nextRow(plasma.last, 0);
    }
  }
  map.least = plasma.least;
  map.largest = plasma.largest;
  return map;
}

/**
 * Adds fog to row `y` in place, see fog.ts.
 *
 * @param brightest largest byte of the image, as 0..1
 */
export function fogRow(
  pixels: usize,
  width: i32,
  y: i32,
  map: FogMap,
  thickness: f32,
  brightest: f64,
): void {
  let values = map.values + y * map.stride;
  const least = f32x4.splat(map.least);
  const range = f32x4.splat(map.largest - map.least);
  const thicknesses = f32x4.splat(thickness);
  const factor = f64x2.splat(brightest);
  const divisor = f64x2.splat(brightest + <f64>thickness);
  const end = pixels + width * 3;
  // Four pixels are done at a time, so the next row's first may be changed, and are put back.
  const beyond = v128.load(end);
  for (; pixels < end; pixels += 12, values += 16) {
    const levels = f32x4.div(f32x4.sub(v128.load(values), least), range);
    const added = f32x4.mul(levels, thicknesses);
    const first = f64x2.promote_low_f32x4(added);
    const second = f64x2.promote_low_f32x4(i64x2.shuffle(added, added, 1, 1));
    const bytes = v128.load(pixels);
    const a0 = i64x2.shuffle(first, first, 0, 0);
    const a1 = i64x2.shuffle(first, first, 1, 1);
    const a2 = i64x2.shuffle(second, second, 0, 0);
    const a3 = i64x2.shuffle(second, second, 1, 1);
    // Pixel by pixel: 0 0, 0 1, 1 1, 2 2, 2 3, 3 3.
    const l0 = foggy(bytes, 0, a0, factor, divisor);
    const l1 = foggy(bytes, 16, first, factor, divisor);
    const l2 = foggy(bytes, 32, a1, factor, divisor);
    const l3 = foggy(bytes, 48, a2, factor, divisor);
    const l4 = foggy(bytes, 64, second, factor, divisor);
    const l5 = foggy(bytes, 80, a3, factor, divisor);
    // Two levels to a lane, 16 bits apart.
    const w0 = f64x2.add(l0, f64x2.mul(l2, both(THIRD_BYTE)));
    const w1 = f64x2.add(l1, f64x2.mul(l3, both(THIRD_BYTE)));
    const w2 = f64x2.add(l4, f64x2.mul(l5, both(THIRD_BYTE)));
    const low = i32x4.shuffle(f64x2.add(w0, both(MAGIC)), f64x2.add(w1, both(MAGIC)), 0, 2, 4, 6);
    const high = f64x2.add(w2, both(MAGIC));
    // Bytes 0, 4 | 1, 5 | 2, 6 | 3, 7 stand at 0, 2 | 4, 6 | 8, 10 | 12, 14; 8, 10 | 9, 11 at 16, 18 | 24, 26.
    const out = i8x16.shuffle(
      low, high,
      0, 4, 8, 12, 2, 6, 10, 14, 16, 24, 18, 26, 0, 0, 0, 0,
    );
    v128.store64_lane(pixels, out, 0);
    v128.store32_lane(pixels, out, 2, 8);
  }
  v128.store(end, beyond);
}

/** Two bytes with fog, as whole levels of 0..255 in f64. Multiplied first, then divided. */
// @ts-ignore: decorator
@inline
function foggy(bytes: v128, pair: usize, added: v128, factor: v128, divisor: v128): v128 {
  const sum = f64x2.add(unitsFloat64(i8x16.swizzle(bytes, v128.load(PAIRS + pair))), added);
  const value = f64x2.div(f64x2.mul(sum, factor), divisor);
  return f64x2.floor(f64x2.pmin(f64x2.mul(value, both(LEVELS)), both(LEVELS)));
}

const ENDS = memory.data(16, 16);

/** The largest byte of `count`, and of `largest`. */
export function largestByte(bytes: usize, count: i32, largest: u8): u8 {
  let vector = i8x16.splat(<i8>largest);
  let i = 0;
  for (; i + 16 <= count; i += 16) vector = i8x16.max_u(vector, v128.load(bytes + i));
  for (; i < count; i++) largest = max(largest, load<u8>(bytes + i));
  v128.store(ENDS, vector);
  for (let j = 0; j < 16; j++) largest = max(largest, load<u8>(ENDS + j));
  return largest;
}
