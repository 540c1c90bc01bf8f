/** Bits behind the binary point: e^-60 still has a hundred significant ones. */
const FRACTION_BITS = 192n;
const ONE = 1n << FRACTION_BITS;

/**
 * e^x rounded to the nearest double. `Math.exp` is often wrong in the last bit, and differs from
 * platform to platform; the C library that the reference uses is almost never.
 *
 * @param x from -60 to 0
 */
export function exactExp(x: number): number {
  if (!(x <= 0 && x >= -60)) throw new RangeError(`exponent ${x}: it must lie in -60 to 0`);
  // 2^100 x is whole for every x that is not nearer to 0 than 2^-48.
  const argument = (BigInt(Math.round(x * 2 ** 100)) * ONE) >> 100n;
  let sum = 0n;
  let term = ONE;
  for (let n = 1n; term !== 0n && n < 400n; n++) {
    sum += term;
    term = (term * argument) / (ONE * n);
  }
  // Numbers are made of BigInts with correct rounding; a power of two rounds nothing.
  return Number(sum) / 2 ** Number(FRACTION_BITS);
}
