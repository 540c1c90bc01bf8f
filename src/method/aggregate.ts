/** How conditions are weighted. `softmax` is the paper's. */
export type Weighting = 'softmax' | 'uniform' | 'proportional';

/** What was answered under one condition, both in 0..1; `similarity` is null where it was not asked for. */
export interface WeightedCondition {
  quality: number;
  similarity: number | null;
}

/**
 * The conditional-probability model of Q-Debias (arXiv 2411.12791):
 * `p(y|x) = sum_i p(y|x, x'_i) p(x'_i|x)`, where `p(x'_i|x)` is the softmax of the similarities (of
 * the probabilities themselves, no temperature); or their share of the sum (`proportional`); or the
 * same for all (`uniform`).
 *
 * @returns the score in 0..1, the same to the last bit for any order of the conditions, and the weights
 *   in their order, summing to 1
 * @throws RangeError for no conditions, values outside 0..1, or similarities that are missing or all 0
 */
export function aggregate(
  conditions: readonly WeightedCondition[],
  weighting: Weighting,
): { score: number; weights: number[] } {
  if (conditions.length === 0) throw new RangeError('there is no condition to aggregate');
  for (const [index, { quality }] of conditions.entries()) checkShare('quality', quality, index);
  const shares = unnormalizedWeights(conditions, weighting);
  const total = sumOf(shares);
  if (total === 0) {
    throw new RangeError(
      'all similarities are 0, so proportional weights are undefined; use softmax or uniform',
    );
  }
  const weights = shares.map((share) => share / total);
  const score = sumOf(conditions.map(({ quality }, i) => weights[i]! * quality));
  return { score: Math.min(1, Math.max(0, score)), weights };
}

/** Smallest first, so that the order of the conditions does not change the last bit. */
const sumOf = (terms: readonly number[]): number =>
  terms.toSorted((a, b) => a - b).reduce((sum, term) => sum + term, 0);

function unnormalizedWeights(
  conditions: readonly WeightedCondition[],
  weighting: Weighting,
): number[] {
  if (weighting === 'uniform') return conditions.map(() => 1);
  return conditions.map(({ similarity }, index) => {
    if (similarity === null) {
      throw new RangeError(
        `condition ${index + 1} has no similarity, which ${weighting} weights need; use uniform weights, or a prompt file with a similarity question`,
      );
    }
    checkShare('similarity', similarity, index);
    return weighting === 'softmax' ? Math.exp(similarity) : similarity;
  });
}

function checkShare(name: string, value: number, index: number): void {
  if (!(value >= 0 && value <= 1)) {
    throw new RangeError(`${name} of condition ${index + 1} is ${value}; it must lie in 0..1`);
  }
}
