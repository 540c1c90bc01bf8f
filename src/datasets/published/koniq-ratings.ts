import { sampleCorrelation } from 'simple-statistics';
import type { Ratings } from '../../rows/ratings.ts';
import type { ListedLine } from '../files/listed-line.ts';
import { isNumber } from '../score-text.ts';

/** Shares, or numbers, of the ratings at 1 to 5. */
const LEVELS = ['c1', 'c2', 'c3', 'c4', 'c5'];

/** Below this correlation MOS is no mean of these ratings on another scale; in the published list it is 0.995. */
const LEAST_CORRELATION = 0.9;

/** So many lines say what the scale is. */
const FEWEST = 20;

/** The ratings that a line of KonIQ-10k counts, on the scale that they were given on: 1 to 5. */
export interface CountedRatings {
  mean: number;
  counts: number[];
}

/** @returns undefined where the line has no counts */
export function countedRatings(line: ListedLine): CountedRatings | undefined {
  const texts = LEVELS.map((column) => line.cell(column));
  const total = line.cell('c_total');
  if (![...texts, total].every(isNumber)) return undefined;
  const shares = texts.map(Number);
  const sum = shares.reduce((a, b) => a + b, 0);
  if (!(sum > 0) || shares.some((share) => share < 0)) return undefined;
  return {
    mean: shares.reduce((all, share, index) => all + share * (index + 1), 0) / sum,
    counts: shares.map((share) => Math.round((share / sum) * Number(total))),
  };
}

/**
 * How far MOS goes for each level of the ratings: the slope of the line of MOS on their means. The lists give
 * MOS of 0 to 100, from z-scores, and the standard deviation of the ratings of 1 to 5.
 *
 * @returns undefined where there are too few images, or where MOS does not follow the ratings
 */
export function scaleOfRatings(
  images: readonly { mos: number; mean: number }[],
): number | undefined {
  if (images.length < FEWEST) return undefined;
  const means = images.map(({ mean }) => mean);
  const scores = images.map(({ mos }) => mos);
  const average = means.reduce((a, b) => a + b, 0) / means.length;
  const squares = means.reduce((sum, mean) => sum + (mean - average) ** 2, 0);
  if (!(sampleCorrelation(means, scores) >= LEAST_CORRELATION)) return undefined;
  return means.reduce((sum, mean, i) => sum + (mean - average) * scores[i]!, 0) / squares;
}

/** What a line says, on the scale of MOS. */
export const onMosScale = (found: Ratings, { counts }: CountedRatings, step: number): Ratings => ({
  ...found,
  ...(found.deviation !== undefined && { deviation: found.deviation * step }),
  counts,
});
