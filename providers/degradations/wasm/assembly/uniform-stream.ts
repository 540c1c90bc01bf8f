import { BLOCK_UNIFORMS, nextUniforms } from './mersenne-twister';

/** Most that can be taken at once. */
export const MAX_TAKEN: i32 = 1024;

const BUFFER = memory.data(12672, 16);

let next: usize = BUFFER;
let end: usize = BUFFER;

/** Forgets what was generated ahead; for after `seedTwister`. */
export function restartUniforms(): void {
  next = BUFFER;
  end = BUFFER;
}

/** The next `count` uniforms, times 2^53, as f64 beside each other. */
export function takeUniforms(count: i32): usize {
  if (next + count * 8 > end) {
    memory.copy(BUFFER, next, end - next);
    end -= next - BUFFER;
    next = BUFFER;
    while (next + count * 8 > end) {
      nextUniforms(end);
      end += BLOCK_UNIFORMS * 8;
    }
  }
  const taken = next;
  next += count * 8;
  return taken;
}
