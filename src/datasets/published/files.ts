import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigError } from '../../common/config-error.ts';
import { refuseOutsideLinks } from '../outside-links.ts';

/** A copy of a published data set, as its reader sees it. */
export interface DatasetCopy {
  split: string;
  /**
   * The first of these files that is there, whatever the case of its letters.
   *
   * @param names relative to the root, in folders or beside them
   * @param looks what the file should look like, for the error
   * @throws ConfigError none of them is there
   */
  file(names: readonly string[], looks: string): ListFile;
  /** The same, for what not every copy has. */
  optional(names: readonly string[]): ListFile | undefined;
}

export interface ListFile {
  path: string;
  /** How errors call it. */
  name: string;
}

/** @throws ConfigError there is no such folder */
export function openCopy(
  { title, source }: { title: string; source: string },
  { root, split, allowOutsideRoot }: { root: string; split: string; allowOutsideRoot: boolean },
): DatasetCopy {
  const folder = resolve(root);
  if (entriesOf(folder) === undefined) {
    throw new ConfigError(
      `${title}: there is no folder ${folder} (root: "${root}"; a relative path starts at the working directory). The data set is published at ${source}`,
    );
  }
  const optional = (names: readonly string[]): ListFile | undefined => {
    for (const name of names) {
      const path = findEntry(folder, name);
      if (path === undefined) continue;
      if (!allowOutsideRoot) refuseOutsideLinks(title, folder, [path]);
      return { path, name: `${title}, ${name}` };
    }
    return undefined;
  };
  return {
    split,
    optional,
    file(names, looks) {
      const found = optional(names);
      if (found !== undefined) return found;
      throw new ConfigError(
        `${title}: there is no ${names.map((name) => `"${name}"`).join(' or ')} in ${folder}, ${looks}. The data set is published at ${source}`,
      );
    },
  };
}

/**
 * Absolute path of a file or folder, whatever the case of its letters.
 *
 * @param name relative to `folder`, with `/`
 * @throws ConfigError several differ in nothing else, and none is called exactly so
 */
export function findEntry(folder: string, name: string): string | undefined {
  let path = folder;
  for (const step of name.split('/')) {
    const entries = entriesOf(path);
    const alike =
      entries?.filter((entry) => entry.toLowerCase() === step.toLowerCase()).sort() ?? [];
    const found = alike.includes(step) ? step : alike[0];
    if (found === undefined) return undefined;
    if (found !== step && alike.length > 1) {
      throw new ConfigError(
        `"${step}" may be ${alike.join(' or ')} in ${path}, which differ in the case of their letters alone; remove or rename all but one`,
      );
    }
    path = join(path, found);
  }
  return path;
}

function entriesOf(folder: string): string[] | undefined {
  try {
    return readdirSync(folder);
  } catch {
    return undefined;
  }
}
