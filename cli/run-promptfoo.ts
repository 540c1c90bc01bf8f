import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { oneLine } from '../src/common/one-line.ts';
import { MODE_VARIABLE, type Mode, REPORT_VARIABLE } from '../src/harness/mode.ts';
import { evaluateUnseen } from '../src/harness/run-promptfoo.ts';
import { errorsIn } from '../src/harness/saved-output.ts';

/** What every row of a run was about, beside its findings. */
const lineSchema = z.looseObject({
  provider: z.string(),
  judge: z.string(),
  prompt: z.string(),
  priceSource: z.string().nullable(),
  /** What one evaluation may spend on the entry; null: as much as it takes. */
  budgetUsd: z.number().nullable(),
  /** Whether what the answer store has counts. */
  cache: z.enum(['on', 'off', 'unknown']),
  /** What the vendor's batch engine charges of it; null: it has none. */
  batchPriceShare: z.number().nullable(),
});

export interface RowReports {
  lines: z.output<typeof lineSchema>[];
  /** Of rows that could not be looked at: each message once. */
  errors: string[];
}

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
    await evaluateUnseen({
      configs,
      outputFile,
      args,
      env: { ...process.env, [MODE_VARIABLE]: mode, [REPORT_VARIABLE]: reportFile },
      signal,
      onTold: (line) => process.stderr.write(`${oneLine(line)}\n`),
    });
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

const readIfThere = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
