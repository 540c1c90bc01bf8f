import type { Database } from '../answers/database.ts';
import type { BatchPlace } from './record-tables.ts';

type Asked = Pick<BatchPlace, 'judge' | 'options'>;

/** How many requests a vendor takes in one batch, as far as its refusals have shown. */
export interface LimitTable {
  /** @returns the most requests a batch may have; undefined: nothing was refused for its size */
  limitOf(asked: Asked): number | undefined;
  /**
   * A batch of so many requests was refused for its size: later ones have half as many at most.
   *
   * @returns the most requests a batch may have now
   */
  learnLimit(asked: Asked, refused: number): number;
  /** What was learnt was about one request that is too large by itself, and not about how many there are. */
  forgetLimit(asked: Asked): void;
  /** Requests of the largest batch that the vendor has taken; 0: none. */
  largestTaken(asked: Asked): number;
}

export function openLimitTable(database: Database): LimitTable {
  const select = database.prepare(
    'SELECT requests FROM batch_limits WHERE judge = ? AND options = ?',
  );
  const insert = database.prepare(
    `INSERT INTO batch_limits (judge, options, requests) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET requests = min(requests, excluded.requests) RETURNING requests`,
  );
  const remove = database.prepare('DELETE FROM batch_limits WHERE judge = ? AND options = ?');
  const largest = database.prepare(
    'SELECT max(requests) AS requests FROM batches WHERE judge = ? AND options = ? AND vendor_id IS NOT NULL',
  );
  return {
    limitOf({ judge, options }) {
      const found = select.get(judge, options)?.requests;
      return typeof found === 'number' ? found : undefined;
    },
    learnLimit: ({ judge, options }, refused) =>
      Number(insert.get(judge, options, Math.max(1, Math.floor(refused / 2)))?.requests),
    forgetLimit({ judge, options }) {
      remove.run(judge, options);
    },
    largestTaken: ({ judge, options }) => Number(largest.get(judge, options)?.requests ?? 0),
  };
}
