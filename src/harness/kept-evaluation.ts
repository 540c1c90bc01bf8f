import { z } from 'zod';
import { readEvaluationRow } from './promptfoo-database.ts';

/** What promptfoo's database says of an evaluation. A provider is told none of it. */
interface EvaluationRecord {
  isKept: boolean;
  /** Whether it was begun with promptfoo's cache; undefined where the database does not say. */
  cache: boolean | undefined;
}

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
 * Whether this evaluation was begun with promptfoo's cache, by its command line or its configuration; the
 * command line of a process that goes on with it (`--resume`) does not say so. Undefined where promptfoo's
 * database does not have it, or cannot be asked.
 */
export const cacheOf = (evaluationId: string): boolean | undefined => recordOf(evaluationId).cache;

function recordOf(evaluationId: string): EvaluationRecord {
  const record = known.get(evaluationId) ?? readRecord(evaluationId);
  known.set(evaluationId, record);
  return record;
}

function readRecord(evaluationId: string): EvaluationRecord {
  try {
    const row = readEvaluationRow('runtime_options', evaluationId);
    return { isKept: row !== undefined, cache: cacheIn(row?.runtime_options) };
  } catch {
    return { isKept: true, cache: undefined };
  }
}

function cacheIn(runtimeOptions: unknown): boolean | undefined {
  if (typeof runtimeOptions !== 'string') return undefined;
  return optionsSchema.safeParse(JSON.parse(runtimeOptions)).data?.cache;
}
