import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Database } from '../answers/database.ts';

/**
 * The batches and their requests, in the answer store's file: what was submitted under which id is on
 * the disk, so that a process may stop at any time and the next one goes on.
 *
 * A batch is `writing` (its file grows) -> `sealed` (the file is complete) -> `submitting` (the vendor
 * may or may not have it) -> `submitted` -> `collected`. A request is `waiting` until it is `done`,
 * `failed` (for good), or `unanswered` (it can be sent again).
 */
const TABLES = [
  `CREATE TABLE IF NOT EXISTS batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT, judge TEXT NOT NULL, options TEXT NOT NULL,
    config TEXT NOT NULL, mark TEXT NOT NULL, state TEXT NOT NULL, file TEXT NOT NULL, writer INTEGER NOT NULL,
    submitter INTEGER, vendor_id TEXT, requests INTEGER NOT NULL DEFAULT 0,
    submitted_at_ms INTEGER, collected_at_ms INTEGER
  )`,
  `CREATE TABLE IF NOT EXISTS batch_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT, batch INTEGER NOT NULL, key BLOB NOT NULL,
    part TEXT NOT NULL, prefill TEXT, image TEXT NOT NULL, usd REAL, state TEXT NOT NULL, problem TEXT
  )`,
  'CREATE INDEX IF NOT EXISTS batch_requests_of ON batch_requests (batch, state)',
  'CREATE INDEX IF NOT EXISTS batch_requests_for ON batch_requests (key, part)',
  `CREATE TABLE IF NOT EXISTS batch_uploads (
    key BLOB PRIMARY KEY, file_id TEXT NOT NULL, uploaded_at_ms INTEGER NOT NULL
  )`,
];

const batchSchema = z.object({
  id: z.number(),
  judge: z.string(),
  /** `judgeOptions` as JSON: where and how it is asked. Keys are named there, not written. */
  options: z.string(),
  /** The configurations it was submitted for, as `configName` writes them. */
  config: z.string(),
  /** Begins the names of its requests at the vendor, so that others' are not taken for ours. */
  mark: z.string(),
  state: z.enum(['writing', 'sealed', 'submitting', 'submitted', 'collected']),
  file: z.string(),
  /** Process that writes the file. */
  writer: z.number(),
  /** Process that submits it. */
  submitter: z.number().nullable(),
  vendor_id: z.string().nullable(),
  requests: z.number(),
  submitted_at_ms: z.number().nullable(),
  collected_at_ms: z.number().nullable(),
});

export type BatchEntry = z.output<typeof batchSchema>;
export type BatchState = BatchEntry['state'];

const requestSchema = z.object({
  id: z.number(),
  key: z.instanceof(Uint8Array),
  part: z.string(),
  prefill: z.string().nullable(),
  image: z.string(),
  state: z.enum(['waiting', 'done', 'failed', 'unanswered']),
  problem: z.string().nullable(),
});

export type BatchRequestEntry = z.output<typeof requestSchema>;
export type RequestState = BatchRequestEntry['state'];

export interface NewRequest {
  key: Uint8Array;
  part: string;
  prefill: string | undefined;
  /** As errors call it. */
  image: string;
  /** What it costs, about; undefined: unknown. */
  usd: number | undefined;
}

export interface Ledger {
  batches(...states: BatchState[]): BatchEntry[];
  /** @returns a new batch that this process writes */
  open(
    entry: Pick<BatchEntry, 'judge' | 'options' | 'config'>,
    file: (id: number) => string,
  ): BatchEntry;
  /** @returns the request's name at the vendor; undefined: it waits in some batch already */
  add(batch: BatchEntry, request: NewRequest): string | undefined;
  /** The latest request of this kind that was written. */
  find(key: Uint8Array, part: string): Pick<BatchRequestEntry, 'state' | 'problem'> | undefined;
  /** Whether a batch that was or will be submitted has a request with this key. */
  isWaiting(key: Uint8Array): boolean;
  update(
    batch: number,
    change: Partial<Pick<BatchEntry, 'state' | 'vendor_id' | 'collected_at_ms'>>,
  ): void;
  /** Marks a sealed batch as being submitted by this process. @returns false: another one does */
  claim(batch: number): boolean;
  /** Forgets a batch that was never submitted. */
  forget(batch: number): void;
  request(batch: BatchEntry, customId: string): BatchRequestEntry | undefined;
  settle(request: number, state: RequestState, problem?: string): void;
  /** Marks what is still waiting in a batch. @returns how many there were */
  settleRest(batch: number, state: RequestState, problem: string): number;
  /** What waits in batches of one configuration and judge costs, about, in US dollars. */
  waitingUsd(batches: Pick<BatchEntry, 'judge' | 'options' | 'config'>): number;
  counts(batch: number): Record<RequestState, number>;
  failures(batch: number): BatchRequestEntry[];
  upload(key: Uint8Array, sinceMs: number): string | undefined;
  keepUpload(key: Uint8Array, fileId: string): void;
}

