import { z } from 'zod';
import type { Database } from './database.ts';
import { forgetServed } from './served-table.ts';

/** What a store holds. */
const judgeSchema = z.object({
  judge: z.string(),
  answers: z.number(),
  /** Single replies of which answers are made. */
  replies: z.number(),
  /** Null: unknown for at least one answer. */
  costUsd: z.number().nullable(),
  firstMs: z.number(),
  lastMs: z.number(),
});

const totalSchema = z.object({ count: z.number(), bytes: z.number() });

export interface StoreContents {
  judges: z.output<typeof judgeSchema>[];
  pictures: z.output<typeof totalSchema>;
  facts: number;
}

export function summarizeStore(database: Database): StoreContents {
  const judges = database
    .prepare(
      `SELECT judge, sum(is_answer) AS answers, sum(1 - is_answer) AS replies,
         CASE WHEN sum(is_answer AND cost_usd IS NULL) = 0 THEN coalesce(sum(cost_usd), 0) END AS costUsd,
         min(bought_at_ms) AS firstMs, max(bought_at_ms) AS lastMs
       FROM (SELECT judge, 1 AS is_answer, cost_usd, bought_at_ms FROM answers
             UNION ALL SELECT judge, 0, NULL, bought_at_ms FROM replies)
       GROUP BY judge ORDER BY judge`,
    )
    .all();
  const total = (table: 'pictures' | 'facts', column: string) =>
    totalSchema.parse(
      database
        .prepare(
          `SELECT count(*) AS count, coalesce(sum(length(${column})), 0) AS bytes FROM ${table}`,
        )
        .get(),
    );
  return {
    judges: judges.map((row) => judgeSchema.parse(row)),
    pictures: total('pictures', 'bytes'),
    facts: total('facts', 'fact').count,
  };
}

export const STORE_PARTS = ['answers', 'replies', 'pictures', 'facts'] as const;
export type StorePart = (typeof STORE_PARTS)[number];

/**
 * Deletes parts of the store and gives their space back to the disk. What evaluations have spent
 * stays, so that their budgets hold.
 *
 * @param judge answers of this one alone
 * @returns how many entries of each part were deleted
 */
export function clearStore(
  database: Database,
  parts: readonly StorePart[],
  judge?: string,
): Partial<Record<StorePart, number>> {
  const deleted = database.transaction(() =>
    Object.fromEntries(
      parts.map((part) => {
        const isOfJudge = judge !== undefined && (part === 'answers' || part === 'replies');
        const { changes } = isOfJudge
          ? database.prepare(`DELETE FROM ${part} WHERE judge = ?`).run(judge)
          : database.prepare(`DELETE FROM ${part}`).run();
        // Who answered under which name says something of what is kept alone.
        if (part === 'answers') forgetServed(database, judge);
        return [part, Number(changes)];
      }),
    ),
  );
  database.prepare('VACUUM').run();
  database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  return deleted;
}
