import { nextPairs } from './next-pairs.ts';
import { type ItemPair, type PairAnswer, pairKey } from './pair-answer.ts';
import type { RankingModel } from './ranking.ts';

/** Compares the pairs of one round; undefined for a pair that has no answer. */
export type CompareRound = (pairs: readonly ItemPair[]) => Promise<readonly (number | undefined)[]>;

export interface AskedPairs {
  answers: PairAnswer[];
  /** Pairs that were chosen and have no answer. */
  unanswered: ItemPair[];
  /** Why it ended: `comparisons` is the limit, `all` that every pair was asked. */
  endedBy: 'comparisons' | 'all' | 'stopped';
}

/**
 * Comparisons that rank `count` items: n log2 n, rounded down, and never more than there are pairs. A noiseless
 * comparer with clear answers has sorted the items by then: seen for up to 256 items in random orders, which the
 * hashes of files bring. Items that are numbered as they are to be sorted take more: 64 of them 4 %, 128 7 %, 256 18 %.
 *
 * @example
 * comparisonsFor(16); // 64
 */
export const comparisonsFor = (count: number): number =>
  Math.min(Math.floor(count * Math.log2(Math.max(1, count))), (count * (count - 1)) / 2);

/**
 * Asks about pairs of items, round by round, where each round is chosen by the answers so far (`nextPairs`). The
 * same answers lead to the same pairs, so that a run that is repeated asks the same questions.
 *
 * @param count items
 * @param compare P(first better) of each pair; a pair without an answer is not chosen again, and neither is an item
 *   of which three pairs have none, each with an item that has answers, and no pair has one
 * @param limits.comparisons pairs to ask about at most, those without an answer included
 * @param limits.isStopped looked at after each round
 * @example
 * const quality = [0.2, 0.9, 0.5];
 * const { answers } = await askPairs(
 *   3,
 *   async (pairs) => pairs.map(({ first, second }) => (quality[first] > quality[second] ? 1 : 0)),
 *   { model: 'bradley-terry' },
 * );
 * rankingOf(3, answers).items.map(({ item }) => item); // [1, 2, 0]
 */
export async function askPairs(
  count: number,
  compare: CompareRound,
  {
    model,
    comparisons = comparisonsFor(count),
    isStopped = () => false,
  }: { model: RankingModel; comparisons?: number; isStopped?: () => boolean },
): Promise<AskedPairs> {
  const answers: PairAnswer[] = [];
  const unanswered: ItemPair[] = [];
  for (;;) {
    const most = comparisons - answers.length - unanswered.length;
    if (most <= 0) return { answers, unanswered, endedBy: 'comparisons' };
    const without = new Set(unanswered.map(pairKey));
    const silent = silentItems(answers, unanswered);
    const mayAsk = (pair: ItemPair) =>
      !without.has(pairKey(pair)) && !silent.has(pair.first) && !silent.has(pair.second);
    const pairs = nextPairs(count, answers, { most, model, mayAsk });
    if (pairs.length === 0) return { answers, unanswered, endedBy: 'all' };
    const outcomes = await compare(pairs);
    for (const [index, pair] of pairs.entries()) {
      const probability = outcomes[index];
      if (probability === undefined) unanswered.push(pair);
      else answers.push({ ...pair, probability });
    }
    if (isStopped()) return { answers, unanswered, endedBy: 'stopped' };
  }
}

/** So many pairs without an answer show that it is the item that gets none. */
const PAIRS_TRIED = 3;

/** Items that get no answer, whichever answered item they are compared with: pictures that a vendor refuses. */
function silentItems(
  answers: readonly ItemPair[],
  unanswered: readonly ItemPair[],
): ReadonlySet<number> {
  const answered = new Set(answers.flatMap(({ first, second }) => [first, second]));
  const blamed = unanswered.flatMap(({ first, second }) =>
    answered.has(first) === answered.has(second) ? [] : [answered.has(first) ? second : first],
  );
  const failures = Map.groupBy(blamed, (item) => item);
  return new Set(
    [...failures].filter(([, { length }]) => length >= PAIRS_TRIED).map(([item]) => item),
  );
}
