import { PAIR_MODELS } from '../pair-scores.ts';
import { type AnsweredOrder, answeredOrder } from './answered-order.ts';
import { expectedInformation } from './information.ts';
import { type ItemPair, type PairAnswer, pairKey } from './pair-answer.ts';
import { type RankingModel, scoresOf } from './ranking.ts';

/**
 * The pairs of the next round: every item stands in one of them at most, so that all can be asked at once, and
 * none was asked before.
 *
 * First, as in a Swiss tournament, items meet that would stand at about the same place: of those whose order the
 * answers do not decide yet, the ones with the nearest mean rank. This sorts n items by about log2(n!) clear
 * answers, as few as any way of sorting needs at least. Of pairs at the same distance, which are all of them where no
 * answer is clear, and when all is decided, those come first that are expected to say most about the scores. So
 * items that no chain of answers joins meet soon.
 *
 * @param count items
 * @param most pairs at most
 * @param mayAsk which pairs may be chosen, of those that were not asked before
 * @returns none when every such pair was asked
 */
export function nextPairs(
  count: number,
  answers: readonly PairAnswer[],
  { most, model, mayAsk }: { most: number; model: RankingModel; mayAsk(pair: ItemPair): boolean },
): ItemPair[] {
  const asked = new Set(answers.map(pairKey));
  const open = pairsOf(count).filter((pair) => !asked.has(pairKey(pair)) && mayAsk(pair));
  const order = answeredOrder(count, answers);
  const undecided = open.filter(({ first, second }) => !order.decides(first, second));
  const information = byInformation(count, answers, model);
  const pairs =
    undecided.length > 0
      ? disjoint(undecided, byMeanRank(count, order), information)
      : disjoint(open, information);
  return pairs.slice(0, most);
}

const pairsOf = (count: number): ItemPair[] =>
  Array.from({ length: count }, (_, first) =>
    Array.from({ length: count - first - 1 }, (__, k) => ({ first, second: first + 1 + k })),
  ).flat();

/** A number for a pair: those with the lowest come first. */
type Urgency = (pair: ItemPair) => number;

/**
 * The pairs with the lowest numbers of which no two share an item; at equal numbers those with the lowest further
 * ones, and then in their order.
 */
function disjoint(pairs: readonly ItemPair[], ...urgencies: readonly Urgency[]): ItemPair[] {
  const taken = new Set<number>();
  const sorted = pairs
    .map((pair) => ({ pair, urgency: urgencies.map((urgency) => urgency(pair)) }))
    .sort((a, b) => firstDifference(a.urgency, b.urgency));
  return sorted.flatMap(({ pair }) => {
    if (taken.has(pair.first) || taken.has(pair.second)) return [];
    taken.add(pair.first).add(pair.second);
    return [pair];
  });
}

/** Numbers nearer than this are equal: what differs is rounding, which follows from how items are numbered. */
const ROUNDING = 1e-9;

function firstDifference(a: readonly number[], b: readonly number[]): number {
  const differences = a.map((value, place) => value - b[place]!);
  return differences.find((difference) => Math.abs(difference) > ROUNDING) ?? 0;
}

/**
 * How far apart two items stand on the average over all orders that the answers allow, by the formula of local
 * partial orders: (below + 1) (n + 1) / (below + above + 2) (Brüggemann, Sørensen, Lerche & Carlsen 2004,
 * "Estimation of averaged ranks by a local partial order model").
 */
function byMeanRank(count: number, order: AnsweredOrder): Urgency {
  const ranks = Array.from({ length: count }, (_, item) => {
    const [above, below] = [order.above(item), order.below(item)];
    return ((below + 1) * (count + 1)) / (above + below + 2);
  });
  return ({ first, second }) => Math.abs(ranks[first]! - ranks[second]!);
}

function byInformation(
  count: number,
  answers: readonly PairAnswer[],
  model: RankingModel,
): Urgency {
  const { scores, covariance } = scoresOf(count, answers, model);
  return ({ first, second }) => {
    const variance =
      covariance[first]![first]! + covariance[second]![second]! - 2 * covariance[first]![second]!;
    const difference = scores[first]! - scores[second]!;
    return -expectedInformation(PAIR_MODELS[model], difference, Math.max(0, variance));
  };
}
