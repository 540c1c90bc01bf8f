import { DEFAULT_CONFIDENCE } from './defaults.ts';
import { normalUpperQuantile } from './normal.ts';

/**
 * A share with its interval by Wilson (1927), which stays within 0..1 and has a width where none or all were counted.
 *
 * @param count how many of them, 0..total
 * @param total independent cases, from 1
 * @throws RangeError
 *
 * @example
 *   wilson(3, 10); // { estimate: 0.3, low: 0.1078, high: 0.6032 }
 */
export function wilson(
  count: number,
  total: number,
  confidence = DEFAULT_CONFIDENCE,
): { estimate: number; low: number; high: number } {
  if (!(Number.isInteger(count) && Number.isInteger(total) && 0 <= count && count <= total)) {
    throw new RangeError(`${count} of ${total} is no share; count must lie in 0..total`);
  }
  if (total === 0) throw new RangeError('a share needs at least one case; there is none');
  const share = count / total;
  // At the ends the sum is 0 or 1 but for rounding.
  const { low, high } = wilsonEnds(share, total, confidence);
  return { estimate: share, low: count === 0 ? 0 : low, high: count === total ? 1 : high };
}

/**
 * Wilson's interval around a share that need be no whole number of cases, as one of weighted cases is not.
 *
 * @param share 0..1
 * @param total independent cases, at least 1
 *
 * @example
 *   wilsonEnds(0.25, 10); // { low: 0.0781, high: 0.5652 }
 */
export function wilsonEnds(
  share: number,
  total: number,
  confidence = DEFAULT_CONFIDENCE,
): { low: number; high: number } {
  const z = normalUpperQuantile((1 - confidence) / 2);
  const scale = 1 + z ** 2 / total;
  const centre = (share + z ** 2 / (2 * total)) / scale;
  const reach = (z / scale) * Math.sqrt((share * (1 - share)) / total + z ** 2 / (4 * total ** 2));
  return { low: centre - reach, high: centre + reach };
}
