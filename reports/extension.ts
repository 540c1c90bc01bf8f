import type { AfterAllExtensionHookContext, BeforeAllExtensionHookContext } from 'promptfoo';
import { appendCorrelationRows } from './correlation-rows.ts';
import { leaderboard } from './leaderboard.ts';

type HookContext = BeforeAllExtensionHookContext | AfterAllExtensionHookContext;

/**
 * The promptfoo extension: `extensions: [file://reports/extension.ts:hook]`.
 *
 * Before the run it appends a correlation row per data set; after it, it prints a leaderboard.
 */
export async function hook(name: string, context: HookContext): Promise<unknown> {
  if (name === 'beforeAll') {
    const { suite } = context as BeforeAllExtensionHookContext;
    return { suite: appendCorrelationRows(suite) };
  }
  if (name === 'afterAll') {
    const { results } = context as AfterAllExtensionHookContext;
    process.stdout.write(leaderboard(results));
  }
  return undefined;
}
