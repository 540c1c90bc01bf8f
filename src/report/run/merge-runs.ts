import { canonical } from '../../common/canonical.ts';
import { ConfigError } from '../../common/config-error.ts';
import { nameSome } from '../../common/name-some.ts';
import { imageName } from '../../images/image-name.ts';
import { describeOtherSource, type SourcedRow } from '../../rows/one-source.ts';
import { pairKey, pairName, unorderedPairKey } from '../../rows/pair-row-input.ts';
import { mergeGenerated } from './merge-generated.ts';
import { numbered } from './numbered.ts';
import type { PairRow } from './read-pair.ts';
import { columnDifferences } from './run-settings.ts';
import { sameImage } from './same-image.ts';
import type { Column, ImageRow, Run } from './scored-run.ts';

/**
 * Joins runs into one: columns of the same provider label and prompt become one over the union of
 * their rows, so that shards of a data set give what the undivided run gives. Columns of one name in one run stay apart,
 * and are joined with those of other runs in their order.
 *
 * @param runs with the name of the file that each comes from
 * @throws ConfigError columns that were asked differently, or an image that was scored twice with
 *   different results
 */
export function mergeRuns(runs: readonly { file: string; run: Run }[]): Run {
  const merged = new Map<string, { file: string; column: Column }>();
  for (const { file, run } of runs) {
    const names = run.columns.map(({ provider, prompt }) => `${provider}, ${prompt}`);
    for (const [index, key] of numbered(names).entries()) {
      const column = run.columns[index]!;
      const known = merged.get(key);
      merged.set(
        key,
        known
          ? { file, column: joinColumns(known, { file, column }, names[index]!) }
          : { file, column },
      );
    }
  }
  return {
    columns: [...merged.values()].map(({ column }) => column),
    generated: mergeGenerated(runs.map(({ file, run: { generated } }) => ({ file, generated }))),
    otherColumns: [...new Set(runs.flatMap(({ run }) => run.otherColumns))],
    ensembles: [
      ...new Map(
        runs.flatMap(({ run }) => run.ensembles.map((each) => [canonical(each), each])),
      ).values(),
    ],
    evaluations: [...new Set(runs.flatMap(({ run }) => run.evaluations))],
  };
}

interface Source {
  file: string;
  column: Column;
}

function joinColumns(a: Source, b: Source, name: string): Column {
  const where = `${a.file} and ${b.file}: column "${name}"`;
  const different = [
    ...columnDifferences(a.column, b.column),
    ...sourceDifferences(a.column, b.column),
  ];
  if (different.length > 0) {
    throw new ConfigError(
      `${where} cannot be joined, because it is not the same in both: ${different.join('; ')}. Give the providers, or the data sets, different names to compare them, or run one of them again`,
    );
  }
  return {
    ...a.column,
    rows: joinRows(a.column.rows, b.column.rows, where),
    pairs: joinPairs(a.column.pairs, b.column.pairs, where),
    pairRepetitions: [
      ...a.column.pairRepetitions,
      ...b.column.pairRepetitions.filter((row) => !hasPair(a.column.pairs, row)),
    ],
    pairCoverage: new Map([...b.column.pairCoverage, ...a.column.pairCoverage]),
    pooled: new Map([...a.column.pooled, ...b.column.pooled]),
    repetitions: joinRows(a.column.repetitions, b.column.repetitions, `${where}, repeated,`),
    // Each was judged over its own images.
    gates: [],
  };
}

/** Data sets that are one in each run, and not the same one in both. */
function sourceDifferences(a: Column, b: Column): string[] {
  const isPooled = (dataset: string) => a.pooled.has(dataset) || b.pooled.has(dataset);
  return [
    ...differencesOf(
      a.rows.filter(({ dataset }) => !isPooled(dataset)),
      b.rows,
    ),
    ...differencesOf(a.pairs.map(asSourced), b.pairs.map(asSourced)),
  ];
}

type OfDataset = SourcedRow & { dataset: string };

