/** p/255 for every byte, in double precision. */
export const BYTE_AS_FLOAT64: Float64Array = Float64Array.from({ length: 256 }, (_, p) => p / 255);

/** `value`, nominally 0..1, as a byte: clipped and truncated, never rounded. */
export function truncateToByte(value: number): number {
  const level = value * 255;
  return level <= 0 ? 0 : level >= 255 ? 255 : level | 0;
}
