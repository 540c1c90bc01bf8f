import { ConfigError } from '../../common/config-error.ts';
import { oneLine } from '../../common/one-line.ts';
import { datasetKey } from '../read-gates.ts';
import { type BaselineSource, lacksDataset } from './baseline-source.ts';
import { outputFiles } from './output-files.ts';
import { type ColumnName, pickColumn } from './pick-column.ts';
import { type SavedVerdict, savedVerdict } from './saved-verdict.ts';

/** The run that a gate is held against. */
export interface LastGreen {
  file: string;
  /** Which one it is, and what is newer: `runs/a.json, the last green run, of 2026-11-20 04:30 UTC`. */
  description: string;
}

/** Why no run of a folder is a baseline, in one line. */
export interface NoGreen {
  problem: string;
}

interface Wanted {
  /** As `pickColumn` takes it. */
  column?: string | undefined;
  own: Partial<ColumnName>;
  source: Pick<BaselineSource<unknown>, 'of' | 'key'>;
  dataset: string;
  /** Why a green run that has the column and the data set cannot be compared with this one. */
  whyNotComparable(file: string): readonly string[];
}

/**
 * The newest saved output in which everything passed, and which has the column and the data set that are compared, over
 * what this run is over. Where all of them are over something else, it is the newest of these.
 *
 * @param named folder or pattern, relative to the working directory
 */
export function lastGreen(named: string, wanted: Wanted): LastGreen | NoGreen {
  const read = verdictsIn(named);
  if ('problem' in read) return read;
  const { verdicts, unread } = read;
  const passedOver: string[] = [];
  let overOthers: LastGreen | undefined;
  for (const { file, date, redBecause, columns } of verdicts) {
    const problem = redBecause ?? missingIn(columns, file, wanted);
    const differences = problem === undefined ? wanted.whyNotComparable(file) : [problem];
    if (problem === undefined) {
      const others = `${listed('passed over, as newer and not it', passedOver)}${listed('not read', unread)}`;
      const minute = date.toISOString().slice(0, '2026-11-20T04:30'.length).replace('T', ' ');
      const description = `${file}, the last green run, of ${minute} UTC${others}`;
      const green = { file, description: oneLine(description) };
      if (differences.length === 0) return green;
      overOthers ??= green;
    }
    passedOver.push(`${file} (${differences.join('; ')})`);
  }
  if (overOthers) return overOthers;
  const [newest = unread[0]] = passedOver;
  const count = verdicts.length + unread.length;
  const because =
    newest === undefined
      ? 'it has no output'
      : `${count} ${count === 1 ? 'output' : 'outputs'}, of which the newest is ${newest}`;
  return { problem: oneLine(`no green run in ${named}: ${because}`) };
}

/** `; not read: runs/a.json (it is not JSON) and 2 more` */
const listed = (what: string, files: readonly string[]): string =>
  files.length === 0
    ? ''
    : `; ${what}: ${files[0]}${files.length > 1 ? ` and ${files.length - 1} more` : ''}`;

/** Outputs of it that were green: a run that overwrites one takes a baseline away. */
export function greenFiles(named: string): string[] {
  const read = verdictsIn(named);
  if ('problem' in read) return [];
  return read.verdicts.flatMap(({ file, redBecause }) => (redBecause === undefined ? [file] : []));
}

/** The newest first. */
function verdictsIn(named: string): { verdicts: SavedVerdict[]; unread: string[] } | NoGreen {
  const files = filesIn(named);
  if ('problem' in files) return files;
  const verdicts: SavedVerdict[] = [];
  const unread: string[] = [];
  for (const file of files) {
    const verdict = savedVerdict(file);
    if (!('problem' in verdict)) verdicts.push(verdict);
    else if (verdict.isOutput) unread.push(`${file} (${verdict.problem})`);
  }
  return {
    verdicts: verdicts.sort(
      (a, b) => b.date.getTime() - a.date.getTime() || (a.file < b.file ? 1 : -1),
    ),
    unread,
  };
}

function filesIn(named: string): string[] | NoGreen {
  try {
    return outputFiles(named, ['.json'], 'no green run').files;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { problem: error.message };
  }
}

function missingIn(
  columns: SavedVerdict['columns'],
  file: string,
  { column, own, source, dataset }: Wanted,
): string | undefined {
  try {
    const { datasets } = pickColumn(columns, { file, column }, own);
    const has = datasets.includes(datasetKey({ of: source.of, dataset }));
    return has ? undefined : lacksDataset(source, dataset);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.replace(`baseline ${file}: `, '');
  }
}
