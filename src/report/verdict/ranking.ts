import { midranks } from '../../statistics/midranks.ts';
import type { AverageRank, Comparison, DatasetReport, Entry } from '../report-schema.ts';
import { letterGroups } from './letter-groups.ts';

/** Decimals of SRCC beyond which two are equal. */
const DECIMALS = 12;

/** Ranks from 1, the highest SRCC first; equal ones share the mean of their ranks. */
function ranksOf(entries: readonly Entry[]): Float64Array {
  return midranks(entries.map(({ SRCC }) => -Number((SRCC.estimate as number).toFixed(DECIMALS))));
}

const hasSrcc = ({ SRCC }: Entry): boolean => SRCC.estimate !== null;

/** Columns by their SRCC, with letters for the groups that are not told apart. */
export function rankingOf(
  entries: readonly Entry[],
  comparisons: readonly Comparison[],
): DatasetReport['ranking'] {
  const ranked = entries.filter(hasSrcc);
  const ranks = ranksOf(ranked);
  const order = [...ranked.keys()].sort((a, b) => ranks[a]! - ranks[b]!);
  const columns = order.map((index) => ranked[index]!.column);
  const undecided = new Set(
    comparisons.flatMap(({ a, b, verdict }) =>
      verdict === 'undecided' ? [`${a} ${b}`, `${b} ${a}`] : [],
    ),
  );
  const letters = letterGroups(
    columns.length,
    (first, second) => !undecided.has(`${columns[first]} ${columns[second]}`),
  );
  return columns.map((column, place) => ({
    column,
    rank: ranks[order[place]!]!,
    letters: letters[place] ?? [],
  }));
}

/** The mean rank of each column over several data sets, among the columns that have an SRCC on all. */
export function averageRanks(
  datasets: readonly Pick<DatasetReport, 'name' | 'entries'>[],
): AverageRank[] {
  if (datasets.length < 2) return [];
  const measured = datasets.map(
    ({ entries }) => new Set(entries.filter(hasSrcc).map(({ column }) => column)),
  );
  const everywhere = new Set(
    [...(measured[0] ?? [])].filter((column) => measured.every((own) => own.has(column))),
  );
  const ranks = datasets.map(({ name, entries }) => {
    const ranked = entries.filter(({ column }) => everywhere.has(column));
    const values = ranksOf(ranked);
    const byColumn = new Map(ranked.map(({ column }, index) => [column, values[index]!]));
    return { name, byColumn };
  });
  return [...everywhere]
    .map((column) => {
      const own = ranks.map(({ name, byColumn }) => ({
        dataset: name,
        rank: byColumn.get(column) as number,
      }));
      const average = own.reduce((sum, { rank }) => sum + rank, 0) / own.length;
      return { column, ranks: own, average };
    })
    .sort((a, b) => a.average - b.average || a.column - b.column);
}
