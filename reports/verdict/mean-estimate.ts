import type { Estimate } from '../report-schema.ts';
import { noEstimate } from './estimate.ts';

/** Half-width of a two-sided 95 % normal interval, in standard errors. */
export const NORMAL_95 = 1.959964;

const MIN_UNITS = 5;

/**
 * A mean with its normal 95 % interval, whose standard error allows values of one unit to vary
 * together (the cluster-robust estimator `sqrt(G/(G-1) sum_g (sum_i e_gi)^2) / n`).
 *
 * @param units of each value; values that are independent have each its own
 */
export function meanEstimate(values: readonly number[], units: readonly string[]): Estimate {
  const n = values.length;
  if (n === 0) return noEstimate('there are no images');
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const sums = new Map<string, number>();
  for (const [index, value] of values.entries()) {
    const unit = units[index] as string;
    sums.set(unit, (sums.get(unit) ?? 0) + value - mean);
  }
  if (sums.size < MIN_UNITS) {
    const problem = `an interval needs at least ${MIN_UNITS} independent images or groups, there are ${sums.size}`;
    return { ...noEstimate(problem), estimate: mean };
  }
  const squares = [...sums.values()].reduce((total, sum) => total + sum ** 2, 0);
  const standardError = Math.sqrt((sums.size / (sums.size - 1)) * squares) / n;
  const reach = NORMAL_95 * standardError;
  return { estimate: mean, low: mean - reach, high: mean + reach };
}
