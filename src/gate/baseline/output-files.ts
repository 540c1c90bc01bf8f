import { globSync, readdirSync, statSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { ConfigError } from '../../common/config-error.ts';

/** Where whoever keeps outputs keeps none. */
const SKIPPED = /^(node_modules$|\.)/;

/**
 * The files that a folder, with its subfolders, or a pattern such as `runs/*.json` names, by their endings. A file
 * that is named itself counts with any ending.
 *
 * @param named relative to the working directory
 * @param endings in small letters: `.json`
 * @param where how errors call what names it
 * @returns in alphabetical order
 * @throws ConfigError there is no such file or folder, or it cannot be listed
 */
export function outputFiles(
  named: string,
  endings: readonly string[],
  where: string,
): { files: string[]; isNamedItself: boolean } {
  const hasEnding = (file: string) => endings.some((ending) => file.toLowerCase().endsWith(ending));
  try {
    const found = statSync(named, { throwIfNoEntry: false });
    if (found?.isDirectory()) {
      return { files: within(named).filter(hasEnding), isNamedItself: false };
    }
    // What is there is named itself, whatever signs of a pattern are in its name.
    if (found) return { files: [named], isNamedItself: true };
    if (/[*?[\]{}]/.test(named)) {
      const matched = globSync(named).filter((path) => hasEnding(path) && statSync(path).isFile());
      return { files: matched.map((path) => normalize(path)).sort(), isNamedItself: false };
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`${where}: ${named} cannot be listed: ${reason}`, { cause });
  }
  throw new ConfigError(`${where}: there is no file or folder ${named} in ${process.cwd()}`);
}

function within(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      if (SKIPPED.test(entry.name)) return [];
      const path = join(folder, entry.name);
      // A link is followed to a file, and not to a folder, which may hold the one that it stands in.
      if (entry.isDirectory()) return within(path);
      return entry.isFile() || (entry.isSymbolicLink() && leadsToFile(path)) ? [path] : [];
    })
    .sort();
}

const leadsToFile = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
