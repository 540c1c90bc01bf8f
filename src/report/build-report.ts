import { versions } from '../providers/versions.ts';
import type { RenderPlot } from './plots/render-svg.ts';
import { REPORT_SCHEMA_VERSION, type Report } from './report-schema.ts';
import { canonical } from './run/canonical.ts';
import type { Column, Run } from './run/run.ts';
import { settingOf } from './run/settings.ts';
import type { Sheets } from './sheets/find-sheets.ts';
import type { Draws } from './verdict/correlations.ts';
import { type DatasetVerdict, datasetVerdict } from './verdict/dataset-verdict.ts';
import { priorsOf, ratesCopies } from './verdict/priors.ts';
import { averageRanks } from './verdict/ranking.ts';

export interface ReportOptions {
  draws: Draws;
  /** Images with the largest disagreement listed per entry. */
  disagreements: number;
  /** Saved outputs that the run was read from. */
  files: readonly string[];
}

/** The report with what its plots, contact sheets and tables of images are made of. */
export interface Findings {
  report: Report;
  run: Run;
  datasets: DatasetVerdict[];
}

/** Everything that the sections show. */
export interface ReportContent extends Findings {
  sheets: Sheets;
  renderPlot: RenderPlot;
}

/** Turns what was measured into the report. Pure, but for the clock. */
export function buildReport(run: Run, { draws, disagreements, files }: ReportOptions): Findings {
  const all = run.columns.map((column, number) => ({ number, column }));
  const priors = all.filter(({ column }) => ratesCopies(column));
  const numbered = all.filter(({ column }) => !ratesCopies(column));
  const names = new Set(
    numbered.flatMap(({ column }) => column.rows.map(({ dataset }) => dataset)),
  );
  const datasets = [...names].map((name) =>
    datasetVerdict(
      name,
      numbered.filter(({ column }) => column.rows.some(({ dataset }) => dataset === name)),
      { draws, disagreements },
    ),
  );
  return {
    datasets,
    run,
    report: {
      schemaVersion: REPORT_SCHEMA_VERSION,
      createdAt: new Date().toISOString(),
      generator: { name: 'promptfoo-iqa', version: versions['promptfoo-iqa'] },
      evaluations: run.evaluations,
      files: [...files],
      bootstrap: draws,
      columns: run.columns.map(columnReport),
      datasets: datasets.map(({ report }) => report),
      averageRanks: averageRanks(datasets.map(({ report }) => report)),
      priors: priors.map(({ column, number }) => priorsOf(column, number)),
      otherColumns: run.otherColumns,
    },
  };
}

function columnReport({
  provider,
  prompt,
  promptText,
  rows,
  settings,
}: Column): Report['columns'][number] {
  return {
    provider,
    prompt,
    promptText,
    settings: distinct(rows.map(settingOf).filter((setting) => setting !== undefined)),
    versions: distinct(rows.flatMap(({ scored }) => (scored ? [scored.versions] : []))),
    weights: settings.weights ?? null,
  };
}

function distinct<Value>(values: readonly Value[]): Value[] {
  return [...new Map(values.map((value) => [canonical(value), value])).values()];
}

export type { DatasetVerdict };
