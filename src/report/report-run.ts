import type { AfterAllExtensionHookContext, TestCase } from 'promptfoo';
import { parseData } from '../common/config-error.ts';
import { releaseExitCode } from '../harness/gate-exit.ts';
import { type Evaluation, evaluationSchema } from '../harness/result-schema.ts';
import { DEFAULT_CONFIDENCE } from '../statistics/index.ts';
import { buildReport } from './build-report.ts';
import { gateLines } from './gate-lines.ts';
import { leaderboard } from './printed-leaderboard.ts';
import { readReportSettings, SEED } from './report-settings.ts';
import { withEnsembles } from './run/ensembles.ts';
import { readRun } from './run/read-run.ts';
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
    const { folder, disagreements, draws, ensembles } = readReportSettings(config);
    const measured = readRun(evaluation);
    const { columns, generated } = measured;
    const isEmpty = columns.every(({ rows, pairs }) => rows.length + pairs.length === 0);
    if (isEmpty && generated.generators.length === 0) return;
    const { run, problems: leftOut } = withEnsembles(measured, ensembles);
    const findings = buildReport(run, {
      draws: { draws, seed: SEED, confidence: DEFAULT_CONFIDENCE },
      disagreements,
      files: [],
    });
    process.stdout.write(leaderboard(findings.report));
    for (const line of leftOut) say(`report: ${line}`);
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
