import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { promptfooFolder } from './iqa-folder.ts';

/** What promptfoo's database says of an evaluation. A provider is told none of it. */
interface EvaluationRecord {
  isKept: boolean;
  isCacheOff: boolean;
}

const BUSY_TIMEOUT_MS = 5_000;

const optionsSchema = z.object({ cache: z.boolean().optional() });

const known = new Map<string, EvaluationRecord>();

/**
 * Whether promptfoo keeps this evaluation in its database. It does not under `--no-write`, in its
 * viewer's "Edit & Replay", and for programs that call `evaluate` without `writeLatestResults`.
 *
 * An answer with a picture then fails its row (promptfoo 0.123: it files the picture under the
 * evaluation, which breaks a foreign key), and nobody would see the picture. So answers carry one
 * only in an evaluation that is kept. Where the database cannot be asked, it is taken to be.
 */
export const isKept = (evaluationId: string | undefined): boolean =>
  evaluationId !== undefined && recordOf(evaluationId).isKept;

/**
 * Whether this evaluation was begun without promptfoo's cache, on its command line or by its
 * configuration. The command line of a process that goes on with it (`--resume`) does not say so.
 */
export const isBegunWithoutCache = (evaluationId: string | undefined): boolean =>
  evaluationId !== undefined && recordOf(evaluationId).isCacheOff;

function recordOf(evaluationId: string): EvaluationRecord {
  const record = known.get(evaluationId) ?? readRecord(evaluationId);
  known.set(evaluationId, record);
  return record;
}

function readRecord(evaluationId: string): EvaluationRecord {
  try {
    const database = new DatabaseSync(join(promptfooFolder(), 'promptfoo.db'), {
      readOnly: true,
      timeout: BUSY_TIMEOUT_MS,
    });
    try {
      const row = database
        .prepare('SELECT runtime_options FROM evals WHERE id = ?')
        .get(evaluationId);
      return { isKept: row !== undefined, isCacheOff: isCacheOff(row?.runtime_options) };
    } finally {
      database.close();
    }
  } catch {
    return { isKept: true, isCacheOff: false };
  }
}

function isCacheOff(runtimeOptions: unknown): boolean {
  if (typeof runtimeOptions !== 'string') return false;
  return optionsSchema.safeParse(JSON.parse(runtimeOptions)).data?.cache === false;
}
