import type { Metric } from './index.ts';

/** Scores as they were computed, and as they are ranked. */
export interface Scores {
  /** As computed: PLCC and mappings take these. */
  scores: Float64Array;
  /** Rounded by `rankScores`: SRCC, KRCC and places take these. */
  ranked: Float64Array;
}

/**
 * Steps in 1 to which scores are rounded before they are ranked. Token probabilities are read from
 * 16- or 32-bit logits, so that less than 1e-6 between two of them is no order; shares of samples and
 * computed scores are exact but for the last bits of their sums.
 */
const STEPS = { exact: 1e9, logprobs: 1e6 };

/**
 * Where between two steps rounding turns: at no share of small numbers. At the middle (0.5) it would
 * turn at scores that there are, such as odd multiples of 1/1024, and their last bit would decide.
 */
const TURN = (Math.sqrt(5) - 1) / 2;

/**
 * Scores ready for ranking. Those that are equal by construction (shares of n answers, weighted sums of
 * them) differ in the last bit after floating-point sums, and are rounded to be ties again: to 1e-9,
 * or to 1e-6 where any score comes from token probabilities. Two scores that differ by less can still fall
 * on either side of a rounding boundary; only those within some 1e-15 of each other are sure to be tied.
 * Scores that were all read from a list are no sums, and stay as they are: between the ends of a list whose
 * greatest score is far above the others, all of those may lie within 1e-9.
 *
 * @param scores in 0..1
 * @param sources of the scores' probabilities: `logprobs`, `samples`, `computed`, `listed`
 * @returns multiples of 1e-9 or 1e-6 in 0..1, or listed scores as they are; PLCC and mappings take the scores as they are
 */
export function rankScores(scores: ArrayLike<number>, sources: Iterable<string>): Float64Array {
  const all = [...sources];
  if (all.length > 0 && all.every((source) => source === 'listed'))
    return Float64Array.from(scores);
  const isFromTokens = all.some((source) => source.includes('logprobs'));
  const steps = isFromTokens ? STEPS.logprobs : STEPS.exact;
  return Float64Array.from(scores, (score) => Math.floor(score * steps + TURN) / steps);
}

/** The scores that a correlation takes. */
export const scoresFor = (metric: Metric, { scores, ranked }: Scores): Float64Array =>
  metric === 'PLCC' ? scores : ranked;
