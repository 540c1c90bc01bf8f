import type {
  AfterAllExtensionHookContext,
  BeforeAllExtensionHookContext,
  BeforeEachExtensionHookContext,
  TestCase,
  TestSuite,
} from 'promptfoo';
import { ConfigError } from '../providers/config-error.ts';
import { currentMode } from '../providers/mode.ts';
import { checkBeforeRun } from './before-run.ts';
import { appendCorrelationRows } from './correlation-rows.ts';
import { holdExitCode } from './gate-exit.ts';
import { baselinesOf, hasGates } from './gate-lines.ts';
import { namingHooks } from './needed-hooks.ts';
import { outputsOfRun, refuseOwnOutputs } from './own-outputs.ts';
import { addPreview, hasPreviews, markPreviews } from './previews.ts';
import { reportRun } from './report-run.ts';
import { answerSourceMapSupport } from './source-map-support.ts';
import { describeUnscored } from './unscored.ts';

type HookContext =
  | BeforeAllExtensionHookContext
  | BeforeEachExtensionHookContext
  | AfterAllExtensionHookContext;

/**
 * The promptfoo extension: `extensions: [file://reports/extension.ts:hook]`.
 *
 * Before the run it appends a correlation row per data set, before a row it adds a thumbnail, after
 * the run it prints a leaderboard and writes the report. After the start promptfoo is told to call the hooks
 * below, by their names, instead of this one around every row.
 */
export async function hook(name: string, context: HookContext): Promise<unknown> {
  if (name === 'beforeAll') {
    const { suite } = context as BeforeAllExtensionHookContext;
    answerSourceMapSupport();
    const result = await beforeAll({ suite });
    // On promptfoo's own object, since it takes no `extensions` from what a hook returns. It has made
    // it for this run, and the configuration that it saves has another list.
    if (result && suite.extensions) {
      const needed = hasPreviews(result.suite) ? ['beforeEach', 'afterAll'] : ['afterAll'];
      suite.extensions = namingHooks(suite.extensions, needed, import.meta.url);
    }
    return result;
  }
  if (name === 'beforeEach') return beforeEach(context as BeforeEachExtensionHookContext);
  if (name === 'afterAll') return afterAll(context as AfterAllExtensionHookContext);
  return undefined;
}

// What `estimate` and `check` run promptfoo for is no evaluation.
const isEvaluation = (): boolean => currentMode() === 'eval';

/** Appends correlation rows and marks the rows that get a thumbnail. */
export async function beforeAll({
  suite,
}: BeforeAllExtensionHookContext): Promise<{ suite: TestSuite } | undefined> {
  if (!isEvaluation()) return undefined;
  process.stdout.write(describeUnscored(suite.tests ?? []));
  const { problems, leftOut } = await checkBeforeRun(suite);
  for (const line of leftOut) process.stderr.write(`${line}\n`);
  if (problems.length > 0) end(problems);
  const prepared = await prepare(suite);
  if (hasGates(prepared.tests ?? []) && isCalledAfterwards(suite)) holdExitCode();
  return { suite: markPreviews(prepared) };
}

/** Whether `afterAll`, which gives the exit code back, is listed with `beforeAll`. */
const isCalledAfterwards = ({ extensions = [] }: TestSuite): boolean =>
  extensions?.some((entry) => /extension\.[jt]s:(hook|afterAll)$/.test(entry)) ?? false;

/** Adds a marked row's thumbnail. */
export async function beforeEach({
  test,
}: BeforeEachExtensionHookContext): Promise<{ test: TestCase } | undefined> {
  return isEvaluation() ? { test: await addPreview(test) } : undefined;
}

/** Prints the leaderboard and writes the report. */
export async function afterAll(context: AfterAllExtensionHookContext): Promise<void> {
  if (isEvaluation()) await reportRun(context);
}

/**
 * Appends the correlation rows. Ends the process where that, or going on with an earlier evaluation, is
 * impossible: what a hook throws, promptfoo shows with its stack, and what a hook leaves out, promptfoo
 * takes for done.
 */
async function prepare(suite: TestSuite): Promise<TestSuite> {
  try {
    const prepared = appendCorrelationRows(suite);
    const baselines = baselinesOf(prepared.tests ?? []);
    if (baselines.length > 0) refuseOwnOutputs(baselines, await outputsOfRun());
    return prepared;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return end([error.message]);
  }
}

function end(lines: readonly string[]): never {
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exit(1);
}
