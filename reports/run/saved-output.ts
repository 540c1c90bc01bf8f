import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigError, parseData } from '../../providers/config-error.ts';
import { readRun } from './read-run.ts';
import { type Evaluation, evaluationSchema } from './result-schema.ts';
import type { Run } from './run.ts';
import { readSavedLines } from './saved-lines.ts';

const savedSchema = z.object({
  evalId: z.string().nullish(),
  results: evaluationSchema.omit({ evalId: true }),
});

/**
 * Reads a file that promptfoo wrote with `-o out.json` or `-o out.jsonl`.
 *
 * @throws ConfigError naming the file: not there, too large for one text, no output of promptfoo, or
 *   without a column of this plugin
 */
export async function readSavedOutput(file: string): Promise<Run> {
  const run = readRun(await readEvaluation(file));
  if (run.columns.length === 0) {
    throw new ConfigError(`${file}: there is no column of this plugin's provider in it`);
  }
  return run;
}

async function readEvaluation(file: string): Promise<Evaluation> {
  try {
    if (/\.jsonl$/i.test(file)) return await readSavedLines(file);
    const text = await readFile(file, 'utf8');
    const saved = parseData(savedSchema, parseJson(text, file), file);
    return { evalId: saved.evalId, ...saved.results };
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ERR_STRING_TOO_LONG') {
      throw new ConfigError(
        `${file} is too large to be read as one text; write it with -o <name>.jsonl, or run the evaluation in parts with --filter-range and give all of their outputs`,
      );
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(
      code === 'ENOENT' ? `${file}: no such file` : `${file} could not be read: ${reason}`,
      { cause },
    );
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(
      `${file} is not JSON; write the output with promptfoo eval -o <name>.json or -o <name>.jsonl`,
      { cause },
    );
  }
}
