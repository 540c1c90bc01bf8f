import { z } from 'zod';
import type { Database } from './database.ts';

/**
 * Which models have answered under one name, in the answer store's file: what a server said that it
 * serves, what its replies called it, and in which run that was last.
 */
const SERVED_TABLE = `CREATE TABLE IF NOT EXISTS served_models (
  judge TEXT NOT NULL, endpoint TEXT NOT NULL, identity TEXT NOT NULL, answered TEXT NOT NULL,
  run TEXT NOT NULL, last_ms INTEGER NOT NULL, PRIMARY KEY (judge, endpoint, identity, answered)
)`;

const entrySchema = z.object({
  /** What the server said, as `identityOf` writes it. */
  identity: z.string(),
  /** What the replies called it. */
  answered: z.string(),
  run: z.string(),
});

export type ServedEntry = z.output<typeof entrySchema>;

export interface ServedTable {
  /** The latest first. */
  entries(judge: string, endpoint: string): ServedEntry[];
  /** To be called within a write. */
  keep(judge: string, endpoint: string, entry: ServedEntry): void;
}

export function openServedTable(database: Database): ServedTable {
  database.transaction(() => database.prepare(SERVED_TABLE).run());
  const select = database.prepare(
    'SELECT identity, answered, run FROM served_models WHERE judge = ? AND endpoint = ? ORDER BY last_ms DESC, rowid DESC',
  );
  const insert = database.prepare(
    'INSERT OR REPLACE INTO served_models (judge, endpoint, identity, answered, run, last_ms) VALUES (?, ?, ?, ?, ?, ?)',
  );
  return {
    entries: (judge, endpoint) => select.all(judge, endpoint).map((row) => entrySchema.parse(row)),
    keep(judge, endpoint, { identity, answered, run }) {
      insert.run(judge, endpoint, identity, answered, run, Date.now());
    },
  };
}

/** @param judge left out: all */
export function forgetServed(database: Database, judge?: string): void {
  database.prepare(SERVED_TABLE).run();
  database.prepare('DELETE FROM served_models WHERE ?1 IS NULL OR judge = ?1').run(judge ?? null);
}
