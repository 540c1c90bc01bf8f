import { normalUpperQuantile } from './normal.ts';
import type { Metric } from './resampled.ts';
import { UndefinedIntervalError } from './undefined-interval-error.ts';

/**
 * Analytic check of a bootstrap interval: Fisher's z with the variances of Bonett & Wright
 * (Psychometrika 65, 2000): `1/(n-3)` for PLCC, `(1 + r^2/2)/(n-3)` for SRCC, `0.437/(n-4)` for KRCC.
 * It takes images to be independent, so it is no check where they come in groups.
 *
 * @throws UndefinedIntervalError fewer than 5 images
 * @example
 * fisherInterval('SRCC', 0.8, 100); // { low: 0.7014, high: 0.8686 }
 */
export function fisherInterval(
  metric: Metric,
  estimate: number,
  n: number,
  confidence = 0.95,
): { low: number; high: number } {
  if (n < 5) throw new UndefinedIntervalError(`Fisher's interval needs 5 images, there are ${n}`);
  const variance = {
    SRCC: (1 + estimate ** 2 / 2) / (n - 3),
    KRCC: 0.437 / (n - 4),
    PLCC: 1 / (n - 3),
  }[metric];
  const reach = normalUpperQuantile((1 - confidence) / 2) * Math.sqrt(variance);
  const z = Math.atanh(estimate);
  return { low: Math.tanh(z - reach), high: Math.tanh(z + reach) };
}
