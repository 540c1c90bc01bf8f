import type { Statistic } from './statistic.ts';
import { UndefinedCorrelationError } from './undefined-correlation-error.ts';

/**
 * Cohen's kappa with quadratic weights (Psych. Bull. 70, 1968): 1 less the ratio of the mean squared distance in
 * levels to the one that chance would give with the same shares of levels.
 *
 * @param a levels of the images, 0..count-1, as `levelsOf`
 * @param b levels of the same images
 * @param count levels that there are
 * @returns at most 1; 0 for chance
 * @throws UndefinedCorrelationError all images stand at one level in both
 * @example
 * quadraticKappa([0, 1, 2], [0, 2, 2], 3).estimate; // 0.8
 */
export function quadraticKappa(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  count: number,
): Statistic {
  const ofA = new Float64Array(count);
  const ofB = new Float64Array(count);
  const resample = (multiplicities: ArrayLike<number>): number => {
    ofA.fill(0);
    ofB.fill(0);
    let n = 0;
    let observed = 0;
    for (let i = 0; i < a.length; i++) {
      const times = multiplicities[i]!;
      n += times;
      ofA[a[i]!]! += times;
      ofB[b[i]!]! += times;
      observed += times * (a[i]! - b[i]!) ** 2;
    }
    let expected = 0;
    for (let level = 0; level < count; level++) {
      for (let other = 0; other < count; other++) {
        expected += ofA[level]! * ofB[other]! * (level - other) ** 2;
      }
    }
    return expected === 0 ? Number.NaN : 1 - (n * observed) / expected;
  };
  const estimate = resample(new Uint8Array(a.length).fill(1));
  if (Number.isNaN(estimate)) {
    throw new UndefinedCorrelationError(
      'scores and MOS all stand at one and the same level, so there is no kappa',
    );
  }
  return { estimate, resample };
}
