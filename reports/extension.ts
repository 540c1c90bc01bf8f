import type {
  AfterAllExtensionHookContext,
  BeforeAllExtensionHookContext,
  BeforeEachExtensionHookContext,
  TestCase,
  TestSuite,
} from 'promptfoo';
import { ConfigError } from '../src/common/config-error.ts';
import { promptfooArguments } from '../src/harness/command-line.ts';
import { continuedEvaluation } from '../src/harness/continued-evaluation.ts';
import { endRun } from '../src/harness/end-run.ts';
import { holdExitCode } from '../src/harness/gate-exit.ts';
import { currentMode } from '../src/harness/mode.ts';
import { outputsOfRun, refuseOwnOutputs } from '../src/harness/own-outputs.ts';
import { isCorrelationTest } from '../src/harness/row-keys.ts';
import { runningPromptfoo } from '../src/harness/running-promptfoo.ts';
import { columnsOf } from '../src/harness/suite.ts';
import { baselinesOf, hasGates } from '../src/report/gate-lines.ts';
import { reportRun } from '../src/report/report-run.ts';
import { readReportSettings } from '../src/report/report-settings.ts';
import { closeScorers } from '../src/rows/open-scorers.ts';
import { type Expected, runProgress } from '../src/rows/run-progress.ts';
import { checkBeforeRun, keepOwnProviders, lineOf } from '../src/suite/before-run.ts';
import { appendCorrelationRows } from '../src/suite/correlation-rows.ts';
import { addPreview, markPreviews } from '../src/suite/previews.ts';
import { ratingConfigs } from '../src/suite/rating-assertions.ts';
import { describeUnscored } from '../src/suite/unscored.ts';

type HookContext =
  | BeforeAllExtensionHookContext
  | BeforeEachExtensionHookContext
  | AfterAllExtensionHookContext;

/**
 * The promptfoo extension. A configuration lists its hooks by their names, so that promptfoo calls it for
 * nothing else:
 *
 *     extensions:
 *       - file://reports/extension.ts:beforeAll
 *       - file://reports/extension.ts:beforeEach
 *       - file://reports/extension.ts:afterAll
 *
 * The single entry `extension.ts:hook` does the same, and takes longer. Before the run a correlation row is
 * appended per data set, before a row a thumbnail added; after the run a leaderboard is printed and the
 * report written.
 */
export async function hook(name: string, context: HookContext): Promise<unknown> {
  if (name === 'beforeAll') return beforeAll(context as BeforeAllExtensionHookContext);
  if (name === 'beforeEach') return beforeEach(context as BeforeEachExtensionHookContext);
  if (name === 'afterAll') return afterAll(context as AfterAllExtensionHookContext);
  return undefined;
}

// What `estimate` and `check` run promptfoo for is no evaluation.
const isEvaluation = (): boolean => currentMode() === 'eval';

/**
 * Appends correlation rows and marks the rows that get a thumbnail.
 *
 * @example
 * extensions:
 *   - file://node_modules/promptfoo-iqa/dist/reports/extension.js:beforeAll
 */
export async function beforeAll({
  suite,
}: BeforeAllExtensionHookContext): Promise<{ suite: TestSuite } | undefined> {
  if (!isEvaluation()) {
    keepOwnProviders(suite);
    return undefined;
  }
  process.stdout.write(describeUnscored(suite.tests ?? []));
  const { problems: ofColumns, leftOut } = await checkBeforeRun(suite);
  for (const line of leftOut) process.stderr.write(`${line}\n`);
  const ofReport = isCalledAfterwards(suite) ? await problemsOfReport() : [];
  const problems = [...ofColumns, ...ofReport, ...(await problemsOfRatings(suite))];
  if (problems.length > 0) endRun(problems);
  const prepared = await prepare(suite);
  if (hasGates(prepared.tests ?? []) && isCalledAfterwards(suite)) holdExitCode();
  runProgress.expect(expectedOf(prepared));
  return { suite: markPreviews(prepared) };
}

/** Of the assertions that rate pictures. They load a judge, so they are loaded where there are some. */
async function problemsOfRatings(suite: TestSuite): Promise<string[]> {
  const configs = ratingConfigs(suite);
  if (configs.length === 0) return [];
  const { imageQualityProblems } = await import('../assertions/image-quality.ts');
  return (await imageQualityProblems(configs)).map(lineOf);
}

/** Of the report's settings, without which nothing would be shown after the last row. */
async function problemsOfReport(): Promise<string[]> {
  const config = (await runningPromptfoo())?.config();
  try {
    readReportSettings(config);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [lineOf(error.message)];
  }
}

/** What is to be rated, where this run begins it: one that goes on has rated a part already. */
const expectedOf = (suite: TestSuite): Expected | undefined =>
  continuedEvaluation(promptfooArguments())
    ? undefined
    : {
        images: (suite.tests ?? []).filter((test) => !isCorrelationTest(test)).length,
        columns: columnsOf(suite).length,
      };

/** Whether `afterAll`, which gives the exit code back, is listed with `beforeAll`. */
const isCalledAfterwards = ({ extensions = [] }: TestSuite): boolean =>
  extensions?.some((entry) => /extension\.[jt]s:(hook|afterAll)$/.test(entry)) ?? false;

/**
 * Adds a marked row's thumbnail.
 *
 * @example
 * extensions:
 *   - file://node_modules/promptfoo-iqa/dist/reports/extension.js:beforeEach
 */
export async function beforeEach({
  test,
}: BeforeEachExtensionHookContext): Promise<{ test: TestCase } | undefined> {
  return isEvaluation() ? { test: await addPreview(test) } : undefined;
}

/**
 * Prints the leaderboard, writes the report, and ends what `image-quality` keeps open: promptfoo tells an assertion of no
 * end.
 *
 * @example
 * extensions:
 *   - file://node_modules/promptfoo-iqa/dist/reports/extension.js:afterAll
 */
export async function afterAll(context: AfterAllExtensionHookContext): Promise<void> {
  if (!isEvaluation()) return;
  await reportRun(context);
  await closeScorers();
}

/**
 * Appends the correlation rows. Ends the run where that, or going on with an earlier evaluation, is impossible.
 */
async function prepare(suite: TestSuite): Promise<TestSuite> {
  try {
    const prepared = appendCorrelationRows(suite);
    const baselines = baselinesOf(prepared.tests ?? []);
    if (baselines.length > 0) refuseOwnOutputs(baselines, await outputsOfRun());
    return prepared;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return endRun([error.message]);
  }
}
