import { bradleyTerry } from './bradley-terry.ts';
import { cholesky, inverseWith, type Matrix, solveWith } from './cholesky.ts';
import type { PairModel } from './pair-model.ts';
import { thurstone } from './thurstone.ts';

/** The models by the names under which a user asks for them. */
export const PAIR_MODELS = { thurstone, 'bradley-terry': bradleyTerry } as const;

export type PairModelName = keyof typeof PAIR_MODELS;

/** What came of comparing two items. Entries about the same two items add up, in either order. */
export interface PairCount {
  /** Places of the two items, from 0. */
  first: number;
  second: number;
  /**
   * How often the first and how often the second was preferred: at least 0, not necessarily whole. A tie adds
   * one half to both.
   */
  wins: number;
  losses: number;
}

/** Scores of items that were compared in pairs. */
export interface PairScores {
  /** In units of the model, one an item; where none is fixed they sum to 0 up to rounding. */
  scores: number[];
  /** Standard errors of `scores`: of the normal approximation to the posterior at its maximum; 0 of what is fixed. */
  standardErrors: number[];
  /** Of the same approximation, n x n: the inverse of the negative second derivatives; 0 of what is fixed. */
  covariance: Matrix;
}

/** Newton's steps that it may take; it takes about six. */
const MAX_STEPS = 200;
/** A step that moves no score by more ends the search. */
const SETTLED = 1e-12;
/** Times that one step is halved. */
const MAX_HALVINGS = 60;

/**
 * The scores with the largest posterior density, given comparisons in pairs: the likelihood of Thurstone's
 * model or of Bradley and Terry's, and a normal prior of mean 0 on each score (Tsukida and Gupta 2011, section 3).
 * With the prior there is one maximum, also where an item has won always or two sets of items have never met.
 *
 * @param count how many items there are, at least 1; those that were never compared get the score 0
 * @param priorVariance variance of the prior on each score, above 0; default 1
 * @param fixed scores that are given, by the item's place: those of anchors that the others are measured from
 * @throws RangeError a count below 0, an item that there is not, or one that is compared with itself
 * @example
 * const { scores } = pairScores(2, [{ first: 0, second: 1, wins: 3, losses: 1 }]);
 * scores.map((score) => Number(score.toFixed(3))); // [0.275, -0.275]
 */
export function pairScores(
  count: number,
  counts: readonly PairCount[],
  {
    model = 'thurstone',
    priorVariance = 1,
    fixed = new Map(),
  }: {
    model?: PairModelName;
    priorVariance?: number;
    fixed?: ReadonlyMap<number, number>;
  } = {},
): PairScores {
  checkCounts(count, counts, priorVariance);
  checkFixed(count, fixed);
  const setting = { counts, model: PAIR_MODELS[model], priorVariance, fixed };
  let scores: Float64Array = Float64Array.from({ length: count }, (_, i) => fixed.get(i) ?? 0);
  for (let step = 0; step < MAX_STEPS; step++) {
    const { gradient, curvature } = derivativesAt(scores, setting);
    const move = solveWith(cholesky(curvature), gradient);
    const next = climbed(scores, move, setting);
    const moved = Math.max(...next.map((score, i) => Math.abs(score - scores[i]!)));
    scores = next;
    if (moved < SETTLED) break;
  }
  const covariance = inverseWith(cholesky(derivativesAt(scores, setting).curvature));
  for (const item of fixed.keys()) covariance[item]![item] = 0;
  return {
    scores: [...scores],
    standardErrors: covariance.map((row, i) => Math.sqrt(row[i]!)),
    covariance,
  };
}

interface Setting {
  counts: readonly PairCount[];
  model: PairModel;
  priorVariance: number;
  fixed: ReadonlyMap<number, number>;
}

/** Logarithm of the posterior density, up to a constant. */
function logPosterior(scores: Float64Array, { counts, model, priorVariance }: Setting): number {
  const prior = scores.reduce((sum, score) => sum + score ** 2, 0) / (2 * priorVariance);
  return counts.reduce((sum, { first, second, wins, losses }) => {
    const d = scores[first]! - scores[second]!;
    // 0 times minus infinity is not 0.
    const won = wins === 0 ? 0 : wins * model.logProbability(d);
    return sum + won + (losses === 0 ? 0 : losses * model.logProbability(-d));
  }, -prior);
}

/** Its gradient and its negative second derivatives; of a fixed item a gradient of 0, and no tie to the others. */
function derivativesAt(
  scores: Float64Array,
  { counts, model, priorVariance, fixed }: Setting,
): { gradient: Float64Array; curvature: Matrix } {
  const gradient = scores.map((score) => -score / priorVariance);
  const curvature: Matrix = Array.from(scores, (_, i) => {
    const row = new Float64Array(scores.length);
    row[i] = 1 / priorVariance;
    return row;
  });
  for (const { first, second, wins, losses } of counts) {
    const d = scores[first]! - scores[second]!;
    const [won, lost] = [model.derivatives(d), model.derivatives(-d)];
    const slope = wins * won.slope - losses * lost.slope;
    const bend = wins * won.curvature + losses * lost.curvature;
    gradient[first]! += slope;
    gradient[second]! -= slope;
    curvature[first]![first]! += bend;
    curvature[second]![second]! += bend;
    curvature[first]![second]! -= bend;
    curvature[second]![first]! -= bend;
  }
  for (const item of fixed.keys()) {
    gradient[item] = 0;
    for (const row of curvature) row[item] = 0;
    curvature[item]!.fill(0)[item] = 1;
  }
  return { gradient, curvature };
}

/** The whole step, or as much of it as does not lead down. */
function climbed(scores: Float64Array, move: Float64Array, setting: Setting): Float64Array {
  const before = logPosterior(scores, setting);
  for (let halving = 0, share = 1; halving < MAX_HALVINGS; halving++, share /= 2) {
    const next = scores.map((score, i) => score + share * move[i]!);
    if (logPosterior(next, setting) >= before) return next;
  }
  // Rounding alone is left.
  return scores;
}

function checkFixed(count: number, fixed: ReadonlyMap<number, number>): void {
  for (const [item, score] of fixed) {
    if (!(Number.isInteger(item) && item >= 0 && item < count)) {
      throw new RangeError(`item ${item} is fixed; there are ${count}, counted from 0`);
    }
    if (!Number.isFinite(score)) {
      throw new RangeError(`item ${item} is fixed at ${score}; it must be a number`);
    }
  }
}

function checkCounts(count: number, counts: readonly PairCount[], priorVariance: number): void {
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new RangeError(`count is ${count}; it must be a whole number of items, at least 1`);
  }
  if (!(priorVariance > 0 && Number.isFinite(priorVariance))) {
    throw new RangeError(`priorVariance is ${priorVariance}; it must be a number above 0`);
  }
  const isPlace = (place: number) => Number.isInteger(place) && place >= 0 && place < count;
  for (const { first, second, wins, losses } of counts) {
    if (!isPlace(first) || !isPlace(second)) {
      throw new RangeError(
        `items ${first} and ${second} are compared; there are ${count}, counted from 0`,
      );
    }
    if (first === second) throw new RangeError(`item ${first} is compared with itself`);
    for (const times of [wins, losses]) {
      if (!(times >= 0 && Number.isFinite(times))) {
        throw new RangeError(
          `items ${first} and ${second}: ${times} comparisons; it must be a number, at least 0`,
        );
      }
    }
  }
}
