import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promptfooFolder } from './iqa-folder.ts';

const BUSY_TIMEOUT_MS = 5_000;

const known = new Map<string, boolean>();

/**
 * Whether promptfoo keeps this evaluation in its database. It does not under `--no-write`, in its
 * viewer's "Edit & Replay", and for programs that call `evaluate` without `writeLatestResults`.
 *
 * An answer with a picture then fails its row (promptfoo 0.123: it files the picture under the
 * evaluation, which breaks a foreign key), and nobody would see the picture. So answers carry one
 * only in an evaluation that is kept. Where the database cannot be asked, it is taken to be.
 */
export function isKept(evaluationId: string | undefined): boolean {
  if (evaluationId === undefined) return false;
  const kept = known.get(evaluationId) ?? isInDatabase(evaluationId);
  known.set(evaluationId, kept);
  return kept;
}

function isInDatabase(evaluationId: string): boolean {
  try {
    const database = new DatabaseSync(join(promptfooFolder(), 'promptfoo.db'), {
      readOnly: true,
      timeout: BUSY_TIMEOUT_MS,
    });
    try {
      return database.prepare('SELECT 1 FROM evals WHERE id = ?').get(evaluationId) !== undefined;
    } finally {
      database.close();
    }
  } catch {
    return true;
  }
}
