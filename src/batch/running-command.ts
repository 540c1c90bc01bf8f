import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isBusy } from '../answers/database.ts';

/** Tells the process that writes batches for which run it does. */
export const RUN_VARIABLE = 'PROMPTFOO_IQA_BATCH_RUN';

/**
 * One call of a command that writes or submits batches. Its random id stands on them, so that no other
 * call touches them while it lives.
 */
export interface Run {
  readonly id: string;
  /** Whether another run, by its id, has ended, however it did. */
  isGone(id: string): boolean;
  end(): void;
}

/** Locks of this process; what nobody refers to would be closed, and its lock lost. */
const held = new Set<DatabaseSync>();

/**
 * A run lives as long as it holds the lock of a file of its own beside the store: the system lets go
 * of it when the process ends, and takes no other process for it, as happens to process ids.
 */
export function beginRun(storePath: string): Run {
  sweep(storePath);
  const id = randomUUID();
  const file = lockFile(storePath, id);
  const lock = new DatabaseSync(file);
  // Nothing is written, so no other file is needed beside it.
  lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  held.add(lock);
  return {
    id,
    isGone: (other) => other !== id && isGone(storePath, other),
    end() {
      if (!held.delete(lock)) return;
      lock.close();
      rmSync(file, { force: true });
    },
  };
}

/** Whether a run has ended; then its file is removed. */
export function isGone(storePath: string, run: string): boolean {
  const file = lockFile(storePath, run);
  if (!existsSync(file)) return true;
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    // Reading keeps no other out that wants to know the same.
    lock.prepare('SELECT count(*) FROM sqlite_schema').get();
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  } finally {
    lock.close();
  }
  rmSync(file, { force: true });
  return true;
}

/** Removes what runs left behind that were killed: old ones, so that none is just about to be locked. */
function sweep(storePath: string): void {
  const start = basename(lockFile(storePath, ''));
  for (const name of readdirSync(dirname(storePath)).filter((each) => each.startsWith(start))) {
    const found = statSync(join(dirname(storePath), name), { throwIfNoEntry: false });
    const isOld = found !== undefined && found.mtimeMs < Date.now() - OLD_MS;
    if (isOld) isGone(storePath, name.slice(start.length));
  }
}

const OLD_MS = 24 * 3_600_000;

const lockFile = (storePath: string, run: string): string => `${storePath}-run-${run}`;
