import { boundsOf } from '../../assertions/gate/bounds.ts';
import { GATE_KEY } from '../../assertions/gate/gate-result.ts';
import { UNNAMED_DATASET } from '../../providers/row-input.ts';
import type { Result } from './result-schema.ts';
import type { Gate } from './run.ts';

type Verdict = Omit<Gate, 'dataset' | 'repetitions'>;

/**
 * The verdicts of the correlation rows' assertions that have a bound to hold. Of a gate that says the
 * same in every repetition there is one verdict.
 *
 * @param correlations of one column, the repetitions of a data set's row one after another
 */
export function readGates(correlations: readonly Result[]): Gate[] {
  const datasetOf = ({ vars }: Result) => String(vars.dataset ?? UNNAMED_DATASET);
  return [...Map.groupBy(correlations, datasetOf)].flatMap(([dataset, repetitions]) =>
    gatesOf(repetitions).flatMap(({ index, bound }) => {
      const verdicts = repetitions.map((result) => verdictOf(result, index, bound));
      const distinct = [...Map.groupBy(verdicts.entries(), ([, { reason }]) => reason).values()];
      return distinct.map((same) => {
        const [, verdict] = same[0] as [number, Verdict];
        const numbers = same.map(([repetition]) => repetition + 1);
        return { dataset, ...verdict, ...(distinct.length > 1 && { repetitions: numbers }) };
      });
    }),
  );
}

/** The assertions of a row that are gates, and what they hold it against. */
function gatesOf([first]: readonly Result[]): { index: number; bound: string }[] {
  return (first?.testCase.assert ?? []).flatMap(({ config }, index) => {
    const bounds = boundsOf(config);
    return bounds ? [{ index, bound: bounds.name }] : [];
  });
}

/** A row in error has no verdicts of its assertions, and passes none of them. */
function verdictOf(
  { gradingResult, response, error }: Result,
  index: number,
  bound: string,
): Verdict {
  const result = gradingResult?.componentResults?.[index];
  if (!result) {
    const sentence = `${bound}: ${response?.error ?? error ?? 'it was not judged'}`;
    return { passed: false, judged: false, reason: sentence, sentence, remarks: [] };
  }
  const { pass: passed, reason, metadata } = result;
  // An output of an earlier version says only this much.
  const said = metadata?.[GATE_KEY] ?? { judged: true, sentence: reason, remarks: [] };
  return { passed, reason, ...said };
}
