import { MIN_UNITS } from '../../statistics/index.ts';
import { studentUpperQuantile } from '../../statistics/student.ts';
import type { Estimate } from '../report-schema.ts';
import { noEstimate } from './or-reason.ts';

const TAIL_95 = 0.025;

export interface MeanEstimate {
  /** The mean with its 95 % interval. */
  mean: Estimate;
  /** Null where there is no interval. */
  standardError: number | null;
}

/**
 * A mean with Student's 95 % interval, with G - 1 degrees of freedom for G units, whose standard error
 * allows values of one unit to vary together (the cluster-robust estimator
 * `sqrt(G/(G-1) sum_g (sum_i e_gi)^2) / n`).
 *
 * @param units of each value; values that are independent have each its own
 */
export function meanEstimate(values: readonly number[], units: readonly string[]): MeanEstimate {
  const n = values.length;
  if (n === 0) return { mean: noEstimate('there are no images'), standardError: null };
  const estimate = values.reduce((sum, value) => sum + value, 0) / n;
  const sums = new Map<string, number>();
  for (const [index, value] of values.entries()) {
    const unit = units[index]!;
    sums.set(unit, (sums.get(unit) ?? 0) + value - estimate);
  }
  if (sums.size < MIN_UNITS) {
    const problem = `an interval needs at least ${MIN_UNITS} independent images or groups, there are ${sums.size}`;
    return { mean: { ...noEstimate(problem), estimate }, standardError: null };
  }
  const squares = [...sums.values()].reduce((total, sum) => total + sum ** 2, 0);
  const standardError = Math.sqrt((sums.size / (sums.size - 1)) * squares) / n;
  const reach = studentUpperQuantile(TAIL_95, sums.size - 1) * standardError;
  return { mean: { estimate, low: estimate - reach, high: estimate + reach }, standardError };
}

/** No mean lies beyond what its values can be. */
export const withinEnds = (
  { low, high, ...mean }: Estimate,
  [lowest, highest]: readonly [number, number],
): Estimate => ({
  ...mean,
  low: low === null ? null : Math.max(lowest, low),
  high: high === null ? null : Math.min(highest, high),
});
