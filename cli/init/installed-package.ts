import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { isInside } from '../../datasets/image-path.ts';
import { ConfigError } from '../../providers/config-error.ts';

const FOLDER = 'node_modules/promptfoo-iqa';

/** Where the package is, for a configuration that refers to its files. */
export interface InstalledPackage {
  /** Relative to the working directory. */
  folder: string;
  /** The folder as a configuration names it: promptfoo resolves `file://` from the configuration's folder. */
  reference: string;
}

/**
 * @param output the configuration's file
 * @throws ConfigError the package is not installed here, or the configuration would lie where it cannot
 *   be found
 */
export function installedPackage(output: string): InstalledPackage {
  if (!existsSync(join(FOLDER, 'package.json'))) {
    throw new ConfigError(
      'promptfoo-iqa is not installed in this folder, and the configuration refers to its files; run `npm install promptfoo promptfoo-iqa` first',
    );
  }
  if (!isInside(process.cwd(), resolve(output))) {
    throw new ConfigError(
      `-o "${output}": the configuration refers to ${FOLDER} in this folder; write it here or in a subfolder`,
    );
  }
  const reference = relative(dirname(resolve(output)), resolve(FOLDER)).replaceAll('\\', '/');
  return { folder: FOLDER, reference: `file://${reference}` };
}
