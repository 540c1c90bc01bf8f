/** Terms of the series and of the continued fraction, enough for full double precision where each is used. */
const TERMS = 150;

/**
 * P(Z > z) of the standard normal distribution. A power series near 0, Laplace's continued fraction
 * beyond (Abramowitz & Stegun 26.2.10, 26.2.14): relative error below 1e-12, far tails included.
 */
export function normalUpperTail(z: number): number {
  if (z < 0) return 1 - normalUpperTail(-z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 2.5) {
    let term = z;
    let sum = z;
    for (let k = 1; k < TERMS; k++) {
      term *= (z * z) / (2 * k + 1);
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let fraction = z;
  for (let k = TERMS; k > 0; k--) fraction = z + k / fraction;
  return density / fraction;
}

/** z with P(Z > z) = tail, for tail in (0, 0.5], by bisection. */
export function normalUpperQuantile(tail: number): number {
  if (!(tail > 0 && tail <= 0.5)) throw new RangeError(`tail is ${tail}; it must lie in (0, 0.5]`);
  let low = 0;
  let high = 40;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (normalUpperTail(middle) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
