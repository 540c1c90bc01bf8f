import { ConfigError } from '../../providers/config-error.ts';
import { imageName } from '../../providers/images/image-name.ts';
import { describeOtherSource } from '../one-source.ts';
import { canonical } from './canonical.ts';
import type { Column, ImageRow, Run } from './run.ts';
import { sameImage } from './same-image.ts';
import { columnDifferences } from './settings.ts';

/** Images that an error names. */
const IMAGES_NAMED = 3;

/**
 * Joins runs into one: columns of the same provider label and prompt become one over the union of
 * their rows, so that shards of a data set give what the undivided run gives.
 *
 * @param runs with the name of the file that each comes from
 * @throws ConfigError columns that were asked differently, or an image that was scored twice with
 *   different results
 */
export function mergeRuns(runs: readonly { file: string; run: Run }[]): Run {
  const merged = new Map<string, { file: string; column: Column }>();
  for (const { file, run } of runs) {
    for (const column of run.columns) {
      const name = `${column.provider}, ${column.prompt}`;
      const known = merged.get(name);
      merged.set(
        name,
        known ? { file, column: joinColumns(known, { file, column }, name) } : { file, column },
      );
    }
  }
  return {
    columns: [...merged.values()].map(({ column }) => column),
    otherColumns: [...new Set(runs.flatMap(({ run }) => run.otherColumns))],
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
    pooled: new Map([...a.column.pooled, ...b.column.pooled]),
    repetitions: joinRows(a.column.repetitions, b.column.repetitions, `${where}, repeated,`),
    // Each was judged over its own images.
    gates: [],
  };
}

/** Data sets that are one in each run, and not the same one in both. */
function sourceDifferences(a: Column, b: Column): string[] {
  const ofB = Map.groupBy(b.rows, ({ dataset }) => dataset);
  return [...Map.groupBy(a.rows, ({ dataset }) => dataset)].flatMap(([dataset, rows]) => {
    if (a.pooled.has(dataset) || b.pooled.has(dataset)) return [];
    return describeOtherSource(dataset, rows, ofB.get(dataset) ?? []) ?? [];
  });
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
    const more =
      conflicts.length > IMAGES_NAMED ? `; and ${conflicts.length - IMAGES_NAMED} more` : '';
    throw new ConfigError(
      `${where} disagrees about ${conflicts.length} ${conflicts.length === 1 ? 'image' : 'images'} that both have: ${conflicts.slice(0, IMAGES_NAMED).join('; ')}${more}. Leave one of the files out, or run one of them again`,
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
