import type { DatasetReport, Entry } from '../report-schema.ts';
import type { Column } from '../run/scored-run.ts';
import { agreementWithPeople } from './agreement.ts';
import { agreementBetween } from './between-columns.ts';
import { type Sample, type ScoredImage, sampleOf } from './column-sample.ts';
import { type Compared, compareAll, debiasingPairs } from './comparisons.ts';
import { correlate, type Draws } from './correlations.ts';
import { dimensionAgreement } from './dimensions.ts';
import { largestDisagreements } from './disagreements.ts';
import { entryOf } from './entry.ts';
import { type Mapped, mapSample } from './map-sample.ts';
import { partAgreement } from './parts.ts';
import { rankingOf } from './ranking.ts';
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
    const own = series[index]!;
    const mapping = mapSample(part.sample, draws);
    const srcc = 'problem' in own ? undefined : own.SRCC;
    const { report, series: drawn } = agreementWithPeople(part.sample, mapping, srcc, draws);
    return { ...part, series: own, mapping, agreement: report, drawn };
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
  const compared = measured.map(({ column, sample, series, drawn }, index): Compared => {
    const { entry } = figures[index]!;
    const { method, probabilities } = entry;
    const { provider, settings } = column;
    return {
      column: entry.column,
      provider,
      method,
      source: probabilities.source,
      sample,
      series,
      agreement: drawn,
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
      scale: scaleOf(measured.map(({ sample }) => sample.scale)),
      entries,
      debiasing: debiasingPairs(compared, comparisons),
      comparisons,
      betweenColumns: agreementBetween(
        measured.map(({ number, sample }) => ({ column: number, sample })),
        draws,
      ),
      parts: measured.flatMap(({ number, column, sample }) =>
        partAgreement(number, sample, column.settings.weights, draws),
      ),
      dimensions: measured.flatMap(({ number, column, sample }) =>
        dimensionAgreement(number, sample, column.settings.weights, draws),
      ),
      ranking: rankingOf(entries, comparisons),
      tags,
      tagsLeftOut: leftOut,
    },
  };
}

/** The scale that all columns' images say alike. */
function scaleOf(scales: readonly Sample['scale'][]): DatasetReport['scale'] {
  const [first] = scales;
  return first && scales.every((scale) => String(scale) === String(first)) ? [...first] : null;
}
