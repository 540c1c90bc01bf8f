import { UndefinedIntervalError } from './undefined-interval-error.ts';

/**
 * How far an image's MOS may lie from the MOS that a fitted curve gives its score: the k-th smallest absolute
 * residual, k = ceil((n + 1) confidence), as in conformal prediction (Vovk, Gammerman & Shafer, Algorithmic
 * Learning in a Random World, 2005), enlarged by sqrt(n/(n - p)) because the curve's p parameters were fitted
 * to the same images. It takes no form of the errors for granted, but the same reach for all scores, and images
 * that are like these.
 *
 * @param predicted MOS that the curve gives each image
 * @param parameters of the curve
 * @returns in units of MOS: the interval is the predicted MOS plus and minus it
 * @throws UndefinedIntervalError too few images
 * @example
 * const mos = Array.from({ length: 39 }, (_, i) => i + 1);
 * const predicted = mos.map(() => 0);
 * predictionReach(predicted, mos, { parameters: 4, confidence: 0.95 }); // 40.1127
 */
export function predictionReach(
  predicted: ArrayLike<number>,
  mos: ArrayLike<number>,
  { parameters, confidence }: { parameters: number; confidence: number },
): number {
  const n = mos.length;
  const k = Math.ceil((n + 1) * confidence - 1e-9);
  if (k > n || n <= parameters) {
    const needed = Math.max(parameters + 1, Math.ceil(confidence / (1 - confidence) - 1e-9));
    throw new UndefinedIntervalError(
      `a prediction interval needs at least ${needed} images, there are ${n}`,
    );
  }
  const residuals = Float64Array.from(mos, (value, i) => Math.abs(value - predicted[i]!)).sort();
  return residuals[k - 1]! * Math.sqrt(n / (n - parameters));
}
