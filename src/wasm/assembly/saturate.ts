import { both, LEVELS, ONE } from './constants';
import { unitsFloat64 } from './units';

const SIX = memory.data<f64>([6]);
const SECOND_BYTE = memory.data<f64>([256]);
const THIRD_BYTE = memory.data<f64>([65536]);
const FOURTH_BYTE = memory.data<f64>([16777216]);
const FIFTH_BYTE = memory.data<f64>([4294967296]);
/** 2^52: added to a smaller integer, that integer stands in the low bits of the sum. */
const MAGIC = memory.data<f64>([4503599627370496]);

/** Picks one channel of four pixels. */
const RED = memory.data<i8>([0, -1, -1, -1, 3, -1, -1, -1, 6, -1, -1, -1, 9, -1, -1, -1]);
const GREEN = memory.data<i8>([1, -1, -1, -1, 4, -1, -1, -1, 7, -1, -1, -1, 10, -1, -1, -1]);
const BLUE = memory.data<i8>([2, -1, -1, -1, 5, -1, -1, -1, 8, -1, -1, -1, 11, -1, -1, -1]);

/**
 * Which candidate (P 0, T 1, Q 2, V 3) a channel is, for red in the sectors 0 to 6 (the last is the
 * first again), then green, then blue.
 */
const CHOICES = memory.data<u8>([
  3, 2, 0, 0, 1, 3, 3, /**/ 1, 3, 3, 2, 0, 0, 1, /**/ 0, 0, 1, 3, 3, 2, 0, /**/ 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0,
]);
const CHANNEL_CHOICES = memory.data<u8>([0, 7, 14, 0, 0, 7, 14, 0, 0, 7, 14, 0, 0, 7, 14, 0]);
const PIXEL_WORDS = memory.data<u8>([0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12]);

/**
 * saturate of `count` pixels in place. Four are done at a time: up to three more are changed.
 * Where the reference branches, all candidates are computed and one is picked.
 */
export function saturate(pixels: usize, count: i32, factor: f64, offset: f64): void {
  const end = pixels + count * 3;
  for (; pixels < end; pixels += 12) {
    const rgb = v128.load(pixels);
    const r = i8x16.swizzle(rgb, v128.load(RED));
    const g = i8x16.swizzle(rgb, v128.load(GREEN));
    const b = i8x16.swizzle(rgb, v128.load(BLUE));
    const largest = i32x4.max_s(i32x4.max_s(r, g), b);
    const smallest = i32x4.min_s(i32x4.min_s(r, g), b);
    const middle = i32x4.sub(i32x4.add(i32x4.add(r, g), b), i32x4.add(largest, smallest));

    // The hue is base + (x - y) / (largest - smallest), x and y the channels that are not the largest.
    // Blue wins ties, then green. Grey has hue 0.
    const isBlue = i32x4.eq(b, largest);
    const isGreen = v128.andnot(i32x4.eq(g, largest), isBlue);
    const isNegative = v128.bitselect(
      i32x4.lt_s(r, g),
      v128.bitselect(i32x4.lt_s(b, r), i32x4.lt_s(g, b), isGreen),
      isBlue,
    );
    const sign = v128.or(isNegative, i32x4.splat(1));
    // Masks are -1, so this is 4 or 2.
    const base = v128.andnot(
      i32x4.neg(i32x4.add(i32x4.shl(isBlue, 2), i32x4.shl(isGreen, 1))),
      i32x4.eq(largest, smallest),
    );

    const low = candidates(largest, middle, smallest, sign, base, factor, offset);
    const high = candidates(
      upperHalf(largest),
      upperHalf(middle),
      upperHalf(smallest),
      upperHalf(sign),
      upperHalf(base),
      factor,
      offset,
    );
    const words = i32x4.shuffle(low, high, 0, 2, 4, 6);
    // The sector of each pixel, three times.
    const sectors = i8x16.shuffle(low, high, 4, 4, 4, 7, 12, 12, 12, 7, 20, 20, 20, 7, 28, 28, 28, 7);
    const index = i8x16.add(sectors, v128.load(CHANNEL_CHOICES));
    const choice = v128.or(
      i8x16.swizzle(v128.load(CHOICES), index),
      i8x16.swizzle(v128.load(CHOICES, 16), i8x16.sub(index, i8x16.splat(16))),
    );
    const picked = i8x16.swizzle(words, i8x16.add(choice, v128.load(PIXEL_WORDS)));
    const out = i8x16.shuffle(picked, picked, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0);
    v128.store64_lane(pixels, out, 0);
    v128.store32_lane(pixels, out, 2, 8);
  }
}

// @ts-ignore: decorator
@inline
function upperHalf(lanes: v128): v128 {
  return i64x2.shuffle(lanes, lanes, 1, 1);
}

/**
 * Of two pixels the bytes that HSV to RGB picks from: per 64-bit lane, from its lowest byte, P, T, Q,
 * V and the sector 0..6.
 */
// @ts-ignore: decorator
@inline
function candidates(
  largest: v128,
  middle: v128,
  smallest: v128,
  sign: v128,
  base: v128,
  factor: f64,
  offset: f64,
): v128 {
  const one = both(ONE);
  const v = unitsFloat64(largest);
  const min = unitsFloat64(smallest);
  const d = f64x2.sub(v, min);
  const coloured = f64x2.ne(d, f64x2.splat(0));
  const quotient = v128.and(f64x2.div(f64x2.sub(unitsFloat64(middle), min), d), coloured);
  let h = f64x2.div(
    f64x2.add(
      f64x2.convert_low_i32x4_s(base),
      f64x2.mul(f64x2.convert_low_i32x4_s(sign), quotient),
    ),
    both(SIX),
  );
  h = f64x2.add(h, v128.and(f64x2.lt(h, f64x2.splat(0)), one));
  const saturation = v128.and(f64x2.div(d, v), coloured);
  const s = f64x2.pmin(
    f64x2.add(f64x2.mul(saturation, f64x2.splat(factor)), f64x2.splat(offset)),
    one,
  );
  const scaledHue = f64x2.mul(h, both(SIX));
  const sector = f64x2.floor(scaledHue);
  const f = f64x2.sub(scaledHue, sector);
  const p = f64x2.mul(v, f64x2.sub(one, s));
  const q = f64x2.mul(v, f64x2.sub(one, f64x2.mul(f, s)));
  const t = f64x2.mul(v, f64x2.sub(one, f64x2.mul(f64x2.sub(one, f), s)));
  // All of these are integers below 2^52, so every sum is exact.
  const pt = f64x2.add(level(p), f64x2.mul(level(t), both(SECOND_BYTE)));
  const qv = f64x2.add(
    f64x2.mul(level(q), both(THIRD_BYTE)),
    f64x2.mul(f64x2.convert_low_i32x4_s(largest), both(FOURTH_BYTE)),
  );
  return f64x2.add(
    f64x2.add(pt, qv),
    f64x2.add(f64x2.mul(sector, both(FIFTH_BYTE)), both(MAGIC)),
  );
}

/** 0..1 as a whole level of 0..255, truncated. */
// @ts-ignore: decorator
@inline
function level(value: v128): v128 {
  return f64x2.floor(f64x2.mul(value, both(LEVELS)));
}
