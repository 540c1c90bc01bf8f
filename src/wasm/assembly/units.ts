/**
 * p/255 of bytes, correctly rounded, without a division: 1/255 is split into a first part whose
 * product with a byte is exact, and a rest, so that only the sum rounds. All 256 values are tested.
 */
const FLOAT64_PARTS = memory.data<f64>([
  1.0 / 256 + 1.0 / 65536 + 1.0 / 16777216 + 1.0 / 4294967296 + 1.0 / 1099511627776 + 1.0 / 281474976710656,
  1.0 / 255 / 281474976710656,
]);
const FLOAT32_PARTS = memory.data<f32>([1.0 / 256 + 1.0 / 65536, 1.0 / 255 / 65536]);

/** @param bytes two integers 0..255 in the low lanes of an i32x4 */
// @ts-ignore: decorator
@inline
export function unitsFloat64(bytes: v128): v128 {
  const levels = f64x2.convert_low_i32x4_s(bytes);
  return f64x2.add(
    f64x2.mul(levels, v128.load64_splat(FLOAT64_PARTS)),
    f64x2.mul(levels, v128.load64_splat(FLOAT64_PARTS, 8)),
  );
}

/** @param bytes four integers 0..255, i32x4 */
// @ts-ignore: decorator
@inline
export function unitsFloat32(bytes: v128): v128 {
  const levels = f32x4.convert_i32x4_s(bytes);
  return f32x4.add(
    f32x4.mul(levels, v128.load32_splat(FLOAT32_PARTS)),
    f32x4.mul(levels, v128.load32_splat(FLOAT32_PARTS, 4)),
  );
}

/** p/255 of one byte, correctly rounded to single precision. */
// @ts-ignore: decorator
@inline
export function unitFloat32(byte: u8): f32 {
  return <f32>byte * load<f32>(FLOAT32_PARTS) + <f32>byte * load<f32>(FLOAT32_PARTS, 4);
}

/** For tests: p/255 for every byte, as f64 and as f32. */
export function unitsOf(float64: usize, float32: usize): void {
  for (let byte = 0; byte < 256; byte++) {
    v128.store64_lane(float64 + byte * 8, unitsFloat64(i32x4.splat(byte)), 0);
    v128.store32_lane(float32 + byte * 4, unitsFloat32(i32x4.splat(byte)), 0);
  }
}
