/** Rounding of `1 - confidence`. */
const ROUNDING = 1e-9;

/**
 * What is said of a difference: everything that speaks of a gain or a loss takes it from here.
 *
 * @param pValue two-sided, corrected for all that was tested beside it
 * @param estimate of the difference
 */
export function decide(
  pValue: number,
  estimate: number,
  confidence: number,
): 'gain' | 'loss' | 'undecided' {
  if (pValue > 1 - confidence + ROUNDING) return 'undecided';
  return estimate > 0 ? 'gain' : 'loss';
}
