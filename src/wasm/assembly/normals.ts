import { both } from './constants';
import { logarithms } from './logarithm';
import { BLOCK_UNIFORMS, nextUniforms, seedTwister, TWISTER_BYTES } from './mersenne-twister';

/** Most that `nextNormals` writes. */
export const BLOCK_NORMALS: i32 = BLOCK_UNIFORMS;

const TWISTER = memory.data(TWISTER_BYTES, 16);
const UNIFORMS = memory.data(2496, 16);
/** The accepted points (x2, x1) of a block, and their squared radii; room for two more. */
const POINTS = memory.data(2528, 16);
const RADII = memory.data(1264, 16);

const ULP_OF_TWO = memory.data<f64>([2.220446049250313e-16]);
const ONE = memory.data<f64>([1]);
const MINUS_TWO = memory.data<f64>([-2]);

/** Starts the one stream of normals of this instance. */
export function seedNormals(seed: u32): void {
  seedTwister(TWISTER, seed);
}

/**
 * Writes `location + scale * z` for the next block's normals z, as `NormalStream` in normal-stream.ts.
 *
 * @returns the end of what was written
 */
export function nextNormals(target: usize, location: f64, scale: f64): usize {
  nextUniforms(TWISTER, UNIFORMS);
  const count = acceptPoints();
  const locations = f64x2.splat(location);
  const scales = f64x2.splat(scale);
  for (let i = 0; i < count; i += 2) {
    const r2 = v128.load(RADII + i * 8);
    const f = f64x2.sqrt(f64x2.div(f64x2.mul(both(MINUS_TWO), logarithms(r2)), r2));
    const points = POINTS + i * 16;
    const out = target + i * 16;
    const first = f64x2.mul(i64x2.shuffle(f, f, 0, 0), v128.load(points));
    const second = f64x2.mul(i64x2.shuffle(f, f, 1, 1), v128.load(points, 16));
    v128.store(out, f64x2.add(locations, f64x2.mul(scales, first)));
    v128.store(out, f64x2.add(locations, f64x2.mul(scales, second)), 16);
  }
  return target + count * 16;
}

/** Keeps the points of the square that lie in the circle, without branches. */
function acceptPoints(): i32 {
  let count = 0;
  const end = UNIFORMS + BLOCK_UNIFORMS * 8;
  const ulp = both(ULP_OF_TWO);
  const one = both(ONE);
  for (let p = UNIFORMS; p < end; p += 32) {
    const a = f64x2.sub(f64x2.mul(v128.load(p), ulp), one);
    const b = f64x2.sub(f64x2.mul(v128.load(p, 16), ulp), one);
    const aa = f64x2.mul(a, a);
    const bb = f64x2.mul(b, b);
    const r2 = f64x2.add(i64x2.shuffle(aa, bb, 0, 2), i64x2.shuffle(aa, bb, 1, 3));
    const isInside = i64x2.bitmask(
      v128.and(f64x2.lt(r2, one), f64x2.ne(r2, f64x2.splat(0))),
    );
    v128.store(POINTS + count * 16, i64x2.shuffle(a, a, 1, 0));
    v128.store64_lane(RADII + count * 8, r2, 0);
    count += isInside & 1;
    v128.store(POINTS + count * 16, i64x2.shuffle(b, b, 1, 0));
    v128.store64_lane(RADII + count * 8, r2, 1);
    count += isInside >> 1;
  }
  // Its partner in a vector, when the count is odd, is computed in vain.
  store<f64>(RADII + count * 8, 0.5);
  return count;
}
