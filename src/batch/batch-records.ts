import type { Database } from '../answers/database.ts';
import { type BatchTable, openBatchTable } from './batch-table.ts';
import { type LimitTable, openLimitTable } from './limit-table.ts';
import { RECORD_TABLES } from './record-tables.ts';
import { openRequestTable, type RequestTable } from './request-table.ts';

export interface BatchRecords extends BatchTable, RequestTable, LimitTable {
  /** The answer store's file. */
  readonly path: string;
  /** The vendor's id of a file that was uploaded since. */
  upload(key: Uint8Array, sinceMs: number): string | undefined;
  keepUpload(key: Uint8Array, fileId: string): void;
}

export function openBatchRecords(database: Database): BatchRecords {
  for (const table of RECORD_TABLES) database.prepare(table).run();
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
    ...openLimitTable(database),
    upload(key, sinceMs) {
      const fileId = upload.get(key, sinceMs)?.file_id;
      return typeof fileId === 'string' ? fileId : undefined;
    },
    keepUpload: (key, fileId) => keepUpload.run(key, fileId, Date.now()),
  };
}
