import { CLEAR, type PairAnswer } from './pair-answer.ts';

/** What clear answers say about the order of items, directly or by way of others. */
export interface AnsweredOrder {
  /** Items that stand above this one and do not stand below it too. */
  above(item: number): number;
  /** Items that stand below this one and do not stand above it too. */
  below(item: number): number;
  /** Whether the answers put one of the two above the other and contradict that nowhere. */
  decides(first: number, second: number): boolean;
  /** Whether the answers put `first` above `second` and contradict that nowhere. */
  isAbove(first: number, second: number): boolean;
}

/**
 * If a is better than b and b better than c, a stands above c without having met it. Answers that form a
 * cycle put each of its items above and below the others, which decides nothing between them.
 *
 * @param count items
 */
export function answeredOrder(count: number, answers: readonly PairAnswer[]): AnsweredOrder {
  const reaches = reachability(count, answers);
  const isAbove = (first: number, second: number): boolean =>
    reaches[first]![second] === 1 && reaches[second]![first] === 0;
  const countWhere = (holds: (other: number) => boolean): number => {
    let found = 0;
    for (let other = 0; other < count; other++) if (holds(other)) found += 1;
    return found;
  };
  return {
    above: (item) => countWhere((other) => isAbove(other, item)),
    below: (item) => countWhere((other) => isAbove(item, other)),
    decides: (first, second) => isAbove(first, second) || isAbove(second, first),
    isAbove,
  };
}

/** Row i holds 1 for each item that a chain of clear answers puts below item i. */
function reachability(count: number, answers: readonly PairAnswer[]): Uint8Array[] {
  const reaches = Array.from({ length: count }, () => new Uint8Array(count));
  for (const { first, second, probability } of answers) {
    if (probability >= CLEAR) join(reaches, first, second);
    else if (probability <= 1 - CLEAR) join(reaches, second, first);
  }
  return reaches;
}

/** Everything that reaches `better` reaches everything that `worse` reaches. */
function join(reaches: readonly Uint8Array[], better: number, worse: number): void {
  if (reaches[better]![worse] === 1) return;
  const below = [worse];
  for (const [item, isBelow] of reaches[worse]!.entries()) if (isBelow === 1) below.push(item);
  for (const [item, row] of reaches.entries()) {
    if (item !== better && row[better] === 0) continue;
    for (const other of below) row[other] = 1;
  }
}

/**
 * The items from the best to the worst: as the answers decide, and by `scores` where they decide nothing.
 *
 * @param scores higher is better, one an item
 */
export function orderBy(order: AnsweredOrder, scores: readonly number[]): number[] {
  const count = scores.length;
  const above = Array.from({ length: count }, (_, item) => order.above(item));
  const left = new Set(above.keys());
  const sorted: number[] = [];
  while (left.size > 0) {
    // Chains without contradiction lead back to no item, so some item has none above it.
    const open = [...left].filter((item) => above[item] === 0);
    const best = open.reduce((a, b) => (scores[b]! > scores[a]! ? b : a));
    sorted.push(best);
    left.delete(best);
    for (const item of left) if (order.isAbove(best, item)) above[item]! -= 1;
  }
  return sorted;
}
