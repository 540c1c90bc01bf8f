import Table from 'cli-table3';
import type { EvaluateResult } from 'promptfoo';
import { CORRELATION_KEY, correlationRequestSchema } from '../providers/correlation-row.ts';
import { promptFileName } from '../providers/prompt-file.ts';

const METRICS = ['SRCC', 'KRCC', 'PLCC'] as const;

/**
 * The table printed after a run: one line per column and data set, with the correlations that the
 * correlation rows published, or what kept one from being computed.
 */
export function leaderboard(results: readonly EvaluateResult[]): string {
  const lines = latest(results.filter((result) => result.testCase?.metadata?.[CORRELATION_KEY]));
  if (lines.length === 0) return '';
  const table = new Table({
    head: ['model', 'prompt', 'data set', 'n', ...METRICS.slice(0, 2), 'PLCC raw'],
    colAligns: ['left', 'left', 'left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      right: '',
      mid: '',
      'left-mid': '',
      'mid-mid': '',
      'right-mid': '',
      middle: ' ',
    },
  });
  const problems: string[] = [];
  for (const result of lines) {
    const { dataset, several, rows } = correlationRequestSchema.parse(
      result.testCase.metadata?.[CORRELATION_KEY],
    );
    const suffix = several ? ` ${dataset}` : '';
    const values = METRICS.map(
      (metric) => result.namedScores[`${metric}${suffix}`]?.toFixed(3) ?? '-',
    );
    const model = result.provider.label ?? result.provider.id;
    const prompt = promptFileName(result.prompt.label);
    table.push([model, prompt, dataset, rows.length, ...values]);
    if (!result.success) problems.push(`  ${model}, ${prompt}: ${result.error ?? 'failed'}`);
  }
  return [
    '',
    'Agreement with the scores of the data set',
    table.toString(),
    ...problems,
    '',
    '',
  ].join('\n');
}

/**
 * One result per row and column, repetitions left out. After `--retry-errors` the old error stands
 * beside the new result.
 */
function latest(results: readonly EvaluateResult[]): EvaluateResult[] {
  const byPlace = new Map<string, EvaluateResult>();
  for (const result of results) {
    const dataset = correlationRequestSchema.parse(
      result.testCase.metadata?.[CORRELATION_KEY],
    ).dataset;
    const place = JSON.stringify([result.promptIdx, dataset]);
    const known = byPlace.get(place);
    const published = Object.keys(result.namedScores).length > 0;
    if (!known || published) byPlace.set(place, result);
  }
  return [...byPlace.values()];
}
