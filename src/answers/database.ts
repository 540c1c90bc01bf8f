import { closeSync, fdatasync, fdatasyncSync, mkdirSync, openSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { StoreError } from './store-error.ts';

/** Another process holds the write lock for one short transaction at a time. */
const BUSY_TIMEOUT_MS = 30_000;
const BUSY_RETRY_MS = 10;
const SQLITE_BUSY = 5;

export const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;

/** A SQLite file in WAL mode. What is committed survives the end of this process, however it ends. */
export interface Database {
  readonly path: string;
  prepare(sql: string): StatementSync;
  /**
   * Runs `work` in a transaction at the end of this turn of the event loop, together with what else was
   * written in it. What is committed while the disk is busy shares the next wait for it.
   *
   * @returns resolves when it is on the disk, so that it survives a power cut
   */
  write(work: () => void): Promise<void>;
  /** Runs `work` in a transaction of its own, holding the write lock from its start. */
  transaction<Result>(work: () => Result): Result;
  /** The same, and waits until it, and all that was committed before it, is on the disk. */
  durableTransaction<Result>(work: () => Result): Result;
  /** Writes what is waiting and closes the file. */
  close(): void;
}

/**
 * @param schema SQL that makes the tables of a new file
 * @param version of the schema; a file of another version is refused
 * @throws StoreError when the file cannot be opened or is none of ours
 */
export function openDatabase(path: string, schema: string, version: number): Database {
  const { connection, log } = open(path, schema, version);
  let waiting: Write[] = [];
  /** Committed, and not yet on its way to the disk. */
  let committed: Write[] = [];
  let isSyncing = false;

  const transaction = <Result>(work: () => Result): Result => {
    connection.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      connection.exec('COMMIT');
      return result;
    } catch (error) {
      if (connection.isTransaction) connection.exec('ROLLBACK');
      throw error;
    }
  };

  const end = (writes: readonly Write[], cause: unknown): void => {
    const error =
      cause && new StoreError(path, `could not be written: ${messageOf(cause)}`, { cause });
    for (const { done } of writes) error ? done.reject(error) : done.resolve();
  };

  /** @returns what was committed */
  const commit = (): Write[] => {
    const writes = waiting;
    waiting = [];
    try {
      if (writes.length > 0) {
        transaction(() => {
          for (const { work } of writes) work();
        });
      }
      return writes;
    } catch (cause) {
      end(writes, cause);
      return [];
    }
  };

  // The main thread does not wait for the disk: what is committed meanwhile is the next to be synced.
  const sync = (): void => {
    if (isSyncing || committed.length === 0) return;
    const writes = committed;
    committed = [];
    isSyncing = true;
    fdatasync(log, (cause) => {
      isSyncing = false;
      end(writes, cause);
      if (connection.isOpen) sync();
      else closeSync(log);
    });
  };

  const flush = (): void => {
    committed.push(...commit());
    sync();
  };

  return {
    path,
    prepare: (sql) => connection.prepare(sql),
    write(work) {
      const done = Promise.withResolvers<void>();
      waiting.push({ work, done });
      if (waiting.length === 1) setImmediate(flush);
      return done.promise;
    },
    transaction,
    durableTransaction(work) {
      const result = transaction(work);
      fdatasyncSync(log);
      return result;
    },
    close() {
      const writes = [...committed, ...commit()];
      committed = [];
      fdatasyncSync(log);
      end(writes, undefined);
      connection.close();
      if (!isSyncing) closeSync(log);
    },
  };
}

interface Write {
  work: () => void;
  done: PromiseWithResolvers<void>;
}

function open(
  path: string,
  schema: string,
  version: number,
): { connection: DatabaseSync; log: number } {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const connection = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    // The log is brought to the disk by fdatasync above, as `synchronous = FULL` does while the
    // main thread waits; NORMAL still orders the log and the file around a checkpoint.
    switchToWal(connection);
    connection.exec('PRAGMA synchronous = NORMAL');
    // Under the write lock, so that of two processes that start at once one makes the tables.
    connection.exec('BEGIN IMMEDIATE');
    const found = connection.prepare('PRAGMA user_version').get()?.user_version;
    if (found === 0) connection.exec(`${schema}; PRAGMA user_version = ${version}`);
    connection.exec('COMMIT');
    if (found === 0 || found === version) {
      return { connection, log: openSync(`${realpathSync(path)}-wal`, 'r+') };
    }
    connection.close();
    throw new Error(
      `it has version ${found} and this promptfoo-iqa reads version ${version}; use another file, or the promptfoo-iqa that made it`,
    );
  } catch (cause) {
    throw new StoreError(
      path,
      `cannot be used: ${messageOf(cause)}. PROMPTFOO_IQA_STORE names another file`,
      { cause },
    );
  }
}

/**
 * SQLite does not wait for another process here, whatever the timeout: it says that the file is busy when
 * two processes switch a new file at once, or one switches it while another writes.
 */
function switchToWal(connection: DatabaseSync): void {
  const endMs = Date.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      connection.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() > endMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_RETRY_MS);
    }
  }
}

const messageOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message : String(cause);
