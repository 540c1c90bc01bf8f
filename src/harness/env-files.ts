import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigError } from '../common/config-error.ts';

const OPTIONS = ['--env-file', '--env-path'];

/**
 * Reads the environment as `promptfoo eval` does, so that a command finds the same keys and the same
 * store as the promptfoo that it runs: files named by `--env-file` (or `--env-path`; several, or with
 * commas between) replace variables that are set, the later ones those of the earlier; then `.env` in
 * this folder fills in what is missing.
 *
 * @returns the command line without these options: the promptfoo that is run inherits what they set
 * @throws ConfigError a file that is named is not there
 */
export function loadEnvironment(
  commandLine: readonly string[],
  folder: string = process.cwd(),
  environment: NodeJS.ProcessEnv = process.env,
): string[] {
  const { rest, files } = takeFiles(commandLine);
  for (const file of files) {
    const found = read(resolve(folder, file));
    if (!found) throw new ConfigError(`--env-file: there is no ${file}`);
    Object.assign(environment, found);
  }
  for (const [name, value] of Object.entries(read(resolve(folder, '.env')) ?? {})) {
    environment[name] ??= value;
  }
  return rest;
}

const read = (file: string) =>
  existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : undefined;

function takeFiles(commandLine: readonly string[]): { rest: string[]; files: string[] } {
  const rest: string[] = [];
  const values: string[] = [];
  for (let index = 0; index < commandLine.length; index++) {
    const word = commandLine[index]!;
    const [option = '', ...value] = word.split('=');
    if (!OPTIONS.includes(option)) rest.push(word);
    else if (value.length > 0) values.push(value.join('='));
    else values.push(commandLine[++index] ?? '');
  }
  const files = values.flatMap((value) => value.split(',')).map((file) => file.trim());
  return { rest, files: files.filter((file) => file !== '') };
}
