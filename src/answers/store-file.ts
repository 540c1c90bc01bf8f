import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { iqaFolder } from '../harness/iqa-folder.ts';
import { type Database, openDatabase } from './database.ts';

/** Raise it when a table changes. */
const SCHEMA_VERSION = 1;

/** Keys are SHA-256 digests: they come in no order, so rows lie in tables of their own, in order of arrival. */
const SCHEMA = `
  CREATE TABLE answers (
    key BLOB PRIMARY KEY, judge TEXT NOT NULL, answer TEXT NOT NULL, cost_usd REAL,
    evaluation TEXT, bought_at_ms INTEGER NOT NULL
  );
  CREATE TABLE replies (
    key BLOB NOT NULL, part TEXT NOT NULL, judge TEXT NOT NULL, reply TEXT NOT NULL,
    evaluation TEXT, bought_at_ms INTEGER NOT NULL, PRIMARY KEY (key, part)
  );
  CREATE TABLE facts (key BLOB PRIMARY KEY, fact TEXT NOT NULL);
  CREATE TABLE pictures (key BLOB PRIMARY KEY, mime_type TEXT NOT NULL, bytes BLOB NOT NULL);
  CREATE TABLE spending (
    evaluation TEXT NOT NULL, entry TEXT NOT NULL, spent_usd REAL NOT NULL,
    PRIMARY KEY (evaluation, entry)
  );
  CREATE TABLE reservations (
    id INTEGER PRIMARY KEY, evaluation TEXT NOT NULL, entry TEXT NOT NULL, usd REAL NOT NULL
  );
  CREATE INDEX reservations_of ON reservations (evaluation, entry)
`;

/**
 * The store's place: `PROMPTFOO_IQA_STORE`, or beside promptfoo's own database. Where that is a symbolic
 * link, the file it leads to: SQLite's log and the locks of batch runs lie beside that.
 */
export function storePath(environment: NodeJS.ProcessEnv = process.env): string {
  const path = environment.PROMPTFOO_IQA_STORE || join(iqaFolder(environment), 'answers.sqlite');
  return existsSync(path) ? realpathSync(path) : path;
}

/** @throws StoreError */
export const openStoreFile = (path: string = storePath()): Database =>
  openDatabase(path, SCHEMA, SCHEMA_VERSION);
