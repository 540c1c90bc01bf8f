import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Database } from '../../providers/answers/database.ts';
import { openStoreFile } from '../../providers/answers/store-file.ts';
import { openLedger } from '../../providers/batch/ledger.ts';

let folder: string;
let database: Database;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-old-'));
  database = openStoreFile(join(folder, 'answers.sqlite'));
  for (const table of FIRST_TABLES) database.prepare(table).run();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** As the first promptfoo-iqa with batches made them. */
const FIRST_TABLES = [
  `CREATE TABLE batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT, judge TEXT NOT NULL, options TEXT NOT NULL,
    config TEXT NOT NULL, mark TEXT NOT NULL, state TEXT NOT NULL, file TEXT NOT NULL, writer INTEGER NOT NULL,
    submitter INTEGER, vendor_id TEXT, requests INTEGER NOT NULL DEFAULT 0,
    submitted_at_ms INTEGER, collected_at_ms INTEGER
  )`,
  `CREATE TABLE batch_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT, batch INTEGER NOT NULL, key BLOB NOT NULL,
    part TEXT NOT NULL, prefill TEXT, image TEXT NOT NULL, state TEXT NOT NULL, problem TEXT
  )`,
  'CREATE INDEX batch_requests_of ON batch_requests (batch, state)',
];

it('replaces tables of an earlier version that hold no batch', () => {
  const ledger = openLedger(database);
  const place = { judge: 'openai:x', options: '{}', config: '[]', entry: 'one' };
  const batch = ledger.open(place, 'run', (mark) => join(folder, mark));
  const request = {
    key: new Uint8Array(32),
    part: 'only',
    prefill: undefined,
    image: 'a.png',
    usd: 1,
  };
  expect(ledger.add(batch, request, undefined, () => {})).toBe('written');
  // And leaves those of its own version alone.
  expect(openLedger(database).batches('writing')).toHaveLength(1);
});

it('names the batches of an earlier version and says what to do', () => {
  const insert = `INSERT INTO batches (judge, options, config, mark, state, file, writer)
    VALUES ('openai:x', '{}', '[]', 'm', 'submitted', 'f', 1)`;
  for (const _ of [1, 2]) database.prepare(insert).run();
  expect(() => openLedger(database)).toThrow(
    /answers\.sqlite: batches in it were made by an earlier promptfoo-iqa.*: 2\. Collect them with that one/,
  );
  expect(database.prepare('SELECT count(*) AS count FROM batches').get()).toEqual({ count: 2 });
});
