import type { BootstrapOptions } from './bootstrap.ts';
import { DEFAULT_CONFIDENCE, DEFAULT_DRAWS } from './defaults.ts';
import { type Interval, intervalOf, LOGARITHM } from './interval.ts';
import { forEachResample, unitsOf } from './resample.ts';

/**
 * Bootstrap interval of the root mean square error of predictions, in their units: percentiles, or below
 * `FEW_UNITS` units Student's on the scale of its logarithm. The predictions stay what they are; a curve
 * that they come from is not fitted anew to each draw.
 *
 * @param predicted of the same images as `truth`, in their order
 * @throws as `unitsOf` and `intervalOf`
 * @example
 * const truth = [1, 2, 3, 4, 5, 6];
 * const { low, high } = rmseInterval([1.1, 1.8, 3.4, 4, 4.7, 6.2], truth);
 * // The root mean square error itself is 0.2380.
 * low < 0.238 && 0.238 < high; // true
 */
export function rmseInterval(
  predicted: ArrayLike<number>,
  truth: ArrayLike<number>,
  {
    units: names,
    draws = DEFAULT_DRAWS,
    seed = 0,
    confidence = DEFAULT_CONFIDENCE,
  }: BootstrapOptions = {},
): Interval {
  const squares = Float64Array.from(truth, (value, i) => (value - predicted[i]!) ** 2);
  const units = unitsOf(squares.length, names);
  const drawn = new Float64Array(draws);
  forEachResample(units, { draws, seed }, (multiplicities, draw) => {
    let n = 0;
    let sum = 0;
    for (let i = 0; i < squares.length; i++) {
      const count = multiplicities[i]!;
      n += count;
      sum += count * squares[i]!;
    }
    drawn[draw] = Math.sqrt(sum / n);
  });
  const estimate = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
  return intervalOf({ estimate, draws: drawn, units: units.count, confidence }, LOGARITHM);
}
