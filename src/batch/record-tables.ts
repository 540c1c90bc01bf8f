import { z } from 'zod';

/**
 * The batches and their requests, in the answer store's file: what was submitted under which id is on
 * the disk, so that a process may stop at any time and the next one goes on.
 *
 * A batch is `writing` (its file grows) -> `sealed` (the file is complete) -> `submitting` (the vendor
 * may or may not have it) -> `submitted` -> `collected`. A request is `waiting` until it is `done`,
 * `failed` (for good), or `unanswered` (it can be sent again).
 */
export const RECORD_TABLES = [
  `CREATE TABLE IF NOT EXISTS batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT, judge TEXT NOT NULL, options TEXT NOT NULL,
    config TEXT NOT NULL, entry TEXT NOT NULL, mark TEXT NOT NULL, state TEXT NOT NULL, file TEXT NOT NULL, run TEXT NOT NULL,
    problem TEXT, vendor_id TEXT, requests INTEGER NOT NULL DEFAULT 0, usd REAL NOT NULL DEFAULT 0,
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
  // What vendors have refused for its size, so that later batches are smaller.
  `CREATE TABLE IF NOT EXISTS batch_limits (
    judge TEXT NOT NULL, options TEXT NOT NULL, requests INTEGER NOT NULL, PRIMARY KEY (judge, options)
  )`,
];

export const BATCH_STATES = ['writing', 'sealed', 'submitting', 'submitted', 'collected'] as const;

export const batchSchema = z.object({
  id: z.number(),
  judge: z.string(),
  /** `judgeOptions` as JSON: where and how it is asked. Keys are named there, not written. */
  options: z.string(),
  /** The configurations it was submitted for, as `configName` writes them. */
  config: z.string(),
  /** Names the provider entry in those. */
  entry: z.string(),
  /** Begins the names of its requests at the vendor, so that others' are not taken for ours. */
  mark: z.string(),
  state: z.enum(BATCH_STATES),
  file: z.string(),
  /** The run that writes and submits it: nobody else changes it while that lives. */
  run: z.string(),
  /** Why this run cannot submit it. */
  problem: z.string().nullable(),
  vendor_id: z.string().nullable(),
  requests: z.number(),
  /** What its requests cost: about, until the vendor has said how many tokens they took. */
  usd: z.number(),
  submitted_at_ms: z.number().nullable(),
  collected_at_ms: z.number().nullable(),
});

export type BatchEntry = z.output<typeof batchSchema>;
export type BatchState = BatchEntry['state'];

/** What batches of one provider entry have in common. */
export type BatchPlace = Pick<BatchEntry, 'judge' | 'options' | 'config' | 'entry'>;

export const requestSchema = z.object({
  id: z.number(),
  batch: z.number(),
  key: z.instanceof(Uint8Array),
  part: z.string(),
  prefill: z.string().nullable(),
  image: z.string(),
  usd: z.number().nullable(),
  state: z.enum(['waiting', 'done', 'failed', 'unanswered']),
  problem: z.string().nullable(),
});

export type BatchRequestEntry = z.output<typeof requestSchema>;
export type RequestState = BatchRequestEntry['state'];
