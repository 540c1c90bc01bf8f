/**
 * How the difference between two scores becomes the probability that the first item is preferred. Both models
 * are symmetric, `P(-d) = 1 - P(d)`, and their logarithm is concave, so a posterior has one maximum.
 */
export interface PairModel {
  /** P(first preferred) for the difference `d` of the scores, 0..1. */
  probability(d: number): number;
  /** ln P(first preferred). */
  logProbability(d: number): number;
  /** The first derivative of `logProbability` and the negative second one; both are above 0. */
  derivatives(d: number): { slope: number; curvature: number };
  /** The derivative of `probability`. */
  density(d: number): number;
}