export function openLedger(database: Database): Ledger {
  for (const table of TABLES) database.prepare(table).run();
  const all = database.prepare('SELECT * FROM batches ORDER BY id');
  const insert = database.prepare(
    "INSERT INTO batches (judge, options, config, mark, state, file, writer) VALUES (?, ?, ?, ?, 'writing', '', ?)",
  );
  const setFile = database.prepare('UPDATE batches SET file = ? WHERE id = ?');
  const claim = database.prepare(
    "UPDATE batches SET state = 'submitting', submitter = ?, submitted_at_ms = ? WHERE id = ? AND state = 'sealed'",
  );
  const insertRequest = database.prepare(
    "INSERT INTO batch_requests (batch, key, part, prefill, image, usd, state) VALUES (?, ?, ?, ?, ?, ?, 'waiting')",
  );
  const countUp = database.prepare('UPDATE batches SET requests = requests + 1 WHERE id = ?');
  const find = database.prepare(
    'SELECT state, problem FROM batch_requests WHERE key = ? AND part = ? ORDER BY id DESC LIMIT 1',
  );
  const byId = database.prepare('SELECT * FROM batch_requests WHERE batch = ? AND id = ?');
  const settle = database.prepare('UPDATE batch_requests SET state = ?, problem = ? WHERE id = ?');
  const settleRest = database.prepare(
    "UPDATE batch_requests SET state = ?, problem = ? WHERE batch = ? AND state = 'waiting'",
  );
  const waitingUsd = database.prepare(
    `SELECT coalesce(sum(usd), 0) AS usd FROM batch_requests JOIN batches ON batches.id = batch
     WHERE batch_requests.state = 'waiting' AND judge = ? AND options = ? AND config = ?`,
  );
  const counts = database.prepare(
    'SELECT state, count(*) AS count FROM batch_requests WHERE batch = ? GROUP BY state',
  );
  const failures = database.prepare(
    "SELECT * FROM batch_requests WHERE batch = ? AND state IN ('failed', 'unanswered') ORDER BY id",
  );
  const isWaiting = database.prepare(
    "SELECT 1 FROM batch_requests JOIN batches ON batches.id = batch_requests.batch WHERE batch_requests.key = ? AND batch_requests.state = 'waiting' AND batches.state IN ('sealed', 'submitting', 'submitted') LIMIT 1",
  );
  const upload = database.prepare(
    'SELECT file_id FROM batch_uploads WHERE key = ? AND uploaded_at_ms >= ?',
  );
  const keepUpload = database.prepare(
    'INSERT OR REPLACE INTO batch_uploads (key, file_id, uploaded_at_ms) VALUES (?, ?, ?)',
  );
  const readBatches = () => all.all().map((row) => batchSchema.parse(row));

  return {
    batches: (...states) => readBatches().filter(({ state }) => states.includes(state)),
    open: ({ judge, options, config }, file) =>
      database.durableTransaction(() => {
        const mark = `iqa-${randomBytes(4).toString('hex')}-`;
        const id = Number(insert.run(judge, options, config, mark, process.pid).lastInsertRowid);
        setFile.run(file(id), id);
        return readBatches().find((batch) => batch.id === id) as BatchEntry;
      }),
    add: (batch, { key, part, prefill, image, usd }) =>
      database.transaction(() => {
        // Under the write lock, so that of two processes one writes it.
        if (find.get(key, part)?.state === 'waiting') return undefined;
        const { lastInsertRowid } = insertRequest.run(
          batch.id,
          key,
          part,
          prefill ?? null,
          image,
          usd ?? null,
        );
        countUp.run(batch.id);
        return `${batch.mark}${lastInsertRowid}`;
      }),
    find: (key, part) => {
      const row = find.get(key, part);
      return row && requestSchema.pick({ state: true, problem: true }).parse(row);
    },
    isWaiting: (key) => isWaiting.get(key) !== undefined,
    update(batch, change) {
      const columns = Object.entries(change);
      const statement = database.prepare(
        `UPDATE batches SET ${columns.map(([name]) => `${name} = ?`)} WHERE id = ?`,
      );
      // With it, all requests added before are on the disk.
      database.durableTransaction(() => statement.run(...columns.map(([, value]) => value), batch));
    },
    claim: (batch) => Number(claim.run(process.pid, Date.now(), batch).changes) === 1,
    forget: (batch) =>
      database.transaction(() => {
        database.prepare('DELETE FROM batch_requests WHERE batch = ?').run(batch);
        database.prepare('DELETE FROM batches WHERE id = ?').run(batch);
      }),
    request(batch, customId) {
      if (!customId.startsWith(batch.mark)) return undefined;
      const row = byId.get(batch.id, Number(customId.slice(batch.mark.length)));
      return row && requestSchema.parse(row);
    },
    settle: (request, state, problem) => settle.run(state, problem ?? null, request),
    settleRest: (batch, state, problem) => Number(settleRest.run(state, problem, batch).changes),
    waitingUsd: ({ judge, options, config }) => Number(waitingUsd.get(judge, options, config)?.usd),
    counts(batch) {
      const found = counts.all(batch).map(({ state, count }) => [state, count]);
      return { waiting: 0, done: 0, failed: 0, unanswered: 0, ...Object.fromEntries(found) };
    },
    failures: (batch) => failures.all(batch).map((row) => requestSchema.parse(row)),
    upload(key, sinceMs) {
      const fileId = upload.get(key, sinceMs)?.file_id;
      return typeof fileId === 'string' ? fileId : undefined;
    },
    keepUpload: (key, fileId) => keepUpload.run(key, fileId, Date.now()),
  };
}
