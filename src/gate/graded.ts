import type { GradingResult } from 'promptfoo';
import { namedInJunit } from '../harness/junit.ts';
import { GATE_KEY } from '../harness/row-keys.ts';
import { isBelowCoverage } from '../statistics/coverage.ts';
import { boundsOf } from './bounds.ts';
import { failure } from './failure.ts';
import type { GateResult } from './gate-result.ts';

/** What an assertion says of a row that holds all rows of a data set. */
export interface Judged extends GateResult {
  pass: boolean;
  estimate: number;
  /** Left out where another assertion or repetition of the row publishes them. */
  namedScores?: Record<string, number> | undefined;
}

/**
 * promptfoo's grading of what an assertion on such a row says. With a bound in its configuration the assertion is a
 * gate, whose result stands in the metadata; what it throws fails the row, and a gate has then judged nothing.
 *
 * @param name of the assertion
 * @param written its configuration, as written
 */
export function graded(
  name: string,
  written: unknown,
  judge: (isGate: boolean) => Judged,
): GradingResult {
  const gate = boundsOf(written);
  try {
    const { pass, judged, estimate, sentence, remarks, namedScores } = judge(gate !== undefined);
    const reason = [sentence, ...remarks].join('. ');
    return {
      pass,
      score: Math.max(0, estimate),
      reason,
      ...(namedScores && { namedScores }),
      ...(!pass && { assertion: namedInJunit(name, reason) }),
      ...(gate && gateMetadata({ judged, sentence, remarks })),
    };
  } catch (error) {
    const { reason, ...failed } = failure(error);
    const sentence = gate ? `${gate.name}: ${reason}` : reason;
    return {
      ...failed,
      reason,
      assertion: namedInJunit(name, reason),
      ...(gate && gateMetadata({ judged: false, sentence, remarks: [] })),
    };
  }
}

const gateMetadata = (result: GateResult): Pick<GradingResult, 'metadata'> => ({
  metadata: { [GATE_KEY]: result },
});

/**
 * A row allows what the most lenient of its assertions allows, so each looks at its own.
 *
 * @param lack `images have no score`
 * @throws Error more rows are missing than `minCoverage` allows
 */
export function requireCoverage(
  { rows, missing }: { rows: readonly unknown[]; missing: readonly unknown[] },
  minCoverage: number,
  lack: string,
): void {
  const all = rows.length + missing.length;
  if (isBelowCoverage(rows.length, all, minCoverage)) {
    throw new Error(
      `${missing.length} of ${all} ${lack}, more than minCoverage ${minCoverage} allows`,
    );
  }
}

/** A sentence with the data set's name where the run has several. */
export const inDataset = (
  { dataset, several }: { dataset: string; several: boolean },
  sentence: string,
): string => (several ? `${dataset}: ${sentence}` : sentence);
