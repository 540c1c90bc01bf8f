import type {
  AfterAllExtensionHookContext,
  BeforeAllExtensionHookContext,
  BeforeEachExtensionHookContext,
  TestSuite,
} from 'promptfoo';
import { ConfigError } from '../providers/config-error.ts';
import { currentMode } from '../providers/mode.ts';
import { afterAll } from './after-all.ts';
import { appendCorrelationRows } from './correlation-rows.ts';
import { addPreview, markPreviews } from './previews.ts';
import { describeUnscored } from './unscored.ts';

type HookContext =
  | BeforeAllExtensionHookContext
  | BeforeEachExtensionHookContext
  | AfterAllExtensionHookContext;

/**
 * The promptfoo extension: `extensions: [file://reports/extension.ts:hook]`.
 *
 * Before the run it appends a correlation row per data set, before a row it adds a thumbnail, after
 * the run it prints a leaderboard and writes the report.
 */
export async function hook(name: string, context: HookContext): Promise<unknown> {
  // What `estimate` and `check` run promptfoo for is no evaluation.
  if (currentMode() !== 'eval') return undefined;
  if (name === 'beforeAll') {
    const { suite } = context as BeforeAllExtensionHookContext;
    process.stdout.write(describeUnscored(suite.tests ?? []));
    return { suite: markPreviews(withCorrelationRows(suite)) };
  }
  if (name === 'beforeEach') {
    const { test } = context as BeforeEachExtensionHookContext;
    return { test: await addPreview(test) };
  }
  if (name === 'afterAll') {
    await afterAll(context as AfterAllExtensionHookContext);
  }
  return undefined;
}

/**
 * Ends the process where an earlier evaluation cannot go on: what a hook throws, promptfoo shows with
 * its stack, and what a hook leaves out, promptfoo takes for done.
 */
function withCorrelationRows(suite: TestSuite): TestSuite {
  try {
    return appendCorrelationRows(suite);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
