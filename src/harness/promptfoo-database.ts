import { join } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { promptfooFolder } from './iqa-folder.ts';

const BUSY_TIMEOUT_MS = 5_000;

type Row = Record<string, SQLOutputValue>;

/**
 * One row of promptfoo's table of evaluations.
 *
 * @param columns of the table
 * @param id left out: the latest
 * @returns undefined where there is none
 * @throws Error there is no database, or another one
 */
export function readEvaluationRow(columns: string, id?: string): Row | undefined {
  const database = new DatabaseSync(join(promptfooFolder(), 'promptfoo.db'), {
    readOnly: true,
    timeout: BUSY_TIMEOUT_MS,
  });
  try {
    return id === undefined
      ? database.prepare(`SELECT ${columns} FROM evals ORDER BY created_at DESC LIMIT 1`).get()
      : database.prepare(`SELECT ${columns} FROM evals WHERE id = ?`).get(id);
  } finally {
    database.close();
  }
}
