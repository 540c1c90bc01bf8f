import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConfigError } from '../src/common/config-error.ts';

/**
 * Checks, before anything is bought, that an option names a file that can stand where it is to be written.
 *
 * @param option `-o`
 * @throws ConfigError its folder is not there, or it is a folder itself
 */
export async function checkOutputFile(option: string, path: string): Promise<void> {
  const folder = dirname(resolve(path));
  if (!(await isFolder(folder))) {
    throw new ConfigError(`${option} "${path}": there is no folder ${folder}; make it first`);
  }
  if (await isFolder(path)) {
    throw new ConfigError(`${option} "${path}" is a folder; name a file`);
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
