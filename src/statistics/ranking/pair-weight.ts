import { PAIR_MODELS, type PairModelName, type PairScores } from '../pair-scores.ts';
import type { PairAnswer } from './pair-answer.ts';

/** An answer counts as one comparison at least, and as this many at most. */
const MOST = 1000;
/** Rounds of fitting and weighing, and the change of the weight that ends them. */
const MOST_ROUNDS = 8;
const SETTLED = 0.01;
/** Fewer answers that others foretell may agree by chance, so that they show nothing: each counts once. */
const LEAST_CHECKS = 3;
/** The fit rests on such an answer alone, so that without it nothing is known. */
const MOST_LEVERAGE = 0.999;

/**
 * As how many comparisons one answer counts. An answer of 0.8 from token probabilities says more of the difference
 * than one person who points at one of two images: how much more, the answers show by how well each is foretold by
 * the others. The mean squared error of these forecasts, in units of the variance that one comparison would have,
 * is 1 for answers that are as good as one comparison, and its reciprocal is the weight. That is the dispersion of a
 * quasi-likelihood (McCullagh & Nelder 1989, ch. 9), but by leaving each answer out, since with about as many answers
 * as scores a fit follows answers that say only "first" or "second" so well that they would seem exact.
 *
 * Each answer is left out by one Newton step from the full fit.
 *
 * @param scoresAt scores with one answer counting as so many comparisons
 * @returns 1..1000
 */
export function pairWeight(
  answers: readonly PairAnswer[],
  model: PairModelName,
  scoresAt: (weight: number) => PairScores,
): number {
  let weight = 1;
  if (!showWeight(answers)) return weight;
  for (let round = 0; answers.length > 0 && round < MOST_ROUNDS; round++) {
    const next = Math.min(
      MOST,
      Math.max(1, 1 / dispersion(answers, model, scoresAt(weight), weight)),
    );
    const change = Math.abs(next / weight - 1);
    weight = next;
    if (change < SETTLED) break;
  }
  return weight;
}

/**
 * Whether there are enough answers to show how much one is worth: as many as scores are free foretell nothing of each other,
 * and each further one is a check.
 */
export function showWeight(answers: readonly PairAnswer[]): boolean {
  const met = new Set(answers.flatMap(({ first, second }) => [first, second])).size;
  return answers.length - (met - 1) >= LEAST_CHECKS;
}

function dispersion(
  answers: readonly PairAnswer[],
  model: PairModelName,
  { scores, covariance }: PairScores,
  weight: number,
): number {
  const { probability, density } = PAIR_MODELS[model];
  const errors = answers.map(({ first, second, probability: answered }) => {
    const difference = scores[first]! - scores[second]!;
    const fitted = probability(difference);
    const slope = density(difference);
    const information = (weight * slope ** 2) / (fitted * (1 - fitted));
    const variance =
      covariance[first]![first]! + covariance[second]![second]! - 2 * covariance[first]![second]!;
    const leverage = Math.min(MOST_LEVERAGE, information * variance);
    const foretold = probability(
      difference - ((leverage / (1 - leverage)) * (answered - fitted)) / slope,
    );
    const spread = foretold * (1 - foretold);
    if (answered === foretold) return 0;
    return spread > 0 ? (answered - foretold) ** 2 / spread : Number.POSITIVE_INFINITY;
  });
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}
