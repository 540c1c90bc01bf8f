import { ConfigError } from '../../common/config-error.ts';
import { kindOf, readGates } from '../../gate/read-gates.ts';
import {
  type ColumnResults,
  isCorrelation,
  resultsByColumn,
} from '../../harness/latest-results.ts';
import type { Evaluation, Result } from '../../harness/result-schema.ts';
import { CORRELATION_KEY } from '../../harness/row-keys.ts';
import { parsePromptFile } from '../../method/prompt-file.ts';
import { LISTED } from '../../method/row-output.ts';
import { describePooling } from '../../rows/one-source.ts';
import { preferenceRequestSchema } from '../../rows/preference-row.ts';
import { levelsOfPrompt } from '../../rows/prompt-levels.ts';
import { type RankSettings, rankSettingsSchema } from './rank-settings.ts';
import { hasRatings, readGenerated } from './read-generated.ts';
import { isPairResult, type PairRow, readPair } from './read-pair.ts';
import { isForeign, isOwn, readRow } from './read-row.ts';
import { listedRows, repetitionsOf } from './repetitions.ts';
import type { Column, ImageRow, Run } from './scored-run.ts';

/** Reads an evaluation's results, column by column. */
export function readRun({ evalId, prompts, results }: Evaluation): Run {
  const columns: Column[] = [];
  const otherColumns: string[] = [];
  const rated: ColumnResults[] = [];
  for (const { results: own, ...names } of resultsByColumn({ prompts, results })) {
    const rows = own.filter((result) => !isCorrelation(result) && !isPairResult(result));
    if (hasRatings(rows) && !rows.some(isOwn)) {
      rated.push({ ...names, results: rows });
    } else if (rows.some(isForeign)) {
      otherColumns.push(`${names.provider}, ${names.prompt}`);
    } else {
      columns.push(readColumn(own, names));
    }
  }
  const generated = readGenerated(rated);
  return { columns, generated, otherColumns, ensembles: [], evaluations: evalId ? [evalId] : [] };
}

function readColumn(
  results: readonly Result[],
  names: Pick<Column, 'provider' | 'prompt' | 'promptText'>,
): Column {
  const correlations = results.filter(isCorrelation);
  const images = results.filter((result) => !isCorrelation(result) && !isPairResult(result));
  const answered = repetitionsOf(
    results.filter((result) => !isCorrelation(result) && isPairResult(result)),
    listedRows(correlations),
  );
  const pairs = answered.first.map(readPair);
  const settings = settingsOf(correlations);
  const { first, further } = repetitionsOf(images, listedRows(correlations));
  const rows = first.map((result) => readRow(result, settings.weights));
  return {
    ...names,
    provider: noticed(names.provider, rows, pairs),
    levels: rows.some(isListed) ? undefined : levelsOf(names),
    settings,
    rows,
    pooled: pooledOf(rows),
    pairs,
    pairRepetitions: answered.further.map(readPair),
    pairCoverage: pairCoverageOf(correlations),
    repetitions: further.map((result) => readRow(result, settings.weights)),
    gates: readGates(correlations),
  };
}

/** Scores that were made elsewhere are no answers to the prompt of their column. */
const isListed = ({ scored }: ImageRow): boolean => scored?.output.source === LISTED;

/** Of a text that is no prompt file, or none before its variables are filled in, nothing is known. */
function levelsOf({ prompt, promptText }: Pick<Column, 'prompt' | 'promptText'>) {
  try {
    return levelsOfPrompt(parsePromptFile(promptText, prompt));
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

function pairCoverageOf(correlations: readonly Result[]): Column['pairCoverage'] {
  return new Map(
    correlations.flatMap(({ testCase }): [string, number][] => {
      const request = preferenceRequestSchema.safeParse(testCase.metadata?.[CORRELATION_KEY]);
      return request.success ? [[request.data.dataset, request.data.minCoverage]] : [];
    }),
  );
}

/** The label, with what its answers want to be said wherever their numbers are shown. */
function noticed(provider: string, rows: readonly ImageRow[], pairs: readonly PairRow[]): string {
  const outputs = [
    ...rows.map(({ scored }) => scored?.output),
    ...pairs.map(({ answered }) => answered?.output),
  ];
  const notice = outputs.find((output) => output?.notice !== undefined)?.notice;
  return notice === undefined || provider.includes(notice) ? provider : `${provider} (${notice})`;
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
  const first = correlations.find(({ testCase }) => kindOf(testCase) === 'images');
  const config = first?.testCase.assert?.[0]?.config ?? {};
  const parsed = rankSettingsSchema.safeParse(config);
  return parsed.success ? parsed.data : rankSettingsSchema.parse({});
}
