import type { Database } from '../answers/database.ts';
import {
  type BatchEntry,
  type BatchRequestEntry,
  batchSchema,
  type RequestState,
  requestSchema,
} from './record-tables.ts';

export interface NewRequest {
  key: Uint8Array;
  part: string;
  prefill: string | undefined;
  /** As errors call it. */
  image: string;
  /** What it costs, about; undefined: unknown. */
  usd: number | undefined;
}

export type WaitingIn = Pick<BatchEntry, 'state' | 'run' | 'config'>;

/** Decides about a request that waits nowhere, under the write lock. */
export interface Admission {
  /** Whether its reply has come meanwhile. */
  isKnown(): boolean;
  /** @throws Error why it is not to be added */
  admit(): void;
}

export interface RequestTable {
  /**
   * @param write puts the request into the batch's file, under its name at the vendor; when it throws,
   *   the request is not added
   * @returns `waiting`: in some batch, already; `known`: its reply has come meanwhile
   * @throws Error the batch is no longer being written by this run
   */
  add(
    batch: BatchEntry,
    request: NewRequest,
    admission: Admission | undefined,
    write: (customId: string) => void,
  ): 'written' | 'waiting' | 'known';
  /** The latest request of this kind that was written. */
  find(key: Uint8Array, part: string): Pick<BatchRequestEntry, 'state' | 'problem'> | undefined;
  /** Batches in which a request with this key waits; of one part, or of any. */
  waitingIn(key: Uint8Array, part?: string): WaitingIn[];
  request(batch: BatchEntry, customId: string): BatchRequestEntry | undefined;
  /**
   * Says what became of a request. What came first holds, but that an answer which has come at all holds over a
   * failure: some vendors tell of each try.
   *
   * @param outcome its `usd` is what it has cost; undefined: nobody knows, so the estimate stays
   */
  settle(
    request: BatchRequestEntry,
    outcome: { state: RequestState; problem?: string; usd: number | undefined },
  ): void;
  /**
   * Marks what is still waiting in a batch.
   *
   * @param costs what the vendor charges for it; `estimate`: it may, and nobody knows how much
   * @returns how many there were
   */
  settleRest(
    batch: number,
    state: RequestState,
    problem: string,
    costs: 'nothing' | 'estimate',
  ): number;
  counts(batch: number): Record<RequestState, number>;
  failures(batch: number): BatchRequestEntry[];
  /** Forgets what became of requests, so that all are sent again; what they cost stays known. */
  forgetSettled(judge?: string): void;
}

export function openRequestTable(database: Database): RequestTable {
  const insert = database.prepare(
    "INSERT INTO batch_requests (batch, key, part, prefill, image, usd, state) VALUES (?, ?, ?, ?, ?, ?, 'waiting')",
  );
  const countUp = database.prepare(
    "UPDATE batches SET requests = requests + 1, usd = usd + ? WHERE id = ? AND state = 'writing' AND run = ?",
  );
  const find = database.prepare(
    'SELECT state, problem FROM batch_requests WHERE key = ? AND part = ? ORDER BY id DESC LIMIT 1',
  );
  const waitingIn = database.prepare(
    `SELECT DISTINCT batches.state, run, config FROM batch_requests JOIN batches ON batches.id = batch
     WHERE key = ?1 AND (?2 IS NULL OR part = ?2) AND batch_requests.state = 'waiting'`,
  );
  const byId = database.prepare('SELECT * FROM batch_requests WHERE batch = ? AND id = ?');
  const settle = database.prepare(
    `UPDATE batch_requests SET state = ?1, problem = ?2, usd = coalesce(?3, usd) WHERE id = ?4
     AND (state = 'waiting' OR (?1 = 'done' AND state IN ('failed', 'unanswered')))`,
  );
  const settleRest = database.prepare(
    "UPDATE batch_requests SET state = ?, problem = ? WHERE batch = ? AND state = 'waiting'",
  );
  const correctCost = database.prepare('UPDATE batches SET usd = usd + ? WHERE id = ?');
  const freeOfCharge = [
    `UPDATE batches SET usd = max(0, usd - (SELECT coalesce(sum(usd), 0) FROM batch_requests
     WHERE batch = ?1 AND state = 'waiting')) WHERE id = ?1`,
    "UPDATE batch_requests SET usd = 0 WHERE batch = ?1 AND state = 'waiting'",
  ].map((sql) => database.prepare(sql));
  const counts = database.prepare(
    'SELECT state, count(*) AS count FROM batch_requests WHERE batch = ? GROUP BY state',
  );
  const failures = database.prepare(
    "SELECT * FROM batch_requests WHERE batch = ? AND state IN ('failed', 'unanswered') ORDER BY id",
  );
  const forgetSettled = database.prepare(
    `DELETE FROM batch_requests WHERE state != 'waiting' AND batch IN
     (SELECT id FROM batches WHERE state = 'collected' AND (?1 IS NULL OR judge = ?1))`,
  );
  const waitingSchema = batchSchema.pick({ state: true, run: true, config: true });

  return {
    add: (batch, { key, part, prefill, image, usd }, admission, write) =>
      database.transaction(() => {
        // Under the write lock, so that of two processes one writes it.
        if (find.get(key, part)?.state === 'waiting') return 'waiting';
        if (admission?.isKnown()) return 'known';
        admission?.admit();
        if (countUp.run(usd ?? 0, batch.id, batch.run).changes === 0) {
          throw new Error(
            'its batch was taken over by another "batch submit", because the command that ran this one had ended; submit again',
          );
        }
        const values = [batch.id, key, part, prefill ?? null, image, usd ?? null] as const;
        write(`${batch.mark}${insert.run(...values).lastInsertRowid}`);
        return 'written';
      }),
    find(key, part) {
      const row = find.get(key, part);
      return row && requestSchema.pick({ state: true, problem: true }).parse(row);
    },
    waitingIn: (key, part) =>
      waitingIn.all(key, part ?? null).map((row) => waitingSchema.parse(row)),
    request(batch, customId) {
      if (!customId.startsWith(batch.mark)) return undefined;
      const row = byId.get(batch.id, Number(customId.slice(batch.mark.length)));
      return row && requestSchema.parse(row);
    },
    settle: ({ id, batch }, { state, problem, usd }) =>
      database.transaction(() => {
        const before = requestSchema.pick({ usd: true }).safeParse(byId.get(batch, id)).data;
        // Else it was settled before: the batch is read again after an interruption.
        const isNew = settle.run(state, problem ?? null, usd ?? null, id).changes > 0;
        if (isNew && usd !== undefined) correctCost.run(usd - (before?.usd ?? 0), batch);
      }),
    settleRest: (batch, state, problem, costs) =>
      database.transaction(() => {
        if (costs === 'nothing') for (const statement of freeOfCharge) statement.run(batch);
        const { changes } = settleRest.run(state, problem, batch);
        return Number(changes);
      }),
    counts(batch) {
      const found = counts.all(batch).map(({ state, count }) => [state, count]);
      return { waiting: 0, done: 0, failed: 0, unanswered: 0, ...Object.fromEntries(found) };
    },
    failures: (batch) => failures.all(batch).map((row) => requestSchema.parse(row)),
    forgetSettled(judge) {
      forgetSettled.run(judge ?? null);
    },
  };
}
