import { type RatingSums, ratingSums } from './rating-sums.ts';
import type { Statistic } from './statistic.ts';
import { UndefinedCorrelationError } from './undefined-correlation-error.ts';

/**
 * - `absolute`: ICC(2,1) of Shrout & Fleiss (Psych. Bull. 86, 1979), ICC(A,1) of McGraw & Wong (1996): whether
 *   raters give the same values
 * - `consistency`: ICC(3,1), ICC(C,1): the same but for a constant that each rater may add
 */
export type IntraclassKind = 'absolute' | 'consistency';

/**
 * Intraclass correlation of single raters, every image rated by all of them.
 *
 * @param ratings as `ratingSums`
 * @returns at most 1
 * @throws as `ratingSums`; UndefinedCorrelationError all values are equal
 * @example
 * const raters = [
 *   [1, 2, 3],
 *   [2, 3, 4],
 * ];
 * [intraclass('absolute', raters).estimate, intraclass('consistency', raters).estimate]; // [0.6667, 1]
 */
export function intraclass(kind: IntraclassKind, ratings: readonly ArrayLike<number>[]): Statistic {
  const sums = ratingSums(ratings);
  const resample = (multiplicities: ArrayLike<number>) => intraclassOf(kind, sums(multiplicities));
  const estimate = resample(new Uint8Array(ratings[0]!.length).fill(1));
  if (Number.isNaN(estimate)) {
    throw new UndefinedCorrelationError('all ratings are equal, so there is no ICC');
  }
  return { estimate, resample };
}

function intraclassOf(
  kind: IntraclassKind,
  { n, raters, total, within, betweenRaters }: RatingSums,
): number {
  const ofImages = (total - within) / (n - 1);
  const ofRest = Math.max(0, within - betweenRaters) / ((n - 1) * (raters - 1));
  const ofRaters = betweenRaters / (raters - 1);
  const offset = kind === 'absolute' ? (raters * (ofRaters - ofRest)) / n : 0;
  const all = ofImages + (raters - 1) * ofRest + offset;
  return all > 0 ? (ofImages - ofRest) / all : Number.NaN;
}
