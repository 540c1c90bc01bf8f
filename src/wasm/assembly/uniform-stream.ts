import { reserve } from './memory';
import { BLOCK_UNIFORMS, nextUniforms, TWISTER_BYTES } from './mersenne-twister';

/** Most that can be taken at once. */
export const MAX_TAKEN: i32 = 256;

/** Uniforms of a generator one after the other, from any place of its sequence on. */
@unmanaged
export class UniformStream {
  twister: usize;
  buffer: usize;
  next: usize;
  end: usize;
}

export function newStream(): UniformStream {
  const stream = changetype<UniformStream>(reserve(offsetof<UniformStream>()));
  stream.twister = reserve(TWISTER_BYTES);
  stream.buffer = reserve((MAX_TAKEN + BLOCK_UNIFORMS) * 8);
  return stream;
}

/**
 * @param twister state of the generator before a block; it is copied
 * @param skipped uniforms of that block that are passed over, fewer than a block has
 */
export function startStream(stream: UniformStream, twister: usize, skipped: i32): void {
  memory.copy(stream.twister, twister, TWISTER_BYTES);
  nextUniforms(stream.twister, stream.buffer);
  stream.next = stream.buffer + skipped * 8;
  stream.end = stream.buffer + BLOCK_UNIFORMS * 8;
}

/** The next `count` uniforms, times 2^53, as f64 beside each other. */
export function takeUniforms(stream: UniformStream, count: i32): usize {
  let taken = stream.next;
  if (taken + count * 8 > stream.end) {
    const left = stream.end - taken;
    memory.copy(stream.buffer, taken, left);
    taken = stream.buffer;
    nextUniforms(stream.twister, taken + left);
    stream.end = taken + left + BLOCK_UNIFORMS * 8;
  }
  stream.next = taken + count * 8;
  return taken;
}
