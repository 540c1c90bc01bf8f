import type { Report } from './report-schema.ts';
import type { Run } from './run/scored-run.ts';
import type { DatasetVerdict } from './verdict/dataset-verdict.ts';
import type { GeneratedVerdict } from './verdict/generators.ts';
import type { PreferenceVerdict } from './verdict/preferences.ts';

/** The report with what its plots, contact sheets and tables of images are made of. */
export interface Findings {
  report: Report;
  run: Run;
  datasets: DatasetVerdict[];
  generated: GeneratedVerdict[];
  preferences: PreferenceVerdict[];
}
