import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../common/config-error.ts';
import { refuseOutsideLinks } from '../outside-links.ts';

/**
 * Paths of all files in a folder and its subfolders, relative to it, with `/`, in order of their names.
 * Links are followed, but a link to nothing counts as a file, because no file is opened, and a link to a
 * folder that it lies in is left out, as are hidden files and folders (`.DS_Store`, `._photo.jpg`).
 *
 * @param name how errors call the folder
 * @throws ConfigError there is no such folder, or it may not be read; the link of a folder leads out of it
 */
export function listFiles(
  folder: string,
  name: string,
  { allowOutsideRoot = false }: { allowOutsideRoot?: boolean } = {},
): string[] {
  const files: string[] = [];
  const visit = (prefix: string, above: readonly string[]) => {
    for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue;
      const path = `${prefix}${entry.name}`;
      if (!isFolder(entry, folder, path)) {
        files.push(path);
        continue;
      }
      const real = realpathSync(join(folder, path));
      if (above.includes(real)) continue;
      if (!allowOutsideRoot && entry.isSymbolicLink()) {
        refuseOutsideLinks(name, folder, [join(folder, path)]);
      }
      visit(`${path}/`, [...above, real]);
    }
  };
  orConfigError(folder, name, () => visit('', [realpathSync(folder)]));
  return files.sort();
}

/**
 * @param name how errors call the folder
 * @throws ConfigError there is no such folder, or it may not be read
 */
export const requireFolder = (folder: string, name: string): void =>
  orConfigError(folder, name, () => void readdirSync(folder));

function orConfigError(folder: string, name: string, list: () => void): void {
  try {
    list();
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT' || code === 'ENOTDIR'
        ? `there is no folder ${folder} (a relative path starts at the working directory)`
        : `the folder cannot be listed (${message})`;
    throw new ConfigError(`${name}: ${reason}`);
  }
}

const isFolder = (entry: Dirent, folder: string, path: string): boolean =>
  entry.isSymbolicLink()
    ? (statSync(join(folder, path), { throwIfNoEntry: false })?.isDirectory() ?? false)
    : entry.isDirectory();
