import type { Database } from '../answers/database.ts';
import { StoreError } from '../answers/store-error.ts';
import { batchSchema } from './ledger-tables.ts';

/**
 * Makes room for the tables where an earlier promptfoo-iqa has made its own, of other columns.
 *
 * @throws StoreError there are batches in them, which may be under way
 */
export function replaceOldTables(database: Database): void {
  if (!hasOldTables(database)) return;
  database.transaction(() => {
    // Another process may have done it meanwhile.
    if (!hasOldTables(database)) return;
    const batches = Number(database.prepare('SELECT count(*) AS count FROM batches').get()?.count);
    if (batches > 0) {
      throw new StoreError(
        database.path,
        `batches in it were made by an earlier promptfoo-iqa, and this one cannot read them: ${batches}. Collect them with that one; then forget them with sqlite3 "${database.path}" "DROP TABLE batches; DROP TABLE batch_requests", which leaves the answers, or let PROMPTFOO_IQA_STORE name another file`,
      );
    }
    for (const table of ['batch_requests', 'batches']) {
      database.prepare(`DROP TABLE IF EXISTS ${table}`).run();
    }
  });
}

function hasOldTables(database: Database): boolean {
  const columns = database
    .prepare('PRAGMA table_info(batches)')
    .all()
    .map(({ name }) => name);
  return (
    columns.length > 0 && Object.keys(batchSchema.shape).some((name) => !columns.includes(name))
  );
}
