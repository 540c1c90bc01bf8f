import { aggregate } from './aggregate.ts';
import { contrastScore } from './contrast.ts';
import type { ConditionResult, Weights } from './row-output.ts';

/**
 * The score of a row from its conditions: `sum_i w_i g_i` over the conditions that were not skipped,
 * their weights renormalised (METHOD step 4, arXiv 2411.12791).
 * Where the image was contrasted with its copies, the mean of the logits takes the place of the sum, whatever `weights` say.
 *
 * @param weights left out: `softmax` of the similarities as in the paper, or `uniform` where the
 *   prompt asked for none
 * @returns the score in 0..1, the weights in the order of `conditions` (0 for skipped ones), and their name
 * @throws RangeError with no condition left, or where `weights` needs similarities that were not asked for
 * @example
 * const asked = { severity: 3, psnrDb: 20 };
 * const { score, scheme } = scoreConditions([
 *   { ...asked, degradation: 'zoom_blur', quality: 0.8, similarity: 1 },
 *   { ...asked, degradation: 'fog', quality: 0.4, similarity: 0 },
 * ]);
 * [score, scheme]; // [0.6924, 'softmax']
 */
export function scoreConditions(
  conditions: readonly Omit<ConditionResult, 'weight'>[],
  weights?: Weights,
): { score: number; weights: number[]; scheme: Weights } {
  const kept = conditions.flatMap(({ quality, similarity, contrast }, index) =>
    quality === null ? [] : [{ index, quality, similarity, contrast }],
  );
  const hasSimilarities = kept.some(({ similarity }) => similarity !== null);
  const contrasts = kept.flatMap(({ contrast }) => contrast ?? []);
  // One image rated alone is one condition: every scheme gives it the weight 1. And every contrast counts alike.
  const isUniform = contrasts.length > 0 || (kept.length === 1 && !hasSimilarities);
  const scheme = isUniform ? 'uniform' : weights;
  const used = scheme ?? (hasSimilarities ? 'softmax' : 'uniform');
  const result = aggregate(kept, used);
  const all = conditions.map(() => 0);
  for (const [position, { index }] of kept.entries()) all[index] = result.weights[position]!;
  // The mean is taken where the differences are.
  const score = contrasts.length > 0 ? contrastScore(contrasts) : result.score;
  return { score, weights: all, scheme: used };
}
