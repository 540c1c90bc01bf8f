/**
 * Sum of the squared differences of two runs of bytes.
 *
 * @param count a multiple of 16, at most 2^18: each of the four sums stays below 2^32
 */
export function squaredError(a: usize, b: usize, count: i32): f64 {
  let sums = i32x4.splat(0);
  for (let i = 0; i < count; i += 16) {
    const left = v128.load(a + i);
    const right = v128.load(b + i);
    const low = i16x8.sub(i16x8.extend_low_i8x16_u(left), i16x8.extend_low_i8x16_u(right));
    const high = i16x8.sub(i16x8.extend_high_i8x16_u(left), i16x8.extend_high_i8x16_u(right));
    sums = i32x4.add(sums, i32x4.add(i32x4.dot_i16x8_s(low, low), i32x4.dot_i16x8_s(high, high)));
  }
  return (
    <f64>(<u32>i32x4.extract_lane(sums, 0)) +
    <f64>(<u32>i32x4.extract_lane(sums, 1)) +
    <f64>(<u32>i32x4.extract_lane(sums, 2)) +
    <f64>(<u32>i32x4.extract_lane(sums, 3))
  );
}
