import { both } from './constants';

const LENGTH: i32 = 624;
const SHIFT: i32 = 397;
/** Uniforms of a block: two 32-bit outputs make one. */
export const BLOCK_UNIFORMS: i32 = LENGTH / 2;

/** The state, and its first words once more behind its end. */
const STATE = memory.data(2512, 16);
const STATE_END = STATE + LENGTH * 4;

const UPPER_BIT = memory.data<u32>([0x80000000, 0x80000000, 0x80000000, 0x80000000]);
const LOWEST_BIT = memory.data<u32>([1, 1, 1, 1]);
const MATRIX = memory.data<u32>([0x9908b0df, 0x9908b0df, 0x9908b0df, 0x9908b0df]);
const TEMPER_B = memory.data<u32>([0x9d2c5680, 0x9d2c5680, 0x9d2c5680, 0x9d2c5680]);
const TEMPER_C = memory.data<u32>([0xefc60000, 0xefc60000, 0xefc60000, 0xefc60000]);
const TWO_26 = memory.data<f64>([67108864]);

/** Starts the one stream of this instance, as `Mt19937` in mt19937.ts. */
export function seedTwister(seed: u32): void {
  store<u32>(STATE, seed);
  for (let i = 1; i < LENGTH; i++) {
    seed = 1812433253 * (seed ^ (seed >>> 30)) + i;
    store<u32>(STATE + i * 4, seed);
  }
}

/** Writes the next `BLOCK_UNIFORMS` uniforms, times 2^53: whole numbers, as f64. */
export function nextUniforms(target: usize): void {
  twistAndTemper(STATE, STATE + SHIFT * 4, target);
  v128.store(STATE_END, v128.load(STATE));
  target += 16;
  let state = STATE + 16;
  const middle = STATE + (LENGTH - SHIFT + 1) * 4;
  for (; state < middle; state += 16, target += 16) twistAndTemper(state, state + SHIFT * 4, target);
  for (; state < STATE_END; state += 16, target += 16) {
    twistAndTemper(state, state - (LENGTH - SHIFT) * 4, target);
  }
}

/** Four words of the next state, and the two uniforms they make. */
// @ts-ignore: decorator
@inline
function twistAndTemper(state: usize, shifted: usize, target: usize): void {
  const following = v128.load(state, 4);
  const mixed = v128.bitselect(v128.load(state), following, v128.load(UPPER_BIT));
  const isOdd = i32x4.eq(v128.and(following, v128.load(LOWEST_BIT)), v128.load(LOWEST_BIT));
  let word = v128.xor(
    v128.xor(v128.load(shifted), i32x4.shr_u(mixed, 1)),
    v128.and(isOdd, v128.load(MATRIX)),
  );
  v128.store(state, word);
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
