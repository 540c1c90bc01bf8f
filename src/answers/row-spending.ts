import { z } from 'zod';
import type { Database } from './database.ts';
import { digest } from './store.ts';

/** An amount of money of which a part may be unknown. */
export interface Amount {
  /** US dollars, as far as prices are known. */
  usd: number;
  /** Replies of unknown price. */
  unpriced: number;
}

/** What one evaluation has bought for one row, over all of its tries. */
export interface RowSpending {
  /** Answers bought: those that were found are not among them. */
  asked: number;
  paid: Amount;
  /** Replies of which nothing came: refused, or without what was asked for. Part of `paid`. */
  lost: Amount & { replies: number };
  /** Replies that are kept, to questions that had no answer in this try. */
  unanswered: Amount & { replies: number };
}

/**
 * Counts what is bought for a row. All but `leave` run within the transaction that keeps what was
 * bought, so that a killed run, or a row that failed and is tried again, goes on counting.
 */
export interface RowSpendingRecord {
  pay(costUsd: number | undefined): void;
  /** The replies that were paid for made an answer. */
  answer(): void;
  /** Paid, and nothing is kept of it. */
  lose(costUsd: number | undefined): void;
  /** The question failed in this try, and these of its replies are kept. */
  leave(costsUsd: readonly (number | undefined)[]): void;
  spending(): RowSpending;
}

const TABLE = `CREATE TABLE IF NOT EXISTS row_spending (
  row BLOB PRIMARY KEY, asked INTEGER NOT NULL DEFAULT 0,
  paid_usd REAL NOT NULL DEFAULT 0, paid_unpriced INTEGER NOT NULL DEFAULT 0,
  lost INTEGER NOT NULL DEFAULT 0, lost_usd REAL NOT NULL DEFAULT 0,
  lost_unpriced INTEGER NOT NULL DEFAULT 0
)`;

const countsSchema = z.object({
  asked: z.number(),
  paid_usd: z.number(),
  paid_unpriced: z.number(),
  lost: z.number(),
  lost_usd: z.number(),
  lost_unpriced: z.number(),
});
type Counts = z.output<typeof countsSchema>;

const NOTHING: Counts = {
  asked: 0,
  paid_usd: 0,
  paid_unpriced: 0,
  lost: 0,
  lost_usd: 0,
  lost_unpriced: 0,
};

/**
 * @returns the spending of one try of a row, by the row's name: one name for all of its tries in an
 *   evaluation, and no other row's
 */
export function rowSpendings(database: Database): (row: unknown) => RowSpendingRecord {
  database.transaction(() => database.prepare(TABLE).run());
  const read = database.prepare('SELECT * FROM row_spending WHERE row = ?');
  const write = database.prepare(
    `INSERT INTO row_spending VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
       asked = asked + excluded.asked,
       paid_usd = paid_usd + excluded.paid_usd, paid_unpriced = paid_unpriced + excluded.paid_unpriced,
       lost = lost + excluded.lost,
       lost_usd = lost_usd + excluded.lost_usd, lost_unpriced = lost_unpriced + excluded.lost_unpriced`,
  );
  return (row) => {
    const key = digest(row);
    // What columns that are alike in everything buy at the same time is not counted for each of them.
    const earlier = read.get(key);
    let counts = earlier ? countsSchema.parse(earlier) : NOTHING;
    const unanswered = { replies: 0, usd: 0, unpriced: 0 };
    const add = (given: Partial<Counts>) => {
      const change = { ...NOTHING, ...given };
      counts = plus(counts, change);
      write.run(
        key,
        change.asked,
        ...[change.paid_usd, change.paid_unpriced],
        ...[change.lost, change.lost_usd, change.lost_unpriced],
      );
    };
    return {
      pay(costUsd) {
        const { usd, unpriced } = amount(costUsd);
        add({ paid_usd: usd, paid_unpriced: unpriced });
      },
      answer: () => add({ asked: 1 }),
      lose(costUsd) {
        const { usd, unpriced } = amount(costUsd);
        const paid = { paid_usd: usd, paid_unpriced: unpriced };
        add({ ...paid, lost: 1, lost_usd: usd, lost_unpriced: unpriced });
      },
      leave(costsUsd) {
        for (const { usd, unpriced } of costsUsd.map(amount)) {
          unanswered.replies += 1;
          unanswered.usd += usd;
          unanswered.unpriced += unpriced;
        }
      },
      spending: () => ({
        asked: counts.asked,
        paid: { usd: counts.paid_usd, unpriced: counts.paid_unpriced },
        lost: { replies: counts.lost, usd: counts.lost_usd, unpriced: counts.lost_unpriced },
        unanswered: { ...unanswered },
      }),
    };
  };
}

const plus = (a: Counts, b: Counts): Counts => ({
  asked: a.asked + b.asked,
  paid_usd: a.paid_usd + b.paid_usd,
  paid_unpriced: a.paid_unpriced + b.paid_unpriced,
  lost: a.lost + b.lost,
  lost_usd: a.lost_usd + b.lost_usd,
  lost_unpriced: a.lost_unpriced + b.lost_unpriced,
});

const amount = (costUsd: number | undefined): Amount =>
  costUsd === undefined ? { usd: 0, unpriced: 1 } : { usd: costUsd, unpriced: 0 };
