import { comparableRows } from '../../gate/baseline/comparable-rows.ts';
import { differenceInPrompt } from '../../gate/baseline/compare-asked.ts';
import type { MatchedRows } from '../../gate/baseline/match-rows.ts';
import type { GateMetric } from '../../gate/gate-metric.ts';
import type { Answered } from './series.ts';

export interface ComparingOptions {
  metric: GateMetric;
  /** Whether runs with another text of the prompt are compared. */
  anyPrompt: boolean;
}

/** How a run is called in phrases. */
export const runCalled = ({ runName }: { runName: string }): string => `the run of ${runName}`;

/**
 * The rows over which two runs are compared, and in `differences` why they are not comparable: what keeps a gate from
 * its baseline, another text of the prompt, other weights, another method.
 */
export function comparable(
  now: Answered,
  before: Answered,
  { metric, anyPrompt }: ComparingOptions,
): MatchedRows {
  const { answer, minCoverage, weights } = now.measurement;
  const { answer: older, weights: olderWeights } = before.measurement;
  const earlier = runCalled(before);
  const rows = comparableRows(answer, older, { metric, minCoverage, earlier });
  return {
    ...rows,
    differences: [
      ...rows.differences,
      ...(!anyPrompt && answer.asked && older.asked
        ? differenceInPrompt(answer.asked, older.asked, earlier)
        : []),
      ...differ('weights of rank-correlation', olderWeights, weights, earlier),
      ...differ('method', older.method, answer.method, earlier),
    ],
  };
}

const differ = (
  name: string,
  before: string | undefined,
  now: string | undefined,
  earlier: string,
): string[] =>
  now === before ? [] : [`${name}: ${before ?? 'unset'} in ${earlier}, ${now ?? 'unset'} here`];
