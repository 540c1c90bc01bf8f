import { describePooling } from '../one-source.ts';
import { isCorrelation, resultsByColumn } from './latest-results.ts';
import { readGates } from './read-gates.ts';
import { isForeign, readRow } from './read-row.ts';
import { listedRows, repetitionsOf } from './repetitions.ts';
import {
  type Evaluation,
  type RankSettings,
  type Result,
  rankSettingsSchema,
} from './result-schema.ts';
import type { Column, ImageRow, Run } from './run.ts';

/** Reads an evaluation's results, column by column. */
export function readRun({ evalId, prompts, results }: Evaluation): Run {
  const columns: Column[] = [];
  const otherColumns: string[] = [];
  for (const { results: own, ...names } of resultsByColumn({ prompts, results })) {
    if (own.some((result) => !isCorrelation(result) && isForeign(result))) {
      otherColumns.push(`${names.provider}, ${names.prompt}`);
    } else {
      columns.push(readColumn(own, names));
    }
  }
  return { columns, otherColumns, evaluations: evalId ? [evalId] : [] };
}

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

/** The first `rank-correlation` publishes the column's correlations, so the report follows it. */
function settingsOf(correlations: readonly Result[]): RankSettings {
  const config = correlations[0]?.testCase.assert?.[0]?.config ?? {};
  const parsed = rankSettingsSchema.safeParse(config);
  return parsed.success ? parsed.data : rankSettingsSchema.parse({});
}
