import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { StoreError } from './store-error.ts';

/** Another process holds the write lock for one short transaction at a time. */
const BUSY_TIMEOUT_MS = 30_000;

/**
 * The disk is waited for in the main thread, so writes that come sooner after the one before wait until
 * this time is over, and go together.
 */
const GROUP_MS = 10;

/** A SQLite file in WAL mode whose transactions are on the disk once they are committed. */
export interface Database {
  readonly path: string;
  prepare(sql: string): StatementSync;
  /**
   * Runs `work` in the next transaction, together with what else is waiting, so that many answers
   * that arrive at once share one wait for the disk.
   *
   * @returns resolves when it is on the disk
   */
  write(work: () => void): Promise<void>;
  /** Runs `work` in a transaction of its own, holding the write lock from its start. */
  transaction<Result>(work: () => Result): Result;
  /** Writes what is waiting and closes the file. */
  close(): void;
}

/**
 * @param schema SQL that makes the tables of a new file
 * @param version of the schema; a file of another version is refused
 * @throws StoreError when the file cannot be opened or is none of ours
 */
export function openDatabase(path: string, schema: string, version: number): Database {
  const connection = open(path, schema, version);
  let waiting: { work: () => void; done: PromiseWithResolvers<void> }[] = [];
  let lastFlushMs = Number.NEGATIVE_INFINITY;

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

  const flush = (): void => {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    try {
      transaction(() => {
        for (const { work } of batch) work();
      });
      for (const { done } of batch) done.resolve();
    } catch (cause) {
      const error = new StoreError(path, `could not be written: ${messageOf(cause)}`, { cause });
      for (const { done } of batch) done.reject(error);
    }
    lastFlushMs = performance.now();
  };

  const flushSoon = (): void => {
    const waitMs = lastFlushMs + GROUP_MS - performance.now();
    if (waitMs > 0) setTimeout(flush, waitMs);
    else setImmediate(flush);
  };

  return {
    path,
    prepare: (sql) => connection.prepare(sql),
    write(work) {
      const done = Promise.withResolvers<void>();
      waiting.push({ work, done });
      if (waiting.length === 1) flushSoon();
      return done.promise;
    },
    transaction,
    close() {
      flush();
      connection.close();
    },
  };
}

function open(path: string, schema: string, version: number): DatabaseSync {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const connection = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    // Under the write lock, so that of two processes that start at once one makes the tables.
    connection.exec('BEGIN IMMEDIATE');
    const found = connection.prepare('PRAGMA user_version').get()?.user_version;
    if (found === 0) connection.exec(`${schema}; PRAGMA user_version = ${version}`);
    connection.exec('COMMIT');
    if (found === 0 || found === version) return connection;
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

const messageOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message : String(cause);
