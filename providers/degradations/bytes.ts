/** p/255 for every byte, in double precision. */
export const BYTE_AS_FLOAT64: Float64Array = Float64Array.from({ length: 256 }, (_, p) => p / 255);

/** p/255 for every byte, rounded to single precision. */
export const BYTE_AS_FLOAT32: Float32Array = Float32Array.from(BYTE_AS_FLOAT64);

/** `value`, nominally 0..1, as a byte: clipped and truncated, never rounded. */
export function truncateToByte(value: number): number {
  const level = value * 255;
  return level <= 0 ? 0 : level >= 255 ? 255 : level | 0;
}

/** As `truncateToByte`, the product with 255 rounded to single precision first. */
export function truncateToByteFloat32(value: number): number {
  const level = Math.fround(value * 255);
  return level <= 0 ? 0 : level >= 255 ? 255 : level | 0;
}
