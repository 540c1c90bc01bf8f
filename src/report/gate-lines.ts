import type { TestCase } from 'promptfoo';
import { greenFiles } from '../gate/baseline/last-green.ts';
import { type Bounds, boundsOf } from '../gate/bounds.ts';
import { datasetKey, type Gate, kindOf, readGates } from '../gate/read-gates.ts';
import { isCorrelation, resultsByColumn } from '../harness/latest-results.ts';
import { literalVars } from '../harness/literal-text.ts';
import type { Evaluation } from '../harness/result-schema.ts';
import { isCorrelationTest } from '../harness/row-keys.ts';
import { datasetOf } from '../harness/row-place.ts';

/** What a run says of its gates. */
export interface GateLines {
  /** One a gate, passed or not, and one with their number. */
  lines: string[];
  /** Whether there were gates to judge and all of them passed. */
  passed: boolean;
}

/**
 * One line a gate, and how many were judged: `gate: SRCC 0.71 [0.66, 0.76] on 400 images, at least 0.65:
 * passed`. A run whose gates judged nothing has not passed.
 *
 * @param tests of the run, with the correlation rows that the extension has appended
 * @returns undefined where the run has no gate
 */
export function gateLines(
  evaluation: Pick<Evaluation, 'prompts' | 'results'>,
  tests: readonly TestCase[],
): GateLines | undefined {
  const expected = boundsIn(tests);
  if (expected.length === 0) return undefined;
  const columns = resultsByColumn(evaluation);
  const gates = columns.flatMap(({ provider, prompt, results }) => {
    const judged = readGates(results.filter(isCorrelation));
    const done = new Set(judged.map(datasetKey));
    const missing = expected.filter((each) => !done.has(datasetKey(each))).map(notRun);
    return [...judged, ...missing].map((gate) => ({ gate, column: `${provider}, ${prompt}` }));
  });
  const judged = gates.filter(({ gate }) => gate.judged).length;
  const all = Math.max(gates.length, expected.length);
  return {
    lines: [
      ...gates.map(({ gate, column }) => describe(gate, columns.length > 1 ? column : undefined)),
      ...(columns.length === 0
        ? ['gate: the run has no column, so nothing was judged: failed']
        : []),
      `gates judged: ${judged}${judged > 0 && judged < all ? ` of ${all}` : ''}`,
    ],
    passed: judged > 0 && gates.every(({ gate }) => gate.passed && gate.judged),
  };
}

/** The bounds of a run's correlation rows, each with its data set. */
const boundsIn = (
  tests: readonly TestCase[],
): (Pick<Gate, 'dataset' | 'of'> & { bounds: Bounds })[] =>
  tests.flatMap((test) =>
    isCorrelationTest(test)
      ? (test.assert ?? []).flatMap((assertion) => {
          const bounds = 'config' in assertion ? boundsOf(assertion.config) : undefined;
          return bounds
            ? [
                {
                  dataset: datasetOf({ ...test, vars: literalVars(test) }),
                  of: kindOf(test),
                  bounds,
                },
              ]
            : [];
        })
      : [],
  );

/** Whether a run has something to judge, or should have. */
export const hasGates = (tests: readonly TestCase[]): boolean => boundsIn(tests).length > 0;

/** The files that a run's gates are, or may be, held against. */
export const baselinesOf = (tests: readonly TestCase[]): string[] => {
  const baselines = boundsIn(tests).map(({ bounds }) => bounds.baseline);
  const folders = new Set(baselines.flatMap(({ lastGreen }) => lastGreen ?? []));
  return [
    ...baselines.flatMap(({ file }) => file ?? []),
    ...[...folders].flatMap((folder) => greenFiles(folder)),
  ];
};

function notRun({ dataset, of, bounds }: ReturnType<typeof boundsIn>[number]): Gate {
  const sentence = `${bounds.name}: ${dataset}: its correlation row was not run`;
  return { dataset, of, passed: false, judged: false, reason: sentence, sentence, remarks: [] };
}

function describe(
  { sentence, passed, remarks, repetitions }: Gate,
  column: string | undefined,
): string {
  const of = [column, repetitions && `repetition ${repetitions.join(', ')}`].filter(Boolean);
  const verdict = `${passed ? 'passed' : 'failed'}${of.length > 0 ? ` (${of.join('; ')})` : ''}`;
  return `gate: ${[`${sentence}: ${verdict}`, ...remarks].join('. ')}`.replaceAll(/\s*\n\s*/g, ' ');
}
