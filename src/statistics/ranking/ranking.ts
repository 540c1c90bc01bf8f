import { DEFAULT_CONFIDENCE } from '../defaults.ts';
import { normalUpperQuantile, normalUpperTail } from '../normal.ts';
import { type PairModelName, type PairScores, pairScores } from '../pair-scores.ts';
import { sideOf } from '../preferences/preference.ts';
import { answeredOrder, orderBy } from './answered-order.ts';
import { monotone } from './monotone.ts';
import { CLEAR, type PairAnswer } from './pair-answer.ts';
import { pairWeight, showWeight } from './pair-weight.ts';

export type RankingModel = PairModelName;

/**
 * Variance of the prior on each score: wide, so that it keeps the scores of items finite that have always won and
 * moves the others little. A standard deviation of 4 lets one item be better than another with odds of 1 to
 * e^16.
 */
export const PRIOR_VARIANCE = 16;

/** An item in its place. */
export interface RankedItem {
  item: number;
  /** From 1, the best. */
  rank: number;
  /** In units of the model, the mean of all is 0; never higher than that of an item above. */
  score: number;
  /** Of the score against the mean of all items. */
  standardError: number;
  low: number;
  high: number;
  /** Answers that it stands in. */
  comparisons: number;
  /** P(it is better than the item below), left out for the last one. */
  aboveNext?: number;
  /** Whether that is beyond the confidence asked for; left out for the last one. */
  decidedNext?: boolean;
}

export interface Ranking {
  /** From the best to the worst. */
  items: RankedItem[];
  /** Answers whose better item stands below the other. */
  contradicted: number;
  /** Clear ones among them. */
  clearlyContradicted: number;
  comparisons: number;
  /** As how many comparisons each answer counts, see `pairWeight`. */
  weight: number;
  /** Whether the answers show that; else each counts as one comparison. */
  isWeightShown: boolean;
}

/**
 * Ranks items that were compared in pairs. Each answer counts as some comparisons (`pairWeight`), which are divided
 * between both items as its probability says.
 *
 * @param count items; one that was never compared has the score 0 and the widest interval
 * @param confidence two-sided, of the intervals and of what counts as decided
 * @throws RangeError as `pairScores`
 * @example
 * const answers = [
 *   { first: 0, second: 1, probability: 0.95 },
 *   { first: 1, second: 2, probability: 0.8 },
 * ];
 * rankingOf(3, answers).items.map(({ item }) => item); // [0, 1, 2]
 */
export function rankingOf(
  count: number,
  answers: readonly PairAnswer[],
  {
    model = 'bradley-terry',
    confidence = DEFAULT_CONFIDENCE,
  }: { model?: RankingModel; confidence?: number } = {},
): Ranking {
  const none = {
    contradicted: 0,
    clearlyContradicted: 0,
    comparisons: 0,
    weight: 1,
    isWeightShown: false,
  };
  if (count === 0) return { items: [], ...none };
  const weight = pairWeight(answers, model, (tried) => scoresOf(count, answers, model, tried));
  const { scores, covariance } = scoresOf(count, answers, model, weight);
  const order = orderBy(answeredOrder(count, answers), scores);
  // The prior holds the level of all scores together, which is no property of an item: each score is taken
  // against the mean of all.
  const variances = covariance.map((row, i) => Math.max(0, row[i]! - PRIOR_VARIANCE / count));
  const falling = monotone(
    order.map((item) => scores[item]!),
    order.map((item) => 1 / Math.max(variances[item]!, Number.MIN_VALUE)),
  );
  // Means with weights have moved the mean.
  const mean = falling.reduce((sum, score) => sum + score, 0) / count;
  const ordered = falling.map((score) => score - mean);
  const z = normalUpperQuantile((1 - confidence) / 2);
  const items = order.map((item, place): RankedItem => {
    const score = ordered[place]!;
    const standardError = Math.sqrt(variances[item]!);
    const next = order[place + 1];
    const reach = z * standardError;
    return {
      ...{ item, rank: place + 1, score, standardError },
      ...{ low: score - reach, high: score + reach },
      comparisons: answers.filter(({ first, second }) => first === item || second === item).length,
      ...(next !== undefined &&
        againstNext(score - ordered[place + 1]!, varianceOf(covariance, item, next), z)),
    };
  });
  const rank = new Map(order.map((item, place) => [item, place]));
  const contradicted = answers.filter(
    ({ first, second, probability }) =>
      sideOf(probability) !== 'tie' &&
      (probability - 0.5) * (rank.get(second)! - rank.get(first)!) < 0,
  );
  return {
    items,
    contradicted: contradicted.length,
    clearlyContradicted: contradicted.filter(({ probability }) => isClear(probability)).length,
    comparisons: answers.length,
    weight,
    isWeightShown: showWeight(answers),
  };
}

/** The scores alone, before answers are followed, where each answer counts as `weight` comparisons. */
export const scoresOf = (
  count: number,
  answers: readonly PairAnswer[],
  model: RankingModel,
  weight = 1,
): PairScores =>
  pairScores(
    count,
    answers.map(({ first, second, probability }) => ({
      ...{ first, second, wins: weight * probability, losses: weight * (1 - probability) },
    })),
    { model, priorVariance: PRIOR_VARIANCE },
  );

const varianceOf = (covariance: PairScores['covariance'], a: number, b: number): number =>
  covariance[a]![a]! + covariance[b]![b]! - 2 * covariance[a]![b]!;

function againstNext(
  difference: number,
  variance: number,
  z: number,
): Pick<RankedItem, 'aboveNext' | 'decidedNext'> {
  const distance = difference / Math.sqrt(variance);
  return { aboveNext: normalUpperTail(-distance), decidedNext: distance > z };
}

const isClear = (probability: number): boolean => Math.max(probability, 1 - probability) >= CLEAR;
