import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../providers/config-error.ts';
import { MODE_VARIABLE, type Mode, REPORT_VARIABLE, toldSchema } from '../providers/mode.ts';
import { oneLine } from '../providers/one-line.ts';

/** What every row of a run was about, beside its findings. */
const lineSchema = z.looseObject({
  provider: z.string(),
  judge: z.string(),
  prompt: z.string(),
  priceSource: z.string().nullable(),
  /** Whether what the answer store has counts. */
  cache: z.enum(['on', 'off', 'unknown']),
  /** What the vendor's batch engine charges of it; null: it has none. */
  batchPriceShare: z.number().nullable(),
});

const outputSchema = z.object({
  results: z.object({
    results: z.array(
      z.object({
        error: z.string().nullish(),
        response: z.object({ error: z.string().nullish() }).nullish(),
      }),
    ),
  }),
});

export interface RowReports {
  lines: z.output<typeof lineSchema>[];
  /** Of rows that could not be looked at: each message once. */
  errors: string[];
}

/** Exit codes with which promptfoo has run all rows: its own grading of them is of no interest here. */
const RAN_ALL_ROWS = [0, 100];

/** Lines that Node puts around the message of an error that nobody caught, and its warnings. */
const OF_NODE =
  /^\s*(\(node:\d+\)|\(Use `node |node:internal|at \S|triggerUncaughtException|throw |\^|Node\.js v)/;

/** Lines of promptfoo's output that are shown when it fails. */
const LOG_LINES_SHOWN = 12;

/**
 * Runs `promptfoo eval` on a configuration in a mode in which the provider reports on rows instead of
 * rating them. Nothing is written to promptfoo's database, nor to the configuration's output files.
 *
 * @param args further options of promptfoo, such as its filters
 * @param signal ends promptfoo
 * @throws ConfigError what promptfoo says when it does not get as far as the rows
 */
export async function reportRows(
  mode: Exclude<Mode, 'eval'>,
  configs: readonly string[],
  args: readonly string[],
  signal?: AbortSignal,
): Promise<RowReports> {
  const folder = await mkdtemp(join(tmpdir(), 'promptfoo-iqa-'));
  const reportFile = join(folder, 'report.jsonl');
  const outputFile = join(folder, 'output.json');
  try {
    const { exitCode, log } = await run(
      [
        'eval',
        ...configs.flatMap((config) => ['-c', config]),
        ...['--no-write', '--no-table', '--no-progress-bar', '--no-share', '-o', outputFile],
        ...args,
      ],
      { ...process.env, [MODE_VARIABLE]: mode, [REPORT_VARIABLE]: reportFile },
      signal,
    );
    if (!RAN_ALL_ROWS.includes(exitCode)) throw new ConfigError(shortened(log));
    const lines = (await readIfThere(reportFile)).split('\n').filter((line) => line !== '');
    const output = await readIfThere(outputFile);
    return {
      lines: lines.map((line) => lineSchema.parse(JSON.parse(line))),
      errors: output === '' ? [] : errorsIn(JSON.parse(output)),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function errorsIn(output: unknown): string[] {
  const rows = outputSchema.parse(output).results.results;
  return [...new Set(rows.flatMap(({ response }) => response?.error ?? []))];
}

async function run(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
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
    if (data) process.stderr.write(`${oneLine(data.told)}\n`);
  });
  const exitCode = await new Promise<number>((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => done(code ?? 1));
  });
  return { exitCode, log: Buffer.concat(log).toString() };
}

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
    .filter((line) => line.trim() !== '' && !OF_NODE.test(line))
    .slice(-LOG_LINES_SHOWN)
    .join('\n')}`;

const readIfThere = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
