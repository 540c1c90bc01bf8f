import { DEFAULT_CONFIDENCE, DEFAULT_DRAWS } from '../defaults.ts';
import { type Interval, intervalOf, type Scale } from '../interval.ts';
import { type PairCount, type PairModelName, pairScores } from '../pair-scores.ts';
import { unitsOf } from '../resample.ts';
import { bootstrapStatistics, type Statistic, type StatisticSeries } from '../statistic.ts';
import { UndefinedIntervalError } from '../undefined-interval-error.ts';
import type { PairAnswer } from './pair-answer.ts';
import { PRIOR_VARIANCE } from './ranking.ts';

/** An answer about two items, seen in one independent unit: two generators, in their pictures of one prompt. */
export interface UnitAnswer extends PairAnswer {
  unit: string;
}

/** An estimate with its interval, or why it has none. */
export interface Bounded {
  estimate: number;
  low?: number;
  high?: number;
  problem?: string;
}

export interface GroupedItem {
  item: number;
  /** From 1, the best. */
  rank: number;
  /** In units of the model, against the mean of all items. */
  score: Bounded;
  /** Mean P(better) over its answers; undefined where it has none. */
  preferred: number | undefined;
  comparisons: number;
  /** Units in which it was compared. */
  units: number;
  /** The score less that of the item below, left out for the last one. */
  overNext?: Bounded & { isDecided: boolean };
}

/** Scores have no ends. */
const PLAIN: Scale = { to: (value) => value, from: (value) => value, slope: () => 1 };

/**
 * Ranks items that were compared in several independent units: scores by the counts of all units together, intervals
 * by a bootstrap over the units, so that what one unit's answers have in common makes no interval too short.
 *
 * @param count items, at least 1
 * @param seed 32-bit integer of the bootstrap
 * @throws RangeError as `pairScores`
 * @example
 * const answers = ['sea', 'wood'].map((unit) => ({ first: 0, second: 1, probability: 0.8, unit }));
 * rankingOverUnits(2, answers).map(({ item }) => item); // [0, 1]
 */
export function rankingOverUnits(
  count: number,
  answers: readonly UnitAnswer[],
  {
    model = 'bradley-terry',
    confidence = DEFAULT_CONFIDENCE,
    draws = DEFAULT_DRAWS,
    seed = 0,
  }: { model?: PairModelName; confidence?: number; draws?: number; seed?: number } = {},
): GroupedItem[] {
  const scoresWith = (multiplicities: ArrayLike<number>): number[] =>
    pairScores(count, summed(answers, multiplicities), { model, priorVariance: PRIOR_VARIANCE })
      .scores;
  const scores = scoresWith(new Uint8Array(answers.length).fill(1));
  const order = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!);
  // Statistics of one draw are of one fit.
  let latest: { of: Int32Array; scores: number[] } | undefined;
  const fitted = (multiplicities: Int32Array): number[] => {
    if (latest?.of.every((times, i) => times === multiplicities[i])) return latest.scores;
    latest = { of: Int32Array.from(multiplicities), scores: scoresWith(multiplicities) };
    return latest.scores;
  };
  const statisticOf = (value: (of: readonly number[]) => number): Statistic => ({
    estimate: value(scores),
    resample: (multiplicities) => value(fitted(multiplicities)),
  });
  const statistics = [
    ...order.map((item) => statisticOf((of) => of[item]!)),
    ...order.slice(1).map((item, place) => statisticOf((of) => of[order[place]!]! - of[item]!)),
  ];
  const units = unitsOf(
    answers.length,
    answers.map(({ unit }) => unit),
  );
  const series = bootstrapStatistics(statistics, units, { draws, seed, confidence });
  return order.map((item, place): GroupedItem => {
    const own = answers.filter(({ first, second }) => first === item || second === item);
    const next = series[order.length + place];
    return {
      ...{ item, rank: place + 1, score: bounded(series[place]!) },
      preferred: own.length > 0 ? meanPreference(own, item) : undefined,
      comparisons: own.length,
      units: new Set(own.map(({ unit }) => unit)).size,
      ...(next && { overNext: overNext(next) }),
    };
  });
}

/** Counts of each pair of items. */
function summed(answers: readonly UnitAnswer[], multiplicities: ArrayLike<number>): PairCount[] {
  const counts = new Map<string, PairCount>();
  for (const [index, { first, second, probability }] of answers.entries()) {
    const times = multiplicities[index]!;
    if (times === 0) continue;
    const key = `${first} ${second}`;
    const known = counts.get(key) ?? { first, second, wins: 0, losses: 0 };
    known.wins += times * probability;
    known.losses += times * (1 - probability);
    counts.set(key, known);
  }
  return [...counts.values()];
}

const meanPreference = (answers: readonly UnitAnswer[], item: number): number =>
  answers.reduce(
    (sum, { first, probability }) => sum + (first === item ? probability : 1 - probability),
    0,
  ) / answers.length;

function bounded(series: StatisticSeries): Bounded {
  const { estimate } = series;
  const interval = intervalOrReason(series);
  return 'problem' in interval
    ? { estimate, problem: interval.problem }
    : { estimate, low: interval.low, high: interval.high };
}

function overNext(series: StatisticSeries): Bounded & { isDecided: boolean } {
  const difference = bounded(series);
  return { ...difference, isDecided: difference.low !== undefined && difference.low > 0 };
}

function intervalOrReason(series: StatisticSeries): Interval | { problem: string } {
  try {
    return intervalOf(series, PLAIN);
  } catch (error) {
    if (error instanceof UndefinedIntervalError) return { problem: error.message };
    throw error;
  }
}
