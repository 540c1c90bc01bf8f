import type { Database } from '../answers/database.ts';
import { type BatchTable, openBatchTable } from './batch-table.ts';
import { LEDGER_TABLES } from './ledger-tables.ts';
import { replaceOldTables } from './old-tables.ts';
import { openRequestTable, type RequestTable } from './request-table.ts';

export interface Ledger extends BatchTable, RequestTable {
  /** The answer store's file. */
  readonly path: string;
  /** The vendor's id of a file that was uploaded since. */
  upload(key: Uint8Array, sinceMs: number): string | undefined;
  keepUpload(key: Uint8Array, fileId: string): void;
}

/** @throws StoreError batches of an earlier promptfoo-iqa are in it */
export function openLedger(database: Database): Ledger {
  replaceOldTables(database);
  for (const table of LEDGER_TABLES) database.prepare(table).run();
  const upload = database.prepare(
    'SELECT file_id FROM batch_uploads WHERE key = ? AND uploaded_at_ms >= ?',
  );
  const keepUpload = database.prepare(
    'INSERT OR REPLACE INTO batch_uploads (key, file_id, uploaded_at_ms) VALUES (?, ?, ?)',
  );
  return {
    path: database.path,
    ...openBatchTable(database),
    ...openRequestTable(database),
    upload(key, sinceMs) {
      const fileId = upload.get(key, sinceMs)?.file_id;
      return typeof fileId === 'string' ? fileId : undefined;
    },
    keepUpload: (key, fileId) => keepUpload.run(key, fileId, Date.now()),
  };
}
