import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { ConfigError } from '../src/common/config-error.ts';

/** In the order in which promptfoo looks for them. */
const NAMES = ['yaml', 'yml', 'json', 'cjs', 'cts', 'js', 'mjs', 'mts', 'ts'].map(
  (extension) => `promptfooconfig.${extension}`,
);

/** A path, and not a pattern of several or the name of an evaluation at promptfoo's cloud. */
const FILE = /^[^*?[{]+\.([cm]?[jt]s|ya?ml|json)$/i;

/** `-c`, and whatever further options `promptfoo eval` takes. */
export const addConfigOption = (command: Command, furtherExample: string): Command =>
  command
    .option('-c, --config <file...>', 'configuration of promptfoo (default: that of this folder)')
    .allowUnknownOption()
    .argument('[options...]', `further options of promptfoo eval, such as ${furtherExample}`);

/**
 * @returns the configurations that were named, or the one that promptfoo would take in this folder
 * @throws ConfigError none was named and there is none, or one that was named is not there
 */
export function configsOf(named: readonly string[] | undefined): readonly string[] {
  const absent = named?.find((file) => FILE.test(file) && !existsSync(file));
  if (absent !== undefined) {
    throw new ConfigError(
      `-c "${absent}": there is no such file; name a configuration that is there`,
    );
  }
  if (named) return named;
  const own = NAMES.find((name) => existsSync(name));
  if (own === undefined) {
    throw new ConfigError(
      'there is no promptfooconfig.yaml in this folder; name a configuration with -c, or let init write one',
    );
  }
  return [own];
}
