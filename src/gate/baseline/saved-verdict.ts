import { statSync } from 'node:fs';
import { ConfigError } from '../../common/config-error.ts';
import { isCorrelation, resultsByColumn } from '../../harness/latest-results.ts';
import { NoOutputError } from '../../harness/no-output-error.ts';
import { promptFileName } from '../../harness/prompt-label.ts';
import { type Evaluation, FAILURE_IS_ERROR, type Result } from '../../harness/result-schema.ts';
import { isPairTest, isUnscoredTest } from '../../harness/row-keys.ts';
import { UNNAMED_DATASET } from '../../harness/row-place.ts';
import { readSavedEvaluationSync } from '../../harness/saved-output.ts';
import { datasetKey, kindOf, readGates } from '../read-gates.ts';
import { CORRELATIONS, PREFERENCES } from './baseline-source.ts';
import type { ColumnName } from './pick-column.ts';

/** What a saved output says of its run as a whole. */
export interface SavedVerdict {
  file: string;
  /** When the run was begun. */
  date: Date;
  /** Why it is not green, in one line; undefined: it is. */
  redBecause: string | undefined;
  /** The columns, each with the data sets over which it has an answer, as `datasetKey` names them. */
  columns: (ColumnName & { datasets: readonly string[] })[];
}

/** A file of which nothing is known. */
export interface Unread {
  problem: string;
  /** Whether it may have held a run. */
  isOutput: boolean;
}

/** Every column and gate of a run asks, and an output may be large. */
const known = new Map<string, { stamp: string; verdict: SavedVerdict | Unread }>();

/**
 * Whether a saved run was green: every row passed, none is in error, every data set of every column has its correlation
 * row, and there were gates, each of which was judged and passed.
 *
 * @returns why it cannot be said, where the file is no output of promptfoo with a date
 */
export function savedVerdict(file: string): SavedVerdict | Unread {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) return { problem: 'it is gone', isOutput: true };
  const stamp = `${found.mtimeMs} ${found.size}`;
  const before = known.get(file);
  if (before?.stamp === stamp) return before.verdict;
  const verdict = read(file);
  known.set(file, { stamp, verdict });
  return verdict;
}

function read(file: string): SavedVerdict | Unread {
  try {
    const saved = readSavedEvaluationSync(file);
    if (!saved.createdAt) return { problem: 'it does not say when it was made', isOutput: true };
    return {
      file,
      date: saved.createdAt,
      redBecause: redBecause(saved),
      columns: columnsIn(saved),
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return {
      problem: error.message.replace(`${file} `, 'it ').replace(`${file}: `, ''),
      isOutput: !(error instanceof NoOutputError),
    };
  }
}

function redBecause({ prompts, results }: Evaluation): string | undefined {
  const columns = resultsByColumn({ prompts, results });
  if (columns.length === 0) return 'it has no rows';
  const rows = columns.flatMap((column) => column.results);
  const errors = rows.filter(
    ({ failureReason, response }) => failureReason === FAILURE_IS_ERROR || response?.error,
  );
  if (errors.length > 0) return `${counted(errors.length)} in error`;
  const asksPairs = rows.some(
    (result) => isCorrelation(result) && kindOf(result.testCase) === 'pairs',
  );
  const isUnfinished =
    columns.length < prompts.length ||
    columns.some((column) => withoutCorrelation(column.results, asksPairs).length > 0);
  if (isUnfinished) return 'it was not finished';
  const gates = columns.flatMap((column) => readGates(column.results.filter(isCorrelation)));
  if (gates.length === 0) return 'it has no gate';
  const failed = gates.find(({ passed, judged }) => !(passed && judged));
  if (failed) return `a gate failed: ${failed.sentence}`;
  const others = rows.filter(({ success }) => !success);
  return others.length > 0 ? `${counted(others.length)} failed` : undefined;
}

const counted = (rows: number): string => `${rows} ${rows === 1 ? 'row' : 'rows'}`;

/**
 * Data sets with rows and without a row that holds them all; one without MOS has none, nor has one of pairs where
 * `pair-agreement` is not asked for.
 */
function withoutCorrelation(results: readonly Result[], asksPairs: boolean): string[] {
  const nameOf = ({ vars }: Result): string => String(vars.dataset ?? UNNAMED_DATASET);
  const correlated = new Set(
    results
      .filter(isCorrelation)
      .map((result) => datasetKey({ of: kindOf(result.testCase), dataset: nameOf(result) })),
  );
  return results.flatMap((result) => {
    if (isCorrelation(result) || isUnscoredTest(result.testCase)) return [];
    const isPair = isPairTest({ metadata: result.testCase.metadata, vars: result.vars });
    if (isPair && !asksPairs) return [];
    const dataset = nameOf(result);
    return correlated.has(datasetKey({ of: isPair ? 'pairs' : 'images', dataset }))
      ? []
      : [dataset];
  });
}

/** As baselines name them. */
const columnsIn = ({ prompts, results }: Evaluation): SavedVerdict['columns'] =>
  prompts.map(({ label, provider = '' }, promptIdx) => ({
    provider,
    prompt: promptFileName(label),
    datasets: results
      .filter((result) => result.promptIdx === promptIdx)
      .flatMap(({ response }) =>
        [CORRELATIONS, PREFERENCES].flatMap(({ of, key }) => {
          const dataset: unknown = Object(response?.metadata?.[key]).dataset;
          return typeof dataset === 'string' ? [datasetKey({ of, dataset })] : [];
        }),
      ),
  }));
