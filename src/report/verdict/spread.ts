import type { MeanEstimate } from './mean-estimate.ts';

/**
 * Standard deviation of the categories' biases beyond what their standard errors explain.
 *
 * @returns also over how many: a category without an interval says nothing of its standard error
 */
export function spreadOf(biases: readonly MeanEstimate[]): { bias: number | null; over: number } {
  const known = biases.flatMap(({ mean: { estimate }, standardError }) =>
    estimate !== null && standardError !== null ? [{ mean: estimate, standardError }] : [],
  );
  if (known.length < 2) return { bias: null, over: known.length };
  const centre = known.reduce((sum, { mean }) => sum + mean, 0) / known.length;
  const observed =
    known.reduce((sum, { mean }) => sum + (mean - centre) ** 2, 0) / (known.length - 1);
  const chance =
    known.reduce((sum, { standardError }) => sum + standardError ** 2, 0) / known.length;
  return { bias: Math.sqrt(Math.max(0, observed - chance)), over: known.length };
}
