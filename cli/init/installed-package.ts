import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { ConfigError } from '../../src/common/config-error.ts';
import { isInside } from '../../src/datasets/image-path.ts';

const IN_FOLDER = 'node_modules/promptfoo-iqa';

/** Where the package is, for a configuration that refers to its files. */
export interface InstalledPackage {
  /** Relative to the working directory. */
  folder: string;
  /** The folder as a configuration names it: promptfoo resolves `file://` from the configuration's folder. */
  reference: string;
}

/**
 * The package of this folder, or of the nearest one above it that has it: npm puts what the packages of a
 * monorepo share into the folder above them.
 *
 * @param output the configuration's file
 * @throws ConfigError the package is not installed here, or the configuration would lie where it cannot
 *   be found
 */
export function installedPackage(output: string): InstalledPackage {
  const folder = above(process.cwd())
    .map((parent) => join(parent, IN_FOLDER))
    .find((each) => existsSync(join(each, 'package.json')));
  if (folder === undefined) {
    throw new ConfigError(
      'promptfoo-iqa is not installed in this folder or one above it, and the configuration refers to its files; run `npm install promptfoo promptfoo-iqa` first',
    );
  }
  if (!isInside(process.cwd(), resolve(output))) {
    throw new ConfigError(
      `-o "${output}": the configuration refers to files by their way from this folder; write it here or in a subfolder`,
    );
  }
  const reference = relative(dirname(resolve(output)), folder).replaceAll(sep, '/');
  return { folder: relative(process.cwd(), folder), reference: `file://${reference}` };
}

/** A folder and those that it lies in, from the inside. */
function above(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...above(parent)];
}
