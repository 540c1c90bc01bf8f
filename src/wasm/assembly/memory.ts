/** First byte that is not reserved. */
let top: usize = __heap_base;

/** Reserves `bytes` of memory with 64 more that may be read and written past their end. */
export function reserve(bytes: usize): usize {
  const start = (top + 63) & ~63;
  top = start + bytes + 64;
  const missing = <isize>((top + 0xffff) >> 16) - <isize>memory.size();
  if (missing > 0 && memory.grow(<i32>missing) < 0) unreachable();
  return start;
}

/** Forgets all that was reserved. */
export function releaseAll(): void {
  top = __heap_base;
}
