import { both } from './constants';

const LENGTH: i32 = 624;
const SHIFT: i32 = 397;
/** Uniforms of a block: two 32-bit outputs make one. */
export const BLOCK_UNIFORMS: i32 = LENGTH / 2;

/** Bytes of a generator's state: its words, and the first of them once more behind the last. */
export const TWISTER_BYTES: i32 = 2512;

const UPPER_BIT = memory.data<u32>([0x80000000, 0x80000000, 0x80000000, 0x80000000]);
const LOWEST_BIT = memory.data<u32>([1, 1, 1, 1]);
const MATRIX = memory.data<u32>([0x9908b0df, 0x9908b0df, 0x9908b0df, 0x9908b0df]);
const TEMPER_B = memory.data<u32>([0x9d2c5680, 0x9d2c5680, 0x9d2c5680, 0x9d2c5680]);
const TEMPER_C = memory.data<u32>([0xefc60000, 0xefc60000, 0xefc60000, 0xefc60000]);
const TWO_26 = memory.data<f64>([67108864]);

/** Starts the generator whose state is at `twister`, as `Mt19937` in mt19937.ts. */
export function seedTwister(twister: usize, seed: u32): void {
  store<u32>(twister, seed);
  for (let i = 1; i < LENGTH; i++) {
    seed = 1812433253 * (seed ^ (seed >>> 30)) + i;
    store<u32>(twister + i * 4, seed);
  }
}

/** Writes the next `BLOCK_UNIFORMS` uniforms, times 2^53: whole numbers, as f64. */
export function nextUniforms(twister: usize, target: usize): void {
  const end = twister + LENGTH * 4;
  temper(twist(twister, twister + SHIFT * 4), target);
  v128.store(end, v128.load(twister));
  target += 16;
  let state = twister + 16;
  const middle = twister + (LENGTH - SHIFT + 1) * 4;
  for (; state < middle; state += 16, target += 16) temper(twist(state, state + SHIFT * 4), target);
  for (; state < end; state += 16, target += 16) {
    temper(twist(state, state - (LENGTH - SHIFT) * 4), target);
  }
}

/** Passes over the next `BLOCK_UNIFORMS` uniforms. */
export function skipUniforms(twister: usize): void {
  const end = twister + LENGTH * 4;
  twist(twister, twister + SHIFT * 4);
  v128.store(end, v128.load(twister));
  let state = twister + 16;
  const middle = twister + (LENGTH - SHIFT + 1) * 4;
  for (; state < middle; state += 16) twist(state, state + SHIFT * 4);
  for (; state < end; state += 16) twist(state, state - (LENGTH - SHIFT) * 4);
}

/** Four words of the next state. */
// @ts-ignore: decorator
@inline
function twist(state: usize, shifted: usize): v128 {
  const following = v128.load(state, 4);
  const mixed = v128.bitselect(v128.load(state), following, v128.load(UPPER_BIT));
  const isOdd = i32x4.eq(v128.and(following, v128.load(LOWEST_BIT)), v128.load(LOWEST_BIT));
  const word = v128.xor(
    v128.xor(v128.load(shifted), i32x4.shr_u(mixed, 1)),
    v128.and(isOdd, v128.load(MATRIX)),
  );
  v128.store(state, word);
  return word;
}

/** The two uniforms that four words make. */
// @ts-ignore: decorator
@inline
function temper(word: v128, target: usize): void {
  word = v128.xor(word, i32x4.shr_u(word, 11));
  word = v128.xor(word, v128.and(i32x4.shl(word, 7), v128.load(TEMPER_B)));
  word = v128.xor(word, v128.and(i32x4.shl(word, 15), v128.load(TEMPER_C)));
  word = v128.xor(word, i32x4.shr_u(word, 18));
  const high = i32x4.shr_u(word, 5);
  const low = i32x4.shr_u(word, 6);
  v128.store(
    target,
    f64x2.add(
      f64x2.mul(f64x2.convert_low_i32x4_s(i32x4.shuffle(high, high, 0, 2, 0, 2)), both(TWO_26)),
      f64x2.convert_low_i32x4_s(i32x4.shuffle(low, low, 1, 3, 1, 3)),
    ),
  );
}
