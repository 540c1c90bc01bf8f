import { z } from 'zod';
import { UNNAMED_DATASET } from '../../providers/row-input.ts';
import type { Result } from './result-schema.ts';
import type { Gate } from './run.ts';

/** Keys of `rank-correlation` that make it a gate. */
const boundsSchema = z.object({ min: z.unknown().optional(), baseline: z.unknown().optional() });
const baselineSchema = z.object({ file: z.string() });

/**
 * The verdicts of the correlation rows' assertions that have a bound to hold. Of a gate that says the
 * same in every repetition there is one verdict.
 *
 * @param correlations of one column, the repetitions of a data set's row one after another
 */
export function readGates(correlations: readonly Result[]): Gate[] {
  const datasetOf = ({ vars }: Result) => String(vars.dataset ?? UNNAMED_DATASET);
  return [...Map.groupBy(correlations, datasetOf)].flatMap(([dataset, repetitions]) =>
    boundsOf(repetitions).flatMap(({ index, bound }) => {
      const verdicts = repetitions.map((result) => verdictOf(result, index, bound));
      const distinct = [...Map.groupBy(verdicts.entries(), ([, { reason }]) => reason).values()];
      return distinct.map((same) => {
        const { passed, reason } = (same[0] as [number, ReturnType<typeof verdictOf>])[1];
        const numbers = same.map(([repetition]) => repetition + 1);
        return {
          dataset,
          passed,
          reason,
          ...(distinct.length > 1 && { repetitions: numbers }),
        };
      });
    }),
  );
}

/** The assertions of a row that are gates, and what they hold it against. */
function boundsOf([first]: readonly Result[]): { index: number; bound: string }[] {
  return (first?.testCase.assert ?? []).flatMap(({ config }, index) => {
    const { min, baseline } = boundsSchema.catch({}).parse(config ?? {});
    const bound = [
      ...(min === undefined ? [] : [`min ${min}`]),
      ...(baseline === undefined
        ? []
        : [`baseline ${baselineSchema.safeParse(baseline).data?.file ?? ''}`.trim()]),
    ];
    return bound.length > 0 ? [{ index, bound: bound.join(', ') }] : [];
  });
}

/** A row in error has no verdicts of its assertions, and passes none of them. */
function verdictOf(
  { gradingResult, response, error }: Result,
  index: number,
  bound: string,
): { passed: boolean; reason: string } {
  const judged = gradingResult?.componentResults?.[index];
  if (judged) return { passed: judged.pass, reason: judged.reason };
  return { passed: false, reason: `${bound}: ${response?.error ?? error ?? 'it was not judged'}` };
}
