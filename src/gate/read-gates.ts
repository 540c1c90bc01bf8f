import { assertionOutcomes } from '../harness/result-parts.ts';
import type { Result } from '../harness/result-schema.ts';
import { CORRELATION_KEY, GATE_KEY } from '../harness/row-keys.ts';
import { UNNAMED_DATASET } from '../harness/row-place.ts';
import { isPreferenceRequest } from '../rows/preference-row.ts';
import { boundsOf } from './bounds.ts';
import { gateResultSchema } from './gate-result.ts';

/** What one `rank-correlation` or `pair-agreement` said of a data set. */
export interface Gate {
  dataset: string;
  /** Images and pairs of images may have data sets of one name, which are two. */
  of: 'images' | 'pairs';
  passed: boolean;
  /** Whether it was held against something. */
  judged: boolean;
  /** The sentence with all of its remarks. */
  reason: string;
  sentence: string;
  remarks: string[];
  /** Under `--repeat`, the repetitions that it was said of, from 1; left out: all of them. */
  repetitions?: number[];
}

type Verdict = Omit<Gate, 'dataset' | 'of' | 'repetitions'>;

/** What a row is over that holds a data set. */
export const kindOf = ({ metadata }: { metadata?: Record<string, unknown> | undefined }) =>
  isPreferenceRequest(metadata?.[CORRELATION_KEY]) ? ('pairs' as const) : ('images' as const);

/** Tells data sets apart. */
export const datasetKey = ({ of, dataset }: Pick<Gate, 'of' | 'dataset'>): string =>
  `${of} ${dataset}`;

/**
 * The verdicts of the correlation rows' assertions that have a bound to hold. Of a gate that says the
 * same in every repetition there is one verdict.
 *
 * @param correlations of one column, the repetitions of a data set's row one after another
 */
export function readGates(correlations: readonly Result[]): Gate[] {
  const placed = correlations.map((result) => ({
    result,
    of: kindOf(result.testCase),
    dataset: String(result.vars.dataset ?? UNNAMED_DATASET),
  }));
  return [...Map.groupBy(placed, datasetKey).values()].flatMap((rows) => {
    const repetitions = rows.map(({ result }) => result);
    const { of, dataset } = rows[0]!;
    return gatesOf(repetitions).flatMap(({ index, bound }) => {
      const verdicts = repetitions.map((result) => verdictOf(result, index, bound));
      const distinct = [...Map.groupBy(verdicts.entries(), ([, { reason }]) => reason).values()];
      return distinct.map((same) => {
        const [, verdict] = same[0] as [number, Verdict];
        const numbers = same.map(([repetition]) => repetition + 1);
        return { dataset, of, ...verdict, ...(distinct.length > 1 && { repetitions: numbers }) };
      });
    });
  });
}

/** The assertions of a row that are gates, and what they hold it against. */
function gatesOf([first]: readonly Result[]): { index: number; bound: string }[] {
  return (first ? assertionOutcomes(first) : []).flatMap(({ config }, index) => {
    const bounds = boundsOf(config);
    return bounds ? [{ index, bound: bounds.name }] : [];
  });
}

/** A row in error has no verdicts of its assertions, and passes none of them. */
function verdictOf(result: Result, index: number, bound: string): Verdict {
  const said = assertionOutcomes(result)[index]?.said;
  if (!said) {
    const { response, error } = result;
    const sentence = `${bound}: ${response?.error ?? error ?? 'it was not judged'}`;
    return { passed: false, judged: false, reason: sentence, sentence, remarks: [] };
  }
  const { pass: passed, reason, metadata } = said;
  // An output of an earlier version says only this much.
  const gate = gateResultSchema.safeParse(metadata?.[GATE_KEY]).data;
  return { passed, reason, ...(gate ?? { judged: true, sentence: reason, remarks: [] }) };
}