const asSourced = (row: PairRow): OfDataset => ({ ...row, image: unorderedPairKey({ ...row }) });

function differencesOf(a: readonly OfDataset[], b: readonly OfDataset[]): string[] {
  const ofB = Map.groupBy(b, ({ dataset }) => dataset);
  return [...Map.groupBy(a, ({ dataset }) => dataset)].flatMap(
    ([dataset, rows]) => describeOtherSource(dataset, rows, ofB.get(dataset) ?? []) ?? [],
  );
}

const pairNameOf = (row: PairRow): string => JSON.stringify([row.dataset, pairKey({ ...row })]);

const hasPair = (rows: readonly PairRow[], row: PairRow): boolean =>
  rows.some((other) => pairNameOf(other) === pairNameOf(row));

/** @throws ConfigError both say different things of a pair */
function joinPairs(a: readonly PairRow[], b: readonly PairRow[], where: string): PairRow[] {
  const joined = new Map(a.map((row) => [pairNameOf(row), row]));
  const conflicts: string[] = [];
  for (const row of b) {
    const known = joined.get(pairNameOf(row));
    const conflict = known && pairConflictOf(known, row);
    if (conflict) conflicts.push(`${pairName({ ...row })} (${conflict})`);
    if (!known?.answered) joined.set(pairNameOf(row), row);
  }
  if (conflicts.length > 0) {
    throw new ConfigError(
      `${where} disagrees about ${conflicts.length} ${conflicts.length === 1 ? 'pair' : 'pairs'} that both have: ${nameSome(conflicts, '; ')}. Leave one of the files out, or run one of them again`,
    );
  }
  return [...joined.values()];
}

/** What two rows about the same pair say differently; a row without an answer says nothing of the judge. */
function pairConflictOf(a: PairRow, b: PairRow): string | undefined {
  if (a.share !== b.share) return `share ${a.share ?? 'missing'} and ${b.share ?? 'missing'}`;
  if (a.group !== b.group) return `group ${a.group ?? 'none'} and ${b.group ?? 'none'}`;
  if (!a.answered || !b.answered) return undefined;
  const { firstSha256, secondSha256, output } = a.answered;
  if (firstSha256 !== b.answered.firstSha256 || secondSha256 !== b.answered.secondSha256) {
    return 'the files differ';
  }
  if (canonical(output) === canonical(b.answered.output)) return undefined;
  return `P(first better) ${output.probability} and ${b.answered.output.probability}`;
}

function joinRows(a: readonly ImageRow[], b: readonly ImageRow[], where: string): ImageRow[] {
  const rows = new Set(a);
  const conflicts: string[] = [];
  const find = sameImage(a);
  for (const row of b) {
    const known = find(row);
    const conflict = known && conflictOf(known, row);
    if (conflict) conflicts.push(`${imageName(row.image)} (${conflict})`);
    if (known?.scored) continue;
    if (known) rows.delete(known);
    rows.add(row);
  }
  if (conflicts.length > 0) {
    throw new ConfigError(
      `${where} disagrees about ${conflicts.length} ${conflicts.length === 1 ? 'image' : 'images'} that both have: ${nameSome(conflicts, '; ')}. Leave one of the files out, or run one of them again`,
    );
  }
  return [...rows];
}

/** What two rows about the same image say differently; a row without a score says nothing. */
function conflictOf(a: ImageRow, b: ImageRow): string | undefined {
  if (a.mos !== b.mos) return `MOS ${a.mos ?? 'missing'} and ${b.mos ?? 'missing'}`;
  if (a.group !== b.group) return `group ${a.group ?? 'none'} and ${b.group ?? 'none'}`;
  if (!a.scored || !b.scored) return undefined;
  if (a.scored.sha256 !== b.scored.sha256) return 'the files differ';
  if (canonical(a.scored.output) === canonical(b.scored.output)) return undefined;
  return `score ${a.scored.score} and ${b.scored.score}`;
}
