import type { Estimate } from '../report-schema.ts';
import { NORMAL_95 } from './mean-estimate.ts';

/**
 * Standard deviation of the categories' biases beyond what their standard errors explain.
 *
 * @returns also over how many: a category without an interval says nothing of its standard error
 */
export function spreadOf(biases: readonly (Estimate | undefined)[]): {
  bias: number | null;
  over: number;
} {
  const known = biases.flatMap((bias) =>
    bias && bias.estimate !== null && bias.low !== null && bias.high !== null
      ? [{ mean: bias.estimate, error: (bias.high - bias.low) / 2 / NORMAL_95 }]
      : [],
  );
  if (known.length < 2) return { bias: null, over: known.length };
  const centre = known.reduce((sum, { mean }) => sum + mean, 0) / known.length;
  const observed =
    known.reduce((sum, { mean }) => sum + (mean - centre) ** 2, 0) / (known.length - 1);
  const chance = known.reduce((sum, { error }) => sum + error ** 2, 0) / known.length;
  return { bias: Math.sqrt(Math.max(0, observed - chance)), over: known.length };
}
