import { UndefinedCorrelationError, UndefinedIntervalError } from '../../statistics/index.ts';
import type { Estimate } from '../report-schema.ts';

/** An estimate that does not exist. */
export const noEstimate = (problem: string): Estimate => ({
  estimate: null,
  low: null,
  high: null,
  problem,
});

/** What `compute` gives, or the statistical reason why there is none; other errors are thrown on. */
export function orReason<Result>(compute: () => Result): Result | { problem: string } {
  try {
    return compute();
  } catch (error) {
    if (error instanceof UndefinedCorrelationError || error instanceof UndefinedIntervalError) {
      return { problem: error.message };
    }
    throw error;
  }
}
