import type { ConditionResult, Weights } from '../providers/row-output.ts';
import { aggregate } from './statistics/index.ts';

/**
 * The score of a row from its conditions: `sum_i w_i g_i` over the conditions that were not skipped,
 * their weights renormalised (METHOD step 4, arXiv 2411.12791).
 *
 * @param weights left out: `softmax` of the similarities as in the paper, or `uniform` where the
 *   prompt asked for none
 * @returns the score in 0..1, the weights in the order of `conditions` (0 for skipped ones), and their name
 * @throws RangeError with no condition left, or where `weights` needs similarities that were not asked for
 */
export function scoreConditions(
  conditions: readonly Omit<ConditionResult, 'weight'>[],
  weights?: Weights,
): { score: number; weights: number[]; scheme: Weights } {
  const kept = conditions.flatMap(({ quality, similarity }, index) =>
    quality === null ? [] : [{ index, quality, similarity }],
  );
  const hasSimilarities = kept.some(({ similarity }) => similarity !== null);
  // One image rated alone is one condition: every scheme gives it the weight 1.
  const scheme = kept.length === 1 && !hasSimilarities ? 'uniform' : weights;
  const used = scheme ?? (hasSimilarities ? 'softmax' : 'uniform');
  const result = aggregate(kept, used);
  const all = conditions.map(() => 0);
  for (const [position, { index }] of kept.entries())
    all[index] = result.weights[position] as number;
  return { score: result.score, weights: all, scheme: used };
}
