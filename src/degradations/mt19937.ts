const STATE_LENGTH = 624;
const SHIFT_LENGTH = 397;

/**
 * The Mersenne Twister MT19937 (Matsumoto & Nishimura 1998), seeded with one 32-bit integer, as
 * numpy's legacy generator: the stream behind every random degradation.
 */
export class Mt19937 {
  readonly #state = new Uint32Array(STATE_LENGTH);
  /** The uniforms of one block; two 32-bit outputs make one. */
  readonly #uniforms = new Float64Array(STATE_LENGTH / 2);
  #next = STATE_LENGTH / 2;

  /** @param seed unsigned 32-bit integer */
  constructor(seed: number) {
    const state = this.#state;
    state[0] = seed;
    for (let i = 1; i < STATE_LENGTH; i++) {
      const previous = state[i - 1]!;
      state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
  }

  /** The next uniform number of [0, 1), with 53 bits. */
  uniform(): number {
    if (this.#next === STATE_LENGTH / 2) this.#refill();
    return this.#uniforms[this.#next++]!;
  }

  #refill(): void {
    twist(this.#state);
    const state = this.#state;
    const uniforms = this.#uniforms;
    for (let i = 0; i < uniforms.length; i++) {
      const a = temper(state[2 * i]!) >>> 5;
      const b = temper(state[2 * i + 1]!) >>> 6;
      uniforms[i] = (a * 67108864 + b) / 9007199254740992;
    }
    this.#next = 0;
  }
}

function twist(state: Uint32Array): void {
  for (let i = 0; i < STATE_LENGTH; i++) {
    const following = state[i + 1 === STATE_LENGTH ? 0 : i + 1]!;
    const mixed = (state[i]! & 0x80000000) | (following & 0x7fffffff);
    const shifted =
      i + SHIFT_LENGTH < STATE_LENGTH ? i + SHIFT_LENGTH : i + SHIFT_LENGTH - STATE_LENGTH;
    state[i] = state[shifted]! ^ (mixed >>> 1) ^ (-(mixed & 1) & 0x9908b0df);
  }
}

function temper(word: number): number {
  let y = word;
  y ^= y >>> 11;
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return y ^ (y >>> 18);
}
