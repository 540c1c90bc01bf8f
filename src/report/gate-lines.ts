import type { TestCase } from 'promptfoo';
import { type Bounds, boundsOf } from '../assertions/gate/bounds.ts';
import { CORRELATION_KEY } from '../providers/correlation-row.ts';
import { literalVars } from '../providers/literal-text.ts';
import { isCorrelation, resultsByColumn } from './run/latest-results.ts';
import { readGates } from './run/read-gates.ts';
import type { Evaluation } from './run/result-schema.ts';
import type { Gate } from './run/run.ts';

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
    const done = new Set(judged.map(({ dataset }) => dataset));
    const missing = expected.filter(({ dataset }) => !done.has(dataset)).map(notRun);
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
const boundsIn = (tests: readonly TestCase[]): { dataset: string; bounds: Bounds }[] =>
  tests.flatMap((test) =>
    test.metadata?.[CORRELATION_KEY]
      ? (test.assert ?? []).flatMap((assertion) => {
          const bounds = 'config' in assertion ? boundsOf(assertion.config) : undefined;
          return bounds ? [{ dataset: String(literalVars(test).dataset), bounds }] : [];
        })
      : [],
  );

/** Whether a run has something to judge, or should have. */
export const hasGates = (tests: readonly TestCase[]): boolean => boundsIn(tests).length > 0;

/** The baselines that a run's gates read. */
export const baselinesOf = (tests: readonly TestCase[]): string[] =>
  boundsIn(tests).flatMap(({ bounds }) => bounds.baselineFile ?? []);

function notRun({ dataset, bounds }: ReturnType<typeof boundsIn>[number]): Gate {
  const sentence = `${bounds.name}: ${dataset}: its correlation row was not run`;
  return { dataset, passed: false, judged: false, reason: sentence, sentence, remarks: [] };
}

function describe(
  { sentence, passed, remarks, repetitions }: Gate,
  column: string | undefined,
): string {
  const of = [column, repetitions && `repetition ${repetitions.join(', ')}`].filter(Boolean);
  const verdict = `${passed ? 'passed' : 'failed'}${of.length > 0 ? ` (${of.join('; ')})` : ''}`;
  return `gate: ${[`${sentence}: ${verdict}`, ...remarks].join('. ')}`.replaceAll(/\s*\n\s*/g, ' ');
}
