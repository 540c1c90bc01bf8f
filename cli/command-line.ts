import { CommanderError } from 'commander';
import { oneLine } from '../src/common/one-line.ts';
import { withoutSecrets } from '../src/common/without-secrets.ts';
import { loadEnvironment } from '../src/harness/env-files.ts';
import { createProgram } from './program.ts';

/**
 * Runs one command line of `promptfoo-iqa`. What goes wrong is one line on stderr, and
 * `process.exitCode`; the process itself goes on.
 *
 * @param words what stands behind the program's name
 */
export async function runCommandLine(words: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(loadEnvironment(words), { from: 'user' });
  } catch (error) {
    // commander has printed its own: a help text, or what is wrong with the command line.
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode;
      return;
    }
    process.stderr.write(`error: ${oneLine(withoutSecrets(error))}\n`);
    process.exitCode = 1;
  }
}
