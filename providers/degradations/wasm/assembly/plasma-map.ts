import { seedTwister } from './mersenne-twister';
import { MAX_TAKEN, restartUniforms, takeUniforms } from './uniform-stream';

/**
 * The plasma map of plasma-map.ts. The points of a level are kept in four grids of their own, so that
 * neighbours lie beside each other: the corners it starts from, the centres, the middles of the top
 * edges and of the left edges. Woven together they are the corners of the next level.
 */
@unmanaged
export class PlasmaGrids {
  corners: usize;
  centres: usize;
  tops: usize;
  lefts: usize;
  /** Points along a side of a grid. */
  side: i32;
  /** Least and largest of all points so far. */
  least: f32;
  largest: f32;
}

/** Room in floats on both sides of a row of a grid, for the points from the opposite edge. */
const EDGE: i32 = 4;

const QUARTER = memory.data<f32>([0.25]);

/** Floats from row to row of a grid. */
export function gridStride(side: i32): i32 {
  return side + 2 * EDGE;
}

/** Bytes of the four grids of the last level, or of the level before. */
export function gridsBytes(side: i32): usize {
  return <usize>4 * side * gridStride(side) * 4 + 64;
}

/**
 * @param size of the map, a power of two
 * @param grids room for the grids of a level, `gridsBytes(size / 2)`
 * @param other room for those of the level before, `gridsBytes(size / 4)`
 */
export function makePlasma(
  state: PlasmaGrids,
  size: i32,
  decay: f64,
  seed: u32,
  grids: usize,
  other: usize,
): void {
  seedTwister(seed);
  restartUniforms();
  // So that the last level comes to lie in the larger room.
  let levels = 0;
  for (let side = 1; side < size; side *= 2) levels++;
  let room = levels % 2 == 0 ? other : grids;
  let previous = room == grids ? other : grids;
  state.side = 1;
  place(state, room, 1);
  store<f32>(state.corners, 0);
  state.least = 0;
  state.largest = 0;
  let amplitude: f64 = 100;
  for (;;) {
    fillLevel(state, amplitude);
    if (state.side * 2 == size) return;
    amplitude /= decay;
    const free = previous;
    previous = room;
    room = free;
    weave(state, room);
  }
}

function place(state: PlasmaGrids, room: usize, side: i32): void {
  const bytes = side * gridStride(side) * 4;
  state.corners = room + EDGE * 4;
  state.centres = state.corners + bytes;
  state.tops = state.centres + bytes;
  state.lefts = state.tops + bytes;
  state.side = side;
}

/** The corners of the next level from the grids of this one. */
function weave(state: PlasmaGrids, room: usize): void {
  const side = state.side;
  const stride = gridStride(side) * 4;
  const corners = state.corners;
  const centres = state.centres;
  const tops = state.tops;
  const lefts = state.lefts;
  place(state, room, side * 2);
  const nextStride = gridStride(side * 2) * 4;
  for (let y = 0; y < side; y++) {
    const target = state.corners + 2 * y * nextStride;
    interleave(corners + y * stride, tops + y * stride, side, target);
    interleave(lefts + y * stride, centres + y * stride, side, target + nextStride);
  }
}

function interleave(even: usize, odd: usize, count: i32, target: usize): void {
  let x = 0;
  for (; x + 4 <= count; x += 4) {
    const a = v128.load(even + x * 4);
    const b = v128.load(odd + x * 4);
    v128.store(target + x * 8, i32x4.shuffle(a, b, 0, 4, 1, 5));
    v128.store(target + x * 8, i32x4.shuffle(a, b, 2, 6, 3, 7), 16);
  }
  for (; x < count; x++) {
    store<f32>(target + x * 8, load<f32>(even + x * 4));
    store<f32>(target + x * 8, load<f32>(odd + x * 4), 4);
  }
}

