import type { Database } from './database.ts';

/** What one provider entry has spent and set aside in one evaluation, in US dollars. */
export interface Spending {
  add(usd: number): void;
  /** Spent, or set aside by whatever process. */
  usedUsd(): number;
  /** Sets money aside, unless that would lead above the limit. */
  reserve(usd: number, limitUsd: number): { id: number | undefined; usedUsd: number };
  release(id: number): void;
}

/** For answers that nobody charges: counted in this process alone. */
export function spendingHere(): Spending {
  let spentUsd = 0;
  let nextId = 0;
  const reserved = new Map<number, number>();
  const usedUsd = () => [...reserved.values()].reduce((sum, usd) => sum + usd, spentUsd);
  return {
    add(usd) {
      spentUsd += usd;
    },
    usedUsd,
    reserve(usd, limitUsd) {
      const used = usedUsd();
      if (used + usd > limitUsd) return { id: undefined, usedUsd: used };
      nextId += 1;
      reserved.set(nextId, usd);
      return { id: nextId, usedUsd: used };
    },
    release: (id) => void reserved.delete(id),
  };
}

export function spendingOf(database: Database, evaluation: string, entry: string): Spending {
  const add = database.prepare(
    'INSERT INTO spending (evaluation, entry, spent_usd) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET spent_usd = spent_usd + excluded.spent_usd',
  );
  const used = database.prepare(
    `SELECT (SELECT coalesce(sum(spent_usd), 0) FROM spending WHERE evaluation = ?1 AND entry = ?2)
       + (SELECT coalesce(sum(usd), 0) FROM reservations WHERE evaluation = ?1 AND entry = ?2) AS usd`,
  );
  const reserve = database.prepare(
    'INSERT INTO reservations (evaluation, entry, usd) VALUES (?, ?, ?)',
  );
  const release = database.prepare('DELETE FROM reservations WHERE id = ?');
  return {
    add: (usd) => add.run(evaluation, entry, usd),
    usedUsd: () => Number(used.get(evaluation, entry)?.usd),
    reserve: (usd, limitUsd) =>
      database.transaction(() => {
        const usedUsd = Number(used.get(evaluation, entry)?.usd);
        const fits = usedUsd + usd <= limitUsd;
        const id = fits ? Number(reserve.run(evaluation, entry, usd).lastInsertRowid) : undefined;
        return { id, usedUsd };
      }),
    release: (id) => release.run(id),
  };
}
