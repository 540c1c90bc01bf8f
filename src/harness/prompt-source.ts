import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * The file that a prompt's text was read from, as a configuration of the command line names it. promptfoo
 * forgets it where the prompt has a label of its own.
 *
 * @param text a file's, as it stands
 * @param commandLine promptfoo's arguments
 */
export function fileOfPrompt(
  text: string,
  commandLine: readonly string[] = process.argv,
): string | undefined {
  const words = commandLine.map((word) => word.slice(word.indexOf('=') + 1));
  const configs = [...words, 'promptfooconfig.yaml'].filter((word) => /\.(ya?ml|json)$/.test(word));
  for (const config of configs) {
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
