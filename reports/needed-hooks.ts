import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The entries of `extensions`, with the one for `module` replaced by one for each of `hooks`. promptfoo
 * imports an extension anew and calls it before and after every row, which takes longer than a
 * row from the answer store, unless the entry names the hook that it is for.
 *
 * @param hooks those that are yet to be called, which are also the names of the module's exports
 * @param module URL of the extension
 * @param commandLine promptfoo's arguments: entries are relative to the configuration's folder, which
 *   only they tell. An entry that is not found by them is left as it is.
 */
export function namingHooks(
  extensions: readonly string[],
  hooks: readonly string[],
  module: string,
  commandLine: readonly string[] = process.argv,
): string[] {
  const file = realpathSync(fileURLToPath(module));
  const words = commandLine.map((word) => word.slice(word.indexOf('=') + 1));
  const folders = ['.', ...words.map(dirname)];
  const isModule = (path: string): boolean =>
    folders.some((folder) => realPath(resolve(folder, path)) === file);
  return extensions.flatMap((entry) => {
    const path = /^file:\/\/(.+):hook$/.exec(entry)?.[1];
    return path !== undefined && isModule(path)
      ? hooks.map((hook) => `file://${path}:${hook}`)
      : [entry];
  });
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
