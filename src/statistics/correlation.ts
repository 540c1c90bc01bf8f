import { checkPairs } from './check-pairs.ts';
import { countConcordance } from './concordance.ts';
import { midranks } from './midranks.ts';
import { pearson } from './pearson.ts';
import { tauB } from './tau-b.ts';

/**
 * Pearson's linear correlation of raw values, no mapping. Throws as `checkPairs`.
 *
 * @example
 * plcc([0.2, 0.5, 0.8], [30, 50, 70]); // 1
 */
export function plcc(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkPairs(x, y);
  return pearson(x, y);
}

/**
 * Spearman's rank correlation: Pearson's of midranks. Throws as `checkPairs`.
 *
 * @example
 * srcc([1, 2, 3], [10, 30, 20]); // 0.5
 */
export function srcc(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkPairs(x, y);
  return pearson(midranks(x), midranks(y));
}

/**
 * Kendall's tau-b. Throws as `checkPairs`.
 *
 * @example
 * krcc([1, 2, 3], [10, 30, 20]); // 0.3333
 */
export function krcc(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkPairs(x, y);
  return tauB(countConcordance(x, y)(once(x.length)));
}

/**
 * Share of image pairs that scores put in the order of their MOS. Pairs with equal MOS are left out
 * (people give them no order); pairs with equal scores only count half, as a guess would. Without ties
 * it is (1 + tau) / 2. Throws as `checkPairs`.
 *
 * @returns 0..1
 * @example
 * pairwiseAccuracy([1, 2, 3], [10, 30, 20]); // 0.6667
 */
export function pairwiseAccuracy(scores: ArrayLike<number>, mos: ArrayLike<number>): number {
  checkPairs(scores, mos);
  const { pairs, tiedInX, tiedInY, tiedInBoth, discordant } = countConcordance(
    scores,
    mos,
  )(once(scores.length));
  const ordered = pairs - tiedInY;
  const tiedScores = tiedInX - tiedInBoth;
  const concordant = ordered - tiedScores - discordant;
  return (concordant + tiedScores / 2) / ordered;
}

const once = (n: number): Uint8Array => new Uint8Array(n).fill(1);
