import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigError, parseData } from '../common/config-error.ts';
import { NoOutputError } from './no-output-error.ts';
import { type Evaluation, evaluationSchema } from './result-schema.ts';
import { readSavedLines } from './saved-lines.ts';

const savedSchema = z.object({
  evalId: z.string().nullish(),
  /** As written, by whichever version. */
  config: z.unknown().optional(),
  results: evaluationSchema.omit({ evalId: true }).extend({ timestamp: z.string().nullish() }),
  metadata: z
    .object({ evaluationCreatedAt: z.string().nullish(), exportedAt: z.string().nullish() })
    .nullish(),
});

/** Of JSON that is meant to be an output of promptfoo, whatever its version. */
const outputShape = z.object({ results: z.object({ results: z.array(z.unknown()) }) });

/** An evaluation in a file. JSON Lines say neither when it was made nor when it was written, nor its configuration. */
export interface SavedEvaluation extends Evaluation {
  /** When it was begun. */
  createdAt?: Date;
  /** When the file was written. */
  exportedAt?: Date;
  /** The configuration that it was run with. */
  config?: unknown;
}

/** Of a file that promptfoo wrote with `-o out.json`: its columns, and what each answer says beside its output. */
export const savedMetadataSchema = z.object({
  results: z.object({
    prompts: z.array(z.object({ label: z.string(), provider: z.string() })),
    results: z.array(
      z.object({
        /** The column's place in `prompts`. */
        promptIdx: z.number().int(),
        response: z.object({ metadata: z.record(z.string(), z.unknown()).nullish() }).nullish(),
      }),
    ),
  }),
});

export type SavedMetadata = z.output<typeof savedMetadataSchema>;

const savedErrorsSchema = z.object({
  results: z.object({
    results: z.array(
      z.object({
        error: z.string().nullish(),
        response: z.object({ error: z.string().nullish() }).nullish(),
      }),
    ),
  }),
});

/** What the providers answered instead of an output, each message once. */
export function errorsIn(output: unknown): string[] {
  const rows = savedErrorsSchema.parse(output).results.results;
  return [...new Set(rows.flatMap(({ response }) => response?.error ?? []))];
}

/**
 * Reads a file that promptfoo wrote with `-o out.json` or `-o out.jsonl`.
 *
 * @throws ConfigError naming the file: not there, too large for one text, or broken; NoOutputError it is
 *   something else
 */
export async function readSavedEvaluation(file: string): Promise<SavedEvaluation> {
  try {
    if (/\.jsonl$/i.test(file)) return await readSavedLines(file);
    return parseSavedEvaluation(await readFile(file, 'utf8'), file);
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** The same at once, of JSON alone. Throws as `readSavedEvaluation`. */
export function readSavedEvaluationSync(file: string): SavedEvaluation {
  try {
    return parseSavedEvaluation(readFileSync(file, 'utf8'), file);
  } catch (error) {
    throw unreadable(file, error);
  }
}

function parseSavedEvaluation(text: string, file: string): SavedEvaluation {
  const json = parseJson(text, file);
  if (!outputShape.safeParse(json).success) throw new NoOutputError(file);
  const { evalId, results, metadata, config } = parseData(savedSchema, json, file);
  const createdAt = dateOf(metadata?.evaluationCreatedAt) ?? dateOf(results.timestamp);
  const exportedAt = dateOf(metadata?.exportedAt);
  return {
    evalId,
    prompts: results.prompts,
    results: results.results,
    ...(createdAt && { createdAt }),
    ...(exportedAt && { exportedAt }),
    config,
  };
}

function dateOf(text: string | null | undefined): Date | undefined {
  const date = new Date(text ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function unreadable(file: string, cause: unknown): ConfigError {
  if (cause instanceof ConfigError) return cause;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ERR_STRING_TOO_LONG') {
    return new ConfigError(
      `${file} is too large to be read as one text; write it with -o <name>.jsonl, or run the evaluation in parts with --filter-range and give all of their outputs`,
    );
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ConfigError(
    code === 'ENOENT' ? `${file}: no such file` : `${file} could not be read: ${reason}`,
    { cause },
  );
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
