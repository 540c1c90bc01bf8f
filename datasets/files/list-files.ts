import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../providers/config-error.ts';

/**
 * Paths of all files in a folder and its subfolders, relative to it, with `/`, in order of their names.
 * Links are followed, but a link to nothing counts as a file, because no file is opened; hidden files and folders (`.DS_Store`, `._photo.jpg`) are left out.
 *
 * @param name how errors call the folder
 * @throws ConfigError there is no such folder, or it may not be read
 */
export function listFiles(folder: string, name: string): string[] {
  const files: string[] = [];
  const visit = (prefix: string) => {
    for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue;
      const path = `${prefix}${entry.name}`;
      if (isFolder(entry, folder, path)) visit(`${path}/`);
      else files.push(path);
    }
  };
  orConfigError(folder, name, () => visit(''));
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
