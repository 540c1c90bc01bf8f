import type { Entry } from '../report-schema.ts';
import type { AnswerSummary } from '../run/answer-summary.ts';
import type { ImageRow, ScoredPart } from '../run/scored-run.ts';

/** Calls and cost of answers, of whatever rows they are. */
export function spendingOf(answers: readonly AnswerSummary[]) {
  const sum = (count: (one: AnswerSummary) => number) =>
    answers.reduce((total, one) => total + count(one), 0);
  return {
    calls: {
      bought: sum(({ bought }) => bought),
      reused: sum(({ reused }) => reused),
      unusable: sum(({ unusable }) => unusable),
    },
    cost: {
      usd: sum(({ costUsd }) => costUsd),
      paidUsd: sum(({ paidUsd }) => paidUsd),
      unpriced: sum(({ unpriced }) => unpriced),
    },
  };
}

/** Calls, cost, latency and origin of the answers for rows, those without a score and repetitions included. */
export function spending(
  rows: readonly ImageRow[],
): Pick<Entry, 'models' | 'probabilities' | 'calls' | 'cost' | 'latencyMs'> {
  const answers = rows.map((row) => row.answers);
  const { calls, cost } = spendingOf(answers);
  const { cost: failed } = spendingOf(rows.flatMap((row) => (row.scored ? [] : row.answers)));
  const sources = new Set(rows.flatMap(({ scored }) => scored?.output.source ?? []));
  const latencies = Float64Array.from(answers.flatMap(({ latenciesMs }) => latenciesMs)).sort();
  const at = (share: number) => latencies[Math.floor(share * (latencies.length - 1))]!;
  return {
    models: [...new Set(rows.flatMap((row) => (row.scored ? row.answers.models : [])))],
    probabilities: {
      source: sources.size > 0 ? [...sources].sort().join(', ') : null,
      samples: [...new Set(answers.flatMap(({ samples }) => samples))].sort((a, b) => a - b),
      choices: [...new Set(answers.flatMap(({ choices }) => choices))].sort((a, b) => a - b),
      invalid: answers.reduce((total, { invalid }) => total + invalid, 0),
    },
    calls,
    cost: { ...cost, failedRows: { usd: failed.usd, unpriced: failed.unpriced } },
    latencyMs: latencies.length > 0 ? { median: at(0.5), p95: at(0.95) } : null,
  };
}

/** Degraded copies that were left out, because they do not differ from their image. */
export const skippedConditions = (scored: readonly ScoredPart[]): number =>
  scored.flatMap(({ output }) => output.conditions).filter(({ skipped }) => skipped !== undefined)
    .length;
