import { gammaln } from 'simple-statistics';

/** Enough for full double precision where the continued fraction is used. */
const MOST_TERMS = 10_000;
const PRECISION = 1e-15;
/** Halves the bracket of a quantile down to the last bit. */
const BISECTIONS = 60;
/** Stands for 0 in a denominator, as in Lentz's method. */
const TINY = 1e-300;

/** P(T > t) of Student's distribution: half the incomplete beta function (Abramowitz & Stegun 26.7.1). */
export function studentUpperTail(t: number, degreesOfFreedom: number): number {
  if (!(degreesOfFreedom > 0)) {
    throw new RangeError(`degrees of freedom are ${degreesOfFreedom}; they must be above 0`);
  }
  if (t < 0) return 1 - studentUpperTail(-t, degreesOfFreedom);
  if (t === Number.POSITIVE_INFINITY) return 0;
  const x = degreesOfFreedom / (degreesOfFreedom + t * t);
  return incompleteBeta(x, degreesOfFreedom / 2, 0.5) / 2;
}

/** t with P(T > t) = tail, for tail in (0, 0.5], by bisection of the tail. */
export function studentUpperQuantile(tail: number, degreesOfFreedom: number): number {
  if (!(tail > 0 && tail <= 0.5)) throw new RangeError(`tail is ${tail}; it must lie in (0, 0.5]`);
  let low = 0;
  let high = 1;
  while (studentUpperTail(high, degreesOfFreedom) > tail) high *= 2;
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (low + high) / 2;
    if (studentUpperTail(middle, degreesOfFreedom) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The regularised I_x(a, b). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x >= 1) return 1;
  // The continued fraction converges fast on this side alone.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const logFront = gammaln(a + b) - gammaln(a) - gammaln(b) + a * Math.log(x) + b * Math.log1p(-x);
  return Math.exp(logFront) / (a * betaFraction(x, a, b));
}

/** Abramowitz & Stegun 26.5.8, from its front by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  let value = 1;
  let c = 1;
  let d = 0;
  for (let term = 1; term < MOST_TERMS; term++) {
    const m = Math.floor(term / 2);
    const numerator =
      term % 2 === 0
        ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
        : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + numerator * d || TINY);
    c = 1 + numerator / c || TINY;
    value *= c * d;
    if (Math.abs(c * d - 1) < PRECISION) break;
  }
  return value;
}
