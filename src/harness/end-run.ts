import { ConfigError } from '../common/config-error.ts';
import { isCommandLine } from './running-promptfoo.ts';

/**
 * Ends a run from inside a hook, where it is impossible. promptfoo's command line shows what a hook throws with
 * two stacks, and what a hook leaves out it takes for done: there the lines are printed, and the process
 * ends with 1. A program that calls promptfoo gets them as an error, and goes on.
 *
 * @throws ConfigError in a program
 */
export function endRun(lines: readonly string[]): never {
  if (!isCommandLine()) throw new ConfigError(lines.join('\n'));
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exit(1);
}
