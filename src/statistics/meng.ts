import { normalUpperQuantile, normalUpperTail } from './normal.ts';

/** Meng's comparison of two correlations that share MOS. */
export interface MengTest {
  z: number;
  /** Two-sided. */
  pValue: number;
  /** Interval of the difference of Fisher-transformed correlations, `atanh(a) - atanh(b)`. */
  low: number;
  high: number;
}

/**
 * Analytic check of a paired bootstrap: the Z test of Meng, Rosenthal & Rubin (Psych. Bull. 111, 1992)
 * for two dependent correlations with the same MOS over the same n independent images.
 *
 * @param a correlation of column a's scores with MOS
 * @param b correlation of column b's scores with MOS
 * @param between correlation of the two columns' scores
 * @throws RangeError a correlation of -1 or 1, or fewer than 4 images
 * @example
 * mengTest({ a: 0.8, b: 0.7, between: 0.6 }, 100).z; // 1.9525
 */
export function mengTest(
  { a, b, between }: { a: number; b: number; between: number },
  n: number,
  confidence = 0.95,
): MengTest {
  if (n < 4) throw new RangeError(`Meng's test needs at least 4 images, there are ${n}`);
  const broken = Object.entries({ a, b, between }).find(([, r]) => !(Math.abs(r) < 1));
  if (broken) throw new RangeError(`Meng's test is undefined for ${broken[0]} = ${broken[1]}`);
  const meanSquare = (a * a + b * b) / 2;
  const f = Math.min(1, (1 - between) / (2 * (1 - meanSquare)));
  const h = (1 - f * meanSquare) / (1 - meanSquare);
  const standardError = Math.sqrt((2 * (1 - between) * h) / (n - 3));
  const difference = Math.atanh(a) - Math.atanh(b);
  const z = difference / standardError;
  const reach = normalUpperQuantile((1 - confidence) / 2) * standardError;
  return {
    z,
    pValue: Math.min(1, 2 * normalUpperTail(Math.abs(z))),
    low: difference - reach,
    high: difference + reach,
  };
}
