/** The middle between two levels and a score that stands there differ in their last bits. */
const ROUNDING = 1e-9;

/**
 * Cuts scores into the levels of a prompt: each goes to the level whose value is nearest, and one in the middle
 * between two to the better.
 *
 * @param scores 0..1
 * @param values of the levels, 0..1, ascending and distinct
 * @returns 0 for the worst level
 * @example
 * [...levelsOf([0.1, 0.4, 0.9], [0, 0.5, 1])]; // [0, 1, 2]
 */
export function levelsOf(scores: ArrayLike<number>, values: readonly number[]): Uint8Array {
  const cuts = values.slice(1).map((value, index) => (value + values[index]!) / 2);
  return Uint8Array.from(scores, (score) => cuts.filter((cut) => score >= cut - ROUNDING).length);
}

/**
 * MOS on the scale of scores, the ends of its scale at 0 and 1.
 *
 * @example
 * [...onUnitScale([1, 3, 5], [1, 5])]; // [0, 0.5, 1]
 */
export const onUnitScale = (
  mos: ArrayLike<number>,
  [worst, best]: readonly [number, number],
): Float64Array => Float64Array.from(mos, (value) => (value - worst) / (best - worst));
