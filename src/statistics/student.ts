import { cephes } from './cephes.ts';

/**
 * P(T > t) of Student's distribution: relative error below 1e-11.
 *
 * @param degreesOfFreedom a whole number from 1
 * @throws RangeError it is none
 */
export function studentUpperTail(t: number, degreesOfFreedom: number): number {
  checkDegrees(degreesOfFreedom);
  return t === Number.POSITIVE_INFINITY ? 0 : cephes.stdtr(degreesOfFreedom, -t);
}

/**
 * t with P(T > t) = tail.
 *
 * @param degreesOfFreedom a whole number from 1
 * @throws RangeError it is none, or the tail is not in (0, 0.5]
 */
export function studentUpperQuantile(tail: number, degreesOfFreedom: number): number {
  if (!(tail > 0 && tail <= 0.5)) throw new RangeError(`tail is ${tail}; it must lie in (0, 0.5]`);
  checkDegrees(degreesOfFreedom);
  return -cephes.stdtri(degreesOfFreedom, tail);
}

function checkDegrees(degreesOfFreedom: number): void {
  if (!(Number.isInteger(degreesOfFreedom) && degreesOfFreedom > 0)) {
    throw new RangeError(
      `degrees of freedom are ${degreesOfFreedom}; they must be a whole number above 0`,
    );
  }
}
