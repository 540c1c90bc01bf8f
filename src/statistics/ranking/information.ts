import type { PairModel } from '../pair-model.ts';

/** Gauss-Hermite's rule of nine points for the standard normal distribution: [place, weight]. */
const RULE = [
  [-4.51274586339978, 0.00002234584401],
  [-3.20542900285647, 0.00278914132123],
  [-2.07684797867783, 0.04991640676522],
  [-1.02325566378913, 0.24409750289494],
  [0.0, 0.40634920634921],
  [1.02325566378913, 0.24409750289494],
  [2.07684797867783, 0.04991640676522],
  [3.20542900285647, 0.00278914132123],
  [4.51274586339978, 0.00002234584401],
] as const;

/**
 * How much one comparison is expected to say about the difference between two scores: the entropy of the answer
 * less the entropy that is left when the difference is known (Houlsby et al. 2011, "Bayesian active learning for
 * classification and preference learning"; for ranking Mikhailiuk et al. 2020, "Active sampling for pairwise
 * comparisons via approximate message passing and information gain maximization").
 *
 * @param difference mean of the difference
 * @param variance of the difference, at least 0
 * @returns in nats, 0..ln 2
 * @example
 * expectedInformation(thurstone, 0, 0); // 0: nothing is left to learn
 */
export function expectedInformation(
  { probability }: Pick<PairModel, 'probability'>,
  difference: number,
  variance: number,
): number {
  const deviation = Math.sqrt(variance);
  let mean = 0;
  let known = 0;
  for (const [place, weight] of RULE) {
    const better = probability(difference + deviation * place);
    mean += weight * better;
    known += weight * entropy(better);
  }
  return Math.max(0, entropy(mean) - known);
}

/** Of an answer with two outcomes, in nats. */
const entropy = (p: number): number =>
  p <= 0 || p >= 1 ? 0 : -p * Math.log(p) - (1 - p) * Math.log(1 - p);
