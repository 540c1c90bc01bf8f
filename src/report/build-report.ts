import { canonical } from '../common/canonical.ts';
import { versions } from '../common/versions.ts';
import type { Findings } from './findings.ts';
import { REPORT_SCHEMA_VERSION, type Report } from './report-schema.ts';
import { settingOf } from './run/run-settings.ts';
import type { Column, Run } from './run/scored-run.ts';
import type { Draws } from './verdict/correlations.ts';
import { datasetVerdict } from './verdict/dataset-verdict.ts';
import { generatedVerdicts } from './verdict/generators.ts';
import { preferenceVerdicts } from './verdict/preferences.ts';
import { priorsOf, ratesCopies } from './verdict/priors.ts';
import { averageRanks } from './verdict/ranking.ts';

export interface ReportOptions {
  draws: Draws;
  /** Images with the largest disagreement listed per entry, and worst pictures listed per generator. */
  disagreements: number;
  /** Saved outputs that the run was read from. */
  files: readonly string[];
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
  const generated = generatedVerdicts(run.generated, { draws, worst: disagreements });
  const preferences = preferenceVerdicts(all, { draws, worst: disagreements });
  return {
    datasets,
    generated,
    preferences,
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
      generated: generated.map(({ report }) => report),
      preferences: preferences.map(({ report }) => report),
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
  ensemble,
}: Column): Report['columns'][number] {
  return {
    provider,
    prompt,
    promptText,
    settings: distinct(rows.map(settingOf).filter((setting) => setting !== undefined)),
    versions: distinct(rows.flatMap(({ scored }) => (scored ? [scored.versions] : []))),
    weights: settings.weights ?? null,
    ...(ensemble && { ensemble }),
  };
}

function distinct<Value>(values: readonly Value[]): Value[] {
  return [...new Map(values.map((value) => [canonical(value), value])).values()];
}
