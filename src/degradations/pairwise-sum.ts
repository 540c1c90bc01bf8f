/**
 * A sum in the order in which numpy adds up to 128 numbers: eight running sums, those in pairs, then
 * what is left. Other orders round differently, and a byte that is cut off shows it.
 */
export function pairwiseSum(values: Float64Array): number {
  const whole = values.length - (values.length % 8);
  const rest = values.subarray(whole);
  if (whole === 0) return rest.reduce((sum, value) => sum + value, 0);
  const sums = values.slice(0, 8);
  for (let i = 8; i < whole; i++) sums[i % 8] = sums[i % 8]! + values[i]!;
  const pair = (i: number) => sums[i]! + sums[i + 1]!;
  return rest.reduce((sum, value) => sum + value, pair(0) + pair(2) + (pair(4) + pair(6)));
}
