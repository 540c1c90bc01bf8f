import type { AfterAllExtensionHookContext, TestCase } from 'promptfoo';
import { DEFAULT_CONFIDENCE } from '../assertions/statistics/index.ts';
import { parseData } from '../providers/config-error.ts';
import { buildReport } from './build-report.ts';
import { releaseExitCode } from './gate-exit.ts';
import { gateLines } from './gate-lines.ts';
import { leaderboard } from './leaderboard.ts';
import { readReportSettings, SEED } from './report-settings.ts';
import { readRun } from './run/read-run.ts';
import { type Evaluation, evaluationSchema } from './run/result-schema.ts';
import { writeReport } from './write-report.ts';

/**
 * Prints the leaderboard and what the gates say, and writes the report. Never throws: promptfoo would
 * lose the output file; what goes wrong is a line.
 */
export async function reportRun(context: AfterAllExtensionHookContext): Promise<void> {
  try {
    const evaluation = parseData(evaluationSchema, context, "promptfoo's results");
    await report(evaluation, context.config);
    judgeGates(evaluation, context.suite?.tests ?? []);
  } catch (error) {
    say(`report: none was made: ${messageOf(error)}`);
  }
}

async function report(evaluation: Evaluation, config: unknown): Promise<void> {
  try {
    const { folder, disagreements, draws } = readReportSettings(config);
    const run = readRun(evaluation);
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
    say(`report: none was made: ${messageOf(error)}`);
  }
}

/** The exit code stays that of a failure unless every gate was judged and passed. */
function judgeGates(evaluation: Evaluation, tests: readonly TestCase[]): void {
  const gates = gateLines(evaluation, tests);
  if (!gates) return;
  for (const line of gates.lines) say(line);
  if (gates.passed) releaseExitCode();
}

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
