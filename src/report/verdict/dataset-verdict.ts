import type { DatasetReport, Entry } from '../report-schema.ts';
import type { Column } from '../run/run.ts';
import { type Compared, compareAll, debiasingPairs } from './comparisons.ts';
import { type Bootstrapped, correlate, type Draws } from './correlations.ts';
import { largestDisagreements } from './disagreements.ts';
import { entryOf } from './entry.ts';
import { type Mapped, mapSample } from './mapping.ts';
import { rankingOf } from './ranking.ts';
import { type Sample, type ScoredImage, sampleOf } from './sample.ts';
import { agreementByTag } from './tags.ts';

/** An entry with what its plots and sheets are made of. */
export interface EntryFigures {
  entry: Entry;
  sample: Sample;
  curve: Mapped['curve'];
  /** The images of `entry.disagreements`, in the same order. */
  disagreeing: ScoredImage[];
}

export interface DatasetVerdict {
  report: DatasetReport;
  figures: EntryFigures[];
}

/** What the columns of a run say about one data set. */
export function datasetVerdict(
  name: string,
  columns: readonly { number: number; column: Column }[],
  { draws, disagreements }: { draws: Draws; disagreements: number },
): DatasetVerdict {
  const parts = columns.map(({ number, column }) => {
    const rows = column.rows.filter(({ dataset }) => dataset === name);
    const repetitions = column.repetitions.filter(({ dataset }) => dataset === name);
    return { number, column, rows, repetitions, sample: sampleOf(column, rows) };
  });
  const series = correlate(
    parts.map(({ sample }) => sample),
    draws,
  );
  const measured = parts.map((part, index) => {
    const own = series[index] as Bootstrapped | { problem: string };
    return { ...part, series: own, mapping: mapSample(part.sample, draws) };
  });
  const figures = measured.map((part): EntryFigures => {
    const largest = largestDisagreements(part.sample, disagreements);
    return {
      entry: entryOf(
        part,
        name,
        largest.map(({ of: _, ...listed }) => listed),
      ),
      sample: part.sample,
      curve: part.mapping.curve,
      disagreeing: largest.map(({ of }) => of),
    };
  });
  const compared = measured.map(({ column, sample, series }, index): Compared => {
    const { entry } = figures[index] as EntryFigures;
    const { method, probabilities } = entry;
    const { provider, settings } = column;
    return {
      column: entry.column,
      provider,
      method,
      source: probabilities.source,
      sample,
      series,
      minCoverage: settings.minCoverage,
    };
  });
  const comparisons = compareAll(compared, draws);
  const entries = figures.map(({ entry }) => entry);
  const { tags, leftOut } = agreementByTag(
    measured.map(({ number, sample, mapping: { mapped } }) => ({ column: number, sample, mapped })),
  );
  return {
    figures,
    report: {
      name,
      truth: measured.flatMap(({ rows }) => rows.map(({ truth }) => truth)).find((t) => t) ?? null,
      direction:
        measured.flatMap(({ rows }) => rows.flatMap(({ direction }) => direction ?? []))[0] ?? null,
      entries,
      debiasing: debiasingPairs(compared, comparisons),
      comparisons,
      ranking: rankingOf(entries, comparisons),
      tags,
      tagsLeftOut: leftOut,
    },
  };
}
