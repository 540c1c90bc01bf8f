/**
 * Holm's step-down correction (Scand. J. Stat. 6, 1979) of the p-values of a family of tests.
 *
 * @returns adjusted p-values in the order given: at or below alpha where the family-wise test rejects
 * @throws RangeError a p-value outside 0..1
 * @example
 * holm([0.01, 0.04, 0.03]); // [0.03, 0.06, 0.06]
 */
export function holm(pValues: readonly number[]): number[] {
  const wrong = pValues.findIndex((p) => !(p >= 0 && p <= 1));
  if (wrong >= 0) throw new RangeError(`p-value ${wrong + 1} is ${pValues[wrong]}; not in 0..1`);
  const order = pValues.map((_, i) => i).sort((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0));
  const adjusted = pValues.map(() => 1);
  let largest = 0;
  for (const [place, i] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - place) * pValues[i]!));
    adjusted[i] = largest;
  }
  return adjusted;
}
