import { randomBytes } from 'node:crypto';
import type { Database } from '../answers/database.ts';
import { type BatchEntry, type BatchPlace, type BatchState, batchSchema } from './record-tables.ts';

export type BatchChange = Partial<
  Pick<BatchEntry, 'state' | 'vendor_id' | 'submitted_at_ms' | 'collected_at_ms' | 'problem'>
>;

export interface BatchTable {
  batches(...states: BatchState[]): BatchEntry[];
  /** @returns a new batch that `run` writes */
  open(place: BatchPlace, run: string, file: (mark: string) => string): BatchEntry;
  /**
   * Changes a batch that is still in the state and hands in which `batch` was read.
   *
   * @returns the batch now; undefined: somebody else has changed it, and nothing was done
   */
  change(batch: BatchEntry, change: BatchChange): BatchEntry | undefined;
  /** Puts a batch into the hands of another run. @returns as `change` does */
  takeOver(batch: BatchEntry, run: string): BatchEntry | undefined;
  /**
   * Puts a batch that the vendor does not have into several, in the order of its requests.
   *
   * @param parts their files, which are complete, and how many requests each has
   * @returns those, `sealed`; undefined: somebody else has changed the batch, and nothing was done
   */
  divide(
    batch: BatchEntry,
    parts: readonly { file: string; requests: number }[],
  ): BatchEntry[] | undefined;
  /** Forgets a batch that was never submitted. @returns false: somebody else has changed it */
  forget(batch: BatchEntry): boolean;
  /** Why a run cannot submit what it writes for one judge. */
  problemOf(run: string, place: Pick<BatchPlace, 'judge' | 'options'>): string | undefined;
  /** What the batches of one provider entry have cost and will cost, about, in US dollars. */
  spentUsd(place: Pick<BatchPlace, 'config' | 'entry'>): number;
}

/** Every change of a state is a compare-and-set, durable when it returns. */
export function openBatchTable(database: Database): BatchTable {
  const all = database.prepare('SELECT * FROM batches ORDER BY id');
  const insert = database.prepare(
    "INSERT INTO batches (judge, options, config, entry, mark, state, file, run) VALUES (?, ?, ?, ?, ?, 'writing', ?, ?) RETURNING *",
  );
  const insertPart = database.prepare(
    "INSERT INTO batches (judge, options, config, entry, mark, state, file, run) VALUES (?, ?, ?, ?, ?, 'sealed', ?, ?) RETURNING id",
  );
  const moveRequests = database.prepare(
    `UPDATE batch_requests SET batch = ?1 WHERE id IN
     (SELECT id FROM batch_requests WHERE batch = ?2 ORDER BY id LIMIT ?3)`,
  );
  const countPart = database.prepare(
    `UPDATE batches SET requests = ?2,
     usd = (SELECT coalesce(sum(usd), 0) FROM batch_requests WHERE batch = ?1) WHERE id = ?1 RETURNING *`,
  );
  const remove = database.prepare('DELETE FROM batches WHERE id = ? AND state = ? AND run = ?');
  const removeRequests = database.prepare('DELETE FROM batch_requests WHERE batch = ?');
  const problem = database.prepare(
    "SELECT problem FROM batches WHERE run = ? AND judge = ? AND options = ? AND problem IS NOT NULL AND state IN ('sealed', 'submitting') LIMIT 1",
  );
  const spentUsd = database.prepare(
    'SELECT coalesce(sum(usd), 0) AS usd FROM batches WHERE config = ? AND entry = ?',
  );
  const set = ({ id, state, run }: BatchEntry, change: BatchChange | { run: string }) => {
    const columns = Object.entries(change);
    const statement = database.prepare(
      `UPDATE batches SET ${columns.map(([name]) => `${name} = ?`)} WHERE id = ? AND state = ? AND run = ? RETURNING *`,
    );
    const row = database.durableTransaction(() =>
      statement.get(...columns.map(([, value]) => value), id, state, run),
    );
    return row && batchSchema.parse(row);
  };

  return {
    batches: (...states) =>
      all
        .all()
        .map((row) => batchSchema.parse(row))
        .filter(({ state }) => states.includes(state)),
    open: ({ judge, options, config, entry }, run, file) =>
      database.durableTransaction(() => {
        const mark = `iqa-${randomBytes(4).toString('hex')}-`;
        return batchSchema.parse(insert.get(judge, options, config, entry, mark, file(mark), run));
      }),
    change: set,
    takeOver: (batch, run) => set(batch, { run, problem: null }),
    divide: ({ id, state, run, judge, options, config, entry, mark }, parts) =>
      database.durableTransaction(() => {
        if (remove.run(id, state, run).changes === 0) return undefined;
        return parts.map(({ file, requests }) => {
          const part = Number(insertPart.get(judge, options, config, entry, mark, file, run)?.id);
          moveRequests.run(part, id, requests);
          return batchSchema.parse(countPart.get(part, requests));
        });
      }),
    forget: ({ id, state, run }) =>
      database.durableTransaction(() => {
        if (remove.run(id, state, run).changes === 0) return false;
        removeRequests.run(id);
        return true;
      }),
    problemOf(run, { judge, options }) {
      const found = problem.get(run, judge, options)?.problem;
      return typeof found === 'string' ? found : undefined;
    },
    spentUsd: ({ config, entry }) => Number(spentUsd.get(config, entry)?.usd),
  };
}
