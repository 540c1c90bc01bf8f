import { CORRELATION_KEY } from '../../providers/correlation-row.ts';
import { literalVars } from '../../providers/literal-text.ts';
import { promptFileName } from '../../providers/prompt-file.ts';
import { describePooling } from '../one-source.ts';
import { readGates } from './read-gates.ts';
import { isForeign, readRow } from './read-row.ts';
import { listedRows, repetitionsOf } from './repetitions.ts';
import {
  type Evaluation,
  FAILURE_IS_ERROR,
  type RankSettings,
  type Result,
  rankSettingsSchema,
} from './result-schema.ts';
import type { Column, ImageRow, Run } from './run.ts';

/** Reads an evaluation's results, column by column. */
export function readRun({ evalId, prompts, results }: Evaluation): Run {
  const columns: Column[] = [];
  const otherColumns: string[] = [];
  const byColumn = Map.groupBy(latest(results.map(literal)), ({ promptIdx }) => promptIdx);
  for (const [promptIdx, ofColumn] of [...byColumn].sort(([a], [b]) => a - b)) {
    const [first] = ofColumn;
    const prompt = prompts[promptIdx];
    if (!first || !prompt) continue;
    const provider = first.provider.label || first.provider.id || prompt.provider || 'provider';
    const name = promptFileName(prompt.label);
    if (ofColumn.some((result) => !isCorrelation(result) && isForeign(result))) {
      otherColumns.push(`${provider}, ${name}`);
      continue;
    }
    columns.push(readColumn(ofColumn, { provider, prompt: name, promptText: prompt.raw }));
  }
  return { columns, otherColumns, evaluations: evalId ? [evalId] : [] };
}

/** A result whose vars are what its data set's loader found. */
const literal = (result: Result): Result => ({
  ...result,
  vars: literalVars({ ...result.testCase, vars: result.vars }),
});

function readColumn(
  results: readonly Result[],
  names: Pick<Column, 'provider' | 'prompt' | 'promptText'>,
): Column {
  const correlations = results.filter(isCorrelation);
  const images = results.filter((result) => !isCorrelation(result));
  const settings = settingsOf(correlations);
  const { first, further } = repetitionsOf(images, listedRows(correlations));
  const rows = first.map((result) => readRow(result, settings.weights));
  return {
    ...names,
    settings,
    rows,
    pooled: pooledOf(rows),
    repetitions: further.map((result) => readRow(result, settings.weights)),
    gates: readGates(correlations),
  };
}

function pooledOf(rows: readonly ImageRow[]): Column['pooled'] {
  const pooled = new Map<string, string>();
  for (const [dataset, own] of Map.groupBy(rows, (row) => row.dataset)) {
    const problem = describePooling(dataset, own);
    if (problem !== undefined) pooled.set(dataset, problem);
  }
  return pooled;
}

const isCorrelation = (result: Result): boolean =>
  result.testCase.metadata?.[CORRELATION_KEY] !== undefined;

/**
 * One result per test and column, in the order of the tests. After `--retry-errors` the hook is given
 * old errors beside the new results.
 */
function latest(results: readonly Result[]): Result[] {
  const byPlace = new Map<string, Result>();
  for (const result of results) {
    const place = `${result.testIdx} ${result.promptIdx}`;
    const known = byPlace.get(place);
    const isAnswer = result.failureReason !== FAILURE_IS_ERROR;
    if (!known || isAnswer || known.failureReason === FAILURE_IS_ERROR) byPlace.set(place, result);
  }
  return [...byPlace.values()].sort((a, b) => a.testIdx - b.testIdx);
}

/** The first `rank-correlation` publishes the column's correlations, so the report follows it. */
function settingsOf(correlations: readonly Result[]): RankSettings {
  const config = correlations[0]?.testCase.assert?.[0]?.config ?? {};
  const parsed = rankSettingsSchema.safeParse(config);
  return parsed.success ? parsed.data : rankSettingsSchema.parse({});
}
