import { statSync } from 'node:fs';
import { ConfigError, parseData } from '../../common/config-error.ts';
import {
  type ColumnResults,
  isCorrelation,
  resultsByColumn,
} from '../../harness/latest-results.ts';
import { NoOutputError } from '../../harness/no-output-error.ts';
import type { Result } from '../../harness/result-schema.ts';
import { isUnscoredTest } from '../../harness/row-keys.ts';
import { UNNAMED_DATASET } from '../../harness/row-place.ts';
import { readSavedEvaluation } from '../../harness/saved-output.ts';
import { correlationAnswerSchema } from '../../rows/correlation-row.ts';
import { rankSettingsSchema } from '../run/rank-settings.ts';
import { isForeign } from '../run/read-row.ts';
import type { HistoryRun, LeftOut, Measurement } from './history-run.ts';

/**
 * What a saved output says of each column and data set: the answer of its correlation row.
 *
 * @returns why it is left out, where it is no output of this plugin's or cannot be read
 */
export async function readHistoryRun(file: string): Promise<HistoryRun | LeftOut> {
  try {
    const saved = await readSavedEvaluation(file);
    const columns = resultsByColumn(saved);
    const measurements = distinct(columns.flatMap((column) => measurementsOf(column, file)));
    if (measurements.length === 0) {
      return { file, reason: 'it has no column of this plugin with MOS', isBroken: false };
    }
    return {
      file,
      evalId: saved.evalId ?? undefined,
      ids: saved.results.flatMap(({ id }) => id ?? []),
      ...(saved.createdAt
        ? { date: saved.createdAt, dateFrom: 'evaluation' }
        : { date: statSync(file).mtime, dateFrom: 'file' }),
      exportedAt: saved.exportedAt,
      measurements,
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const reason = error.message.startsWith(file)
      ? error.message.slice(file.length).replace(/^[:,]?\s*/, '')
      : error.message;
    return {
      file,
      reason: reason.replace(/^is /, 'it is '),
      isBroken: !(error instanceof NoOutputError),
    };
  }
}

function measurementsOf(column: ColumnResults, file: string): Measurement[] {
  const { provider, prompt, results } = column;
  if (results.some((result) => !isCorrelation(result) && isForeign(result))) return [];
  const correlations = Map.groupBy(results.filter(isCorrelation), datasetOf);
  const measured = [...correlations].flatMap(([dataset, rows]): Measurement[] => {
    const first = firstRepetition(rows, file);
    if ('isForeign' in first) return [];
    if ('answer' in first && first.answer.method === 'prior') return [];
    const settings = settingsOf(rows);
    return [{ dataset, provider, prompt, ...settings, ...first }];
  });
  // A run that was stopped has rows, and nothing over them.
  const stopped = new Set(
    results
      .filter((result) => !isCorrelation(result) && isOwn(result))
      .map(datasetOf)
      .filter((dataset) => !correlations.has(dataset)),
  );
  return [
    ...measured,
    ...[...stopped].map((dataset): Measurement => {
      const problem =
        'its correlation row is missing: the run was stopped, or has no rank-correlation with the extension';
      return { dataset, provider, prompt, ...rankSettingsSchema.parse({}), problem };
    }),
  ];
}

type First =
  | Pick<Extract<Measurement, { answer: unknown }>, 'answer' | 'version'>
  | { problem: string }
  | { isForeign: true };

/** Of the repetitions of a correlation row the one that counts, or why there is none. */
function firstRepetition(rows: readonly Result[], file: string): First {
  const answers = rows.flatMap(({ response }) => {
    const correlation = response?.metadata?.correlation;
    if (correlation === undefined) return [];
    const where = `${file}: metadata.correlation`;
    const versions = response?.metadata?.versions;
    return [{ answer: parseData(correlationAnswerSchema, correlation, where), versions }];
  });
  const [first, second] = answers.filter(({ answer }) => answer.repeatIndex === 0);
  if (second)
    return { problem: 'it has two correlation rows, so it is not known which one counts' };
  if (first) return { answer: first.answer, version: versionIn(first.versions) };
  const [failed] = rows;
  const error = failed?.response?.error ?? failed?.error;
  if (failed && isForeign(failed)) return { isForeign: true };
  return { problem: error ?? 'its correlation row has no answer' };
}

function versionIn(versions: unknown): string | undefined {
  if (typeof versions !== 'object' || versions === null) return undefined;
  const own = Object.entries(versions).find(([name]) => name === 'promptfoo-iqa')?.[1];
  return typeof own === 'string' ? own : undefined;
}

/** As the report, the history follows the first `rank-correlation` of the row. */
function settingsOf([row]: readonly Result[]) {
  const parsed = rankSettingsSchema.safeParse(row?.testCase.assert?.[0]?.config ?? {});
  return parsed.success ? parsed.data : rankSettingsSchema.parse({});
}

const datasetOf = ({ vars }: Result): string => String(vars.dataset ?? UNNAMED_DATASET);

const isOwn = (result: Result): boolean =>
  result.response?.output !== undefined && !isForeign(result) && !isUnscoredTest(result.testCase);

/** Of two columns of one name it is not known which one a later run's is to be held against. */
function distinct(measurements: readonly Measurement[]): Measurement[] {
  const byName = Map.groupBy(measurements, ({ dataset, provider, prompt }) =>
    JSON.stringify([dataset, provider, prompt]),
  );
  return [...byName.values()].flatMap((same): Measurement[] => {
    const [first] = same;
    if (!first || same.length === 1) return same;
    const { dataset, provider, prompt, weights, minCoverage } = first;
    const problem = `${same.length} columns have this name, so it is not known which one counts; give their providers labels of their own`;
    return [{ dataset, provider, prompt, minCoverage, ...(weights && { weights }), problem }];
  });
}
