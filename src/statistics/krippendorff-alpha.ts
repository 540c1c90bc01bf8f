import { type RatingSums, ratingSums } from './rating-sums.ts';
import type { Statistic } from './statistic.ts';
import { UndefinedCorrelationError } from './undefined-correlation-error.ts';

/**
 * Krippendorff's alpha for values on an interval scale, every image rated by all raters (Content Analysis,
 * 2004, ch. 11): 1 less the mean squared difference within images over that between any two values.
 *
 * @param ratings as `ratingSums`
 * @returns at most 1; 0 for chance
 * @throws as `ratingSums`; UndefinedCorrelationError all values are equal
 * @example
 * const raters = [
 *   [1, 2, 3],
 *   [2, 3, 4],
 * ];
 * krippendorffAlpha(raters).estimate; // 0.5455
 */
export function krippendorffAlpha(ratings: readonly ArrayLike<number>[]): Statistic {
  const sums = ratingSums(ratings);
  const resample = (multiplicities: ArrayLike<number>) => alphaOf(sums(multiplicities));
  const estimate = resample(new Uint8Array(ratings[0]!.length).fill(1));
  if (Number.isNaN(estimate)) {
    throw new UndefinedCorrelationError('all ratings are equal, so there is no alpha');
  }
  return { estimate, resample };
}

function alphaOf({ n, raters, total, within }: RatingSums): number {
  if (!(total > 0)) return Number.NaN;
  const observed = within / (n * (raters - 1));
  return 1 - (observed * (n * raters - 1)) / total;
}
