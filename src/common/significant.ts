/**
 * A number with so many digits that count, and never as a power of ten: `130`, `8.40`, `0.000013`.
 *
 * @param digits at least 1
 */
export function significant(value: number, digits: number): string {
  const rounded = Number(value.toPrecision(digits));
  if (rounded === 0) return value.toFixed(digits - 1);
  const decimals = digits - 1 - Math.floor(Math.log10(Math.abs(rounded)));
  return rounded.toFixed(Math.min(100, Math.max(0, decimals)));
}
