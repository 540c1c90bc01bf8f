import type { PairModel } from './pair-model.ts';

/**
 * The model of Bradley and Terry (1952, "Rank analysis of incomplete block designs"): the odds that the first
 * item is preferred are the ratio of two strengths. Scores are logarithms of strengths, so P(first preferred)
 * is the logistic function of their difference.
 */
export const bradleyTerry: PairModel = {
  probability: logistic,
  logProbability: (d) => (d < 0 ? d - Math.log1p(Math.exp(d)) : -Math.log1p(Math.exp(-d))),
  derivatives(d) {
    const lost = logistic(-d);
    return { slope: lost, curvature: lost * logistic(d) };
  },
  density: (d) => logistic(d) * logistic(-d),
};

/** 1 / (1 + exp(-d)), without overflow. */
function logistic(d: number): number {
  const small = Math.exp(-Math.abs(d));
  return d >= 0 ? 1 / (1 + small) : small / (1 + small);
}
