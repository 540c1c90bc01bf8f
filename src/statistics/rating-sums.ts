import { UndefinedCorrelationError } from './undefined-correlation-error.ts';

/** Sums of squares of a table of images and raters (two-way analysis of variance without repetition). */
export interface RatingSums {
  /** Images, with repetition in a resample. */
  n: number;
  raters: number;
  /** Squares about the mean of everything. */
  total: number;
  /** Squares of raters about the mean of their image. */
  within: number;
  /** Squares of the raters' means about the mean of everything, times `n`. */
  betweenRaters: number;
}

/**
 * Prepares the sums of a complete table for many resamples.
 *
 * @param ratings one vector a rater, all over the same images in the same order and on one scale
 * @throws RangeError vectors of different lengths, fewer than two
 * @throws UndefinedCorrelationError fewer than 2 images
 */
export function ratingSums(
  ratings: readonly ArrayLike<number>[],
): (multiplicities: ArrayLike<number>) => RatingSums {
  const raters = ratings.length;
  const length = ratings[0]?.length ?? 0;
  if (raters < 2 || ratings.some((own) => own.length !== length)) {
    throw new RangeError('agreement needs two raters or more over the same images');
  }
  if (length < 2) {
    throw new UndefinedCorrelationError(`agreement needs at least 2 images, there is ${length}`);
  }
  // About the mean, so that squares do not drown in it.
  const centre = ratings.reduce((sum, own) => sum + sumOf(own), 0) / (raters * length);
  const values = ratings.map((own) => Float64Array.from(own, (value) => value - centre));
  const sums = Float64Array.from({ length }, (_, i) =>
    values.reduce((sum, own) => sum + own[i]!, 0),
  );
  const squares = Float64Array.from({ length }, (_, i) =>
    values.reduce((sum, own) => sum + own[i]! ** 2, 0),
  );
  const within = Float64Array.from({ length }, (_, i) =>
    values.reduce((sum, own) => sum + (own[i]! - sums[i]! / raters) ** 2, 0),
  );
  const ofRaters = new Float64Array(raters);
  return (multiplicities) => {
    ofRaters.fill(0);
    const all = { n: 0, sum: 0, squares: 0, within: 0 };
    for (let i = 0; i < length; i++) {
      const times = multiplicities[i]!;
      if (times === 0) continue;
      all.n += times;
      all.sum += times * sums[i]!;
      all.squares += times * squares[i]!;
      all.within += times * within[i]!;
      for (let rater = 0; rater < raters; rater++) ofRaters[rater]! += times * values[rater]![i]!;
    }
    const mean = all.sum / (all.n * raters);
    let betweenRaters = 0;
    for (const sum of ofRaters) betweenRaters += all.n * (sum / all.n - mean) ** 2;
    return {
      n: all.n,
      raters,
      total: all.squares - all.n * raters * mean ** 2,
      within: all.within,
      betweenRaters,
    };
  };
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}
