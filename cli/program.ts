import { Command } from 'commander';
import { oneLine } from '../src/common/one-line.ts';
import { versions } from '../src/common/versions.ts';
import { commands } from './commands/index.ts';

export function createProgram(): Command {
  const program = new Command('promptfoo-iqa')
    .version(versions['promptfoo-iqa'])
    .description('Commands around image quality assessment with promptfoo.')
    .configureOutput({ outputError: (text, write) => write(`${oneLine(text)}\n`) })
    .addHelpText(
      'after',
      '\nEvery command reads .env in this folder, as promptfoo does; --env-file <path> names other files.',
    )
    .showSuggestionAfterError()
    // Thrown instead of ended by process.exit; every command inherits it.
    .exitOverride();
  for (const add of commands) add(program);
  return program;
}