/** Fills centres, then tops, then lefts, all from the map as it was before, in the order of the draws. */
function fillLevel(state: PlasmaGrids, amplitude: f64): void {
  const side = state.side;
  const stride = gridStride(side) * 4;
  for (let y = 0; y < side; y++) {
    const row = state.corners + y * stride;
    store<f32>(row + side * 4, load<f32>(row));
  }
  for (let y = 0; y < side; y++) {
    const here = state.corners + y * stride;
    const below = state.corners + ((y + 1) & (side - 1)) * stride;
    const target = state.centres + y * stride;
    midpoints(state, here, below, here + 4, below + 4, target, amplitude);
    store<f32>(target - 4, load<f32>(target + (side - 1) * 4));
  }
  for (let y = 0; y < side; y++) {
    const here = state.corners + y * stride;
    const centre = state.centres + y * stride;
    const above = state.centres + ((y - 1) & (side - 1)) * stride;
    midpoints(state, centre, above, here, here + 4, state.tops + y * stride, amplitude);
  }
  for (let y = 0; y < side; y++) {
    const here = state.corners + y * stride;
    const below = state.corners + ((y + 1) & (side - 1)) * stride;
    const centre = state.centres + y * stride;
    midpoints(state, centre, centre - 4, here, below, state.lefts + y * stride, amplitude);
  }
}

/** A row of points: ((a + b) + (c + d)) / 4 in single precision, plus noise of the squared amplitude. */
function midpoints(
  state: PlasmaGrids,
  a: usize,
  b: usize,
  c: usize,
  d: usize,
  target: usize,
  amplitude: f64,
): void {
  const side = state.side;
  // The uniforms come times 2^53. Powers of two round nothing.
  const width = 2 * amplitude * (1.0 / 9007199254740992);
  if (side < 4) {
    const uniforms = takeUniforms(side);
    for (let x = 0; x < side * 4; x += 4) {
      const sum: f32 =
        load<f32>(a + x) + load<f32>(b + x) + (load<f32>(c + x) + load<f32>(d + x));
      const noise = amplitude * (-amplitude + width * load<f64>(uniforms + x * 2));
      const value = <f32>(<f64>(sum * 0.25) + noise);
      store<f32>(target + x, value);
      state.least = min(state.least, value);
      state.largest = max(state.largest, value);
    }
    return;
  }
  const amplitudes = f64x2.splat(amplitude);
  const lowest = f64x2.splat(-amplitude);
  const widths = f64x2.splat(width);
  const quarter = v128.load32_splat(QUARTER);
  let least = f32x4.splat(state.least);
  let largest = f32x4.splat(state.largest);
  for (let start = 0; start < side; start += MAX_TAKEN) {
    const count = min(MAX_TAKEN, side - start);
    let uniforms = takeUniforms(count);
    const end = (start + count) * 4;
    for (let x = start * 4; x < end; x += 16, uniforms += 32) {
      const sum = f32x4.add(
        f32x4.add(v128.load(a + x), v128.load(b + x)),
        f32x4.add(v128.load(c + x), v128.load(d + x)),
      );
      const mean = f32x4.mul(sum, quarter);
      const noise0 = f64x2.mul(
        amplitudes,
        f64x2.add(lowest, f64x2.mul(widths, v128.load(uniforms))),
      );
      const noise1 = f64x2.mul(
        amplitudes,
        f64x2.add(lowest, f64x2.mul(widths, v128.load(uniforms, 16))),
      );
      const low = f32x4.demote_f64x2_zero(
        f64x2.add(f64x2.promote_low_f32x4(mean), noise0),
      );
      const high = f32x4.demote_f64x2_zero(
        f64x2.add(f64x2.promote_low_f32x4(i64x2.shuffle(mean, mean, 1, 1)), noise1),
      );
      const values = i64x2.shuffle(low, high, 0, 2);
      v128.store(target + x, values);
      least = f32x4.pmin(least, values);
      largest = f32x4.pmax(largest, values);
    }
  }
  least = f32x4.pmin(least, i64x2.shuffle(least, least, 1, 1));
  largest = f32x4.pmax(largest, i64x2.shuffle(largest, largest, 1, 1));
  state.least = min(f32x4.extract_lane(least, 0), f32x4.extract_lane(least, 1));
  state.largest = max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1));
}
