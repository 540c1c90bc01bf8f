import { compareText } from '../../common/compare-text.ts';
import type { HistoryRun } from './history-run.ts';

/** A run of a history, with the outputs that say the same. */
export interface OrderedRun extends HistoryRun {
  /** As it is called in tables: its date, as exactly as it takes to tell it from the others. */
  name: string;
  /** Further outputs of the evaluation, which were not read. */
  alsoIn: string[];
}

/**
 * Runs from the oldest to the newest. Of several outputs of one evaluation, the one that was written last counts:
 * after `--retry-errors` it has what the others lack.
 */
export function orderRuns(runs: readonly HistoryRun[]): OrderedRun[] {
  const single = byEvaluation(runs).map((same) => {
    const [last, ...others] = same.toSorted(
      (a, b) => exported(b) - exported(a) || compareText(a.file, b.file),
    ) as [HistoryRun, ...HistoryRun[]];
    return { ...last, alsoIn: others.map(({ file }) => file).toSorted(compareText) };
  });
  const ordered = single.toSorted(
    (a, b) => a.date.getTime() - b.date.getTime() || compareText(a.file, b.file),
  );
  const names = namesOf(ordered.map(({ date }) => date));
  return ordered.map((run, index) => ({ ...run, name: names[index]! }));
}

/** Outputs have the evaluation's name or the ids of its results in common; JSON Lines do not have the name. */
function byEvaluation(runs: readonly HistoryRun[]): HistoryRun[][] {
  const groups = new Set<{ runs: HistoryRun[]; keys: Set<string> }>();
  for (const run of runs) {
    const keys = new Set([...(run.evalId === undefined ? [] : [`name ${run.evalId}`]), ...run.ids]);
    const same = [...groups].filter((group) => [...keys].some((key) => group.keys.has(key)));
    for (const group of same) groups.delete(group);
    groups.add({
      runs: [...same.flatMap((group) => group.runs), run],
      keys: new Set([...same.flatMap((group) => [...group.keys]), ...keys]),
    });
  }
  return [...groups].map((group) => group.runs);
}

/** A file of JSON Lines says not when it was written, and less than JSON does. */
const exported = ({ exportedAt }: HistoryRun): number =>
  exportedAt?.getTime() ?? Number.NEGATIVE_INFINITY;

const LENGTHS = ['2026-11-26', '2026-11-26 07:38', '2026-11-26 07:38:44'].map(
  (text) => text.length,
);

/** Days where they tell all of them apart, else minutes or seconds, in UTC; numbered where those are the same. */
function namesOf(dates: readonly Date[]): string[] {
  const texts = dates.map((date) => date.toISOString().replace('T', ' '));
  const length =
    LENGTHS.find((end) => new Set(texts.map((text) => text.slice(0, end))).size === texts.length) ??
    LENGTHS.at(-1);
  const seen = new Map<string, number>();
  return texts.map((text) => {
    const name = text.slice(0, length);
    const number = (seen.get(name) ?? 0) + 1;
    seen.set(name, number);
    return number === 1 ? name : `${name} (${number})`;
  });
}
