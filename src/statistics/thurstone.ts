import { normalUpperTail } from './normal.ts';
import type { PairModel } from './pair-model.ts';

/** Below this the tail is taken from its continued fraction, which loses no digits there. */
const FAR = -8;
const FRACTION_TERMS = 40;

const LOG_ROOT_TWO_PI = Math.log(2 * Math.PI) / 2;

/**
 * Thurstone's model, case V (Thurstone 1927, "A law of comparative judgment"): each look at an item gives its
 * score plus a normal error, all errors are independent and of one variance, and the larger sum is preferred.
 * The unit is the standard deviation of the difference of two looks, as in Tsukida and Gupta (2011, "How to
 * analyze paired comparison data"): P(first preferred) is the normal distribution function of the difference.
 */
export const thurstone: PairModel = {
  probability: (d) => normalUpperTail(-d),
  logProbability: (d) =>
    d < FAR
      ? -(d * d) / 2 - LOG_ROOT_TWO_PI - Math.log(hazard(-d).rate)
      : Math.log(normalUpperTail(-d)),
  derivatives(d) {
    if (d < FAR) {
      const { rate, excess } = hazard(-d);
      return { slope: rate, curvature: rate * excess };
    }
    const slope = normalDensity(d) / normalUpperTail(-d);
    return { slope, curvature: slope * (d + slope) };
  },
  density: (d) => normalDensity(d),
};

const normalDensity = (z: number): number => Math.exp(-(z * z) / 2 - LOG_ROOT_TWO_PI);

/**
 * The density of the standard normal distribution at x over its upper tail there (Laplace's continued
 * fraction), and by how much that exceeds x.
 *
 * @param x far above 0
 */
function hazard(x: number): { rate: number; excess: number } {
  let rest = x;
  for (let k = FRACTION_TERMS; k >= 2; k--) rest = x + k / rest;
  return { rate: x + 1 / rest, excess: 1 / rest };
}
