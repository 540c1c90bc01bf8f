import { z } from 'zod';
import { UNNAMED_DATASET } from '../../providers/row-input.ts';
import type { Result } from './result-schema.ts';
import type { Column } from './run.ts';

/** Keys of `rank-correlation` that make it a gate. */
const boundsSchema = z.object({
  min: z.unknown().optional(),
  baseline: z.unknown().optional(),
});

/** The verdicts of a correlation row's assertions that have a bound to hold. */
export function readGates({ testCase, vars, gradingResult }: Result): Column['gates'] {
  const assertions = testCase.assert ?? [];
  return (gradingResult?.componentResults ?? []).flatMap(({ pass, reason }, index) => {
    const bounds = boundsSchema.safeParse(assertions[index]?.config ?? {});
    const isGate =
      bounds.success && (bounds.data.min !== undefined || bounds.data.baseline !== undefined);
    const dataset = String(vars.dataset ?? UNNAMED_DATASET);
    return isGate ? [{ dataset, passed: pass, reason }] : [];
  });
}
