import type { AfterAllExtensionHookContext } from 'promptfoo';
import { DEFAULT_CONFIDENCE } from '../assertions/statistics/index.ts';
import { parseData } from '../providers/config-error.ts';
import { buildReport } from './build-report.ts';
import { leaderboard } from './leaderboard.ts';
import { readReportSettings, SEED } from './report-settings.ts';
import { readRun } from './run/read-run.ts';
import { evaluationSchema } from './run/result-schema.ts';
import { writeReport } from './write-report.ts';

/**
 * Prints the leaderboard and writes the report. Never throws: promptfoo would lose the output file;
 * what goes wrong is a line.
 */
export async function reportRun(context: AfterAllExtensionHookContext): Promise<void> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  try {
    const { folder, disagreements, draws } = readReportSettings(context.config);
    const run = readRun(parseData(evaluationSchema, context, "promptfoo's results"));
    if (run.columns.every(({ rows }) => rows.length === 0)) return;
    const findings = buildReport(run, {
      draws: { draws, seed: SEED, confidence: DEFAULT_CONFIDENCE },
      disagreements,
      files: [],
    });
    process.stdout.write(leaderboard(findings.report));
    if (folder === false) return;
    const { html, problems } = await writeReport(findings, folder);
    for (const problem of problems) say(`report: ${problem}`);
    say(`Report: ${html}`);
  } catch (error) {
    say(`report: none was made: ${error instanceof Error ? error.message : String(error)}`);
  }
}
