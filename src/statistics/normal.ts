import { cephes } from './cephes.ts';

/** What is beyond lies below the smallest number that double precision holds with all its digits. */
const FARTHEST = 37.5;

/** P(Z > z) of the standard normal distribution: relative error below 1e-12, far tails included. */
export function normalUpperTail(z: number): number {
  if (z < 0) return 1 - normalUpperTail(-z);
  return z > FARTHEST ? 0 : cephes.erfc(z / Math.SQRT2) / 2;
}

/**
 * z with P(Z > z) = tail.
 *
 * @throws RangeError the tail is not in (0, 0.5]
 */
export function normalUpperQuantile(tail: number): number {
  if (!(tail > 0 && tail <= 0.5)) throw new RangeError(`tail is ${tail}; it must lie in (0, 0.5]`);
  return -cephes.ndtri(tail);
}
