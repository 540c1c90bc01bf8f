/** p/255 for every byte, rounded to single precision. */
export const BYTE_AS_FLOAT32: Float32Array = Float32Array.from({ length: 256 }, (_, p) => p / 255);

/** `value`, nominally 0..1, as a byte: the product with 255 in single precision, clipped and truncated. */
export function truncateToByteFloat32(value: number): number {
  const level = Math.fround(value * 255);
  return level <= 0 ? 0 : level >= 255 ? 255 : level | 0;
}
