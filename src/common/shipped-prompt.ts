import { readdirSync, readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { ConfigError, suggestion } from './config-error.ts';

/**
 * The text of a prompt file: one that comes with the package, by its name, or one of the user's, by its path.
 *
 * @param where how errors call what names it
 * @throws ConfigError there is none
 */
export function shippedPrompt(wanted: string, where: string): string {
  if (/\.(ya?ml|json)$/.test(wanted)) return read(wanted.replace(/^file:\/\//, ''), where);
  const folder = join(dirname(findPackageJSON(import.meta.url) ?? ''), 'prompts');
  const names = readdirSync(folder).map((name) => name.replace(/\.yaml$/, ''));
  if (!names.includes(wanted)) {
    throw new ConfigError(
      `${where}: "${wanted}" is no prompt of the package and no file that ends in .yaml; ${suggestion(wanted, names)}`,
    );
  }
  return read(join(folder, `${wanted}.yaml`), where);
}

function read(path: string, where: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(
      `${where}: ${error instanceof Error ? error.message : String(error)}; name a prompt file that is there`,
      { cause: error },
    );
  }
}
