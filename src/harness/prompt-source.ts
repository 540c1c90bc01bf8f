import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { configFilesIn, promptfooArguments } from './command-line.ts';

/**
 * The file that a prompt's text was read from, as a configuration of the command line names it. promptfoo
 * forgets it where the prompt has a label of its own.
 *
 * @param text a file's, as it stands
 * @param commandLine promptfoo's arguments
 */
export function fileOfPrompt(
  text: string,
  commandLine: readonly string[] = promptfooArguments(),
): string | undefined {
  for (const config of configFilesIn(commandLine)) {
    const named = textOf(config)?.matchAll(/file:\/\/([^\s'"`,}\]]+\.ya?ml)/g) ?? [];
    for (const [, file = ''] of named) {
      if (textOf(resolve(dirname(config), file)) === text) return file;
    }
  }
  return undefined;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
