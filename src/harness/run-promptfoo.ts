import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../common/config-error.ts';
import { toldSchema } from './mode.ts';

/** Exit codes with which promptfoo has run all rows, whatever they came to. */
const RAN_ALL_ROWS = [0, 100];

/** Nothing of such a run is kept or shown. */
const UNSEEN = ['--no-write', '--no-table', '--no-progress-bar', '--no-share'];

/** Lines that Node puts around the message of an error that nobody caught, and its warnings. */
const OF_NODE =
  /^\s*(\(node:\d+\)|\(Use `node |node:internal|at \S|triggerUncaughtException|throw |\^|Node\.js v)/;

/** The line by which Node says where an error was thrown; the next one quotes the source. */
const PLACE = /^file:\/\/\S+:\d+$/;

/** Lines of promptfoo's output that are shown when it fails. */
const LOG_LINES_SHOWN = 12;

interface Evaluating {
  configs: readonly string[];
  /** Of promptfoo's results, as JSON; instead of the configuration's own outputs. */
  outputFile: string;
  /** Further options, such as filters. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Ends promptfoo. */
  signal: AbortSignal | undefined;
  /** Takes the lines that a provider sends, see `tell`. */
  onTold(line: string): void;
}

/**
 * Runs `promptfoo eval` in a process of its own, to its end. Nothing is written to promptfoo's database.
 *
 * @throws ConfigError what promptfoo says when it does not get as far as the rows
 */
export async function evaluateUnseen({ configs, outputFile, args, ...how }: Evaluating) {
  const words = configs.flatMap((config) => ['-c', config]);
  const { exitCode, log } = await run(
    ['eval', ...words, ...UNSEEN, '-o', outputFile, ...args],
    how,
  );
  if (!RAN_ALL_ROWS.includes(exitCode)) throw new ConfigError(shortened(log));
}

async function run(
  args: readonly string[],
  { env, signal, onTold }: Pick<Evaluating, 'env' | 'signal' | 'onTold'>,
) {
  const child = spawn(process.execPath, [await promptfooFile(), ...args], {
    env,
    // The channel tells the provider when this process has ended.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    ...(signal && { signal }),
  });
  const log: Buffer[] = [];
  child.stdout?.on('data', (chunk) => log.push(chunk));
  child.stderr?.on('data', (chunk) => log.push(chunk));
  child.on('message', (message) => {
    const { data } = toldSchema.safeParse(message);
    if (data) onTold(data.told);
  });
  const exitCode = await new Promise<number>((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => done(code ?? 1));
  });
  return { exitCode, log: Buffer.concat(log).toString() };
}

/**
 * Runs `promptfoo eval` with its output shown, to its end.
 *
 * @returns promptfoo's exit code; 1 where a signal ended it
 */
export async function evaluateSeen(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const child = spawn(process.execPath, [await promptfooFile(), 'eval', ...args], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise<number>((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => done(code ?? 1));
  });
}

/** The file of promptfoo's command line. */
async function promptfooFile(): Promise<string> {
  const packageFile = findPackageJSON('promptfoo', import.meta.url);
  if (!packageFile) throw new ConfigError('promptfoo is not installed; run npm install promptfoo');
  const { bin } = z
    .object({ bin: z.object({ promptfoo: z.string() }) })
    .parse(JSON.parse(await readFile(packageFile, 'utf8')));
  return resolve(dirname(packageFile), bin.promptfoo);
}

const shortened = (log: string): string =>
  `promptfoo could not run this configuration:\n${log
    .split('\n')
    .filter((line, i, lines) => !PLACE.test(line) && !PLACE.test(lines[i - 1] ?? ''))
    .filter((line) => line.trim() !== '' && !OF_NODE.test(line))
    .slice(-LOG_LINES_SHOWN)
    .join('\n')}`;
