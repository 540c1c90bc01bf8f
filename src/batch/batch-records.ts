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
  /**
   * Takes uploads for lost that a vendor's words name, so that they are made again.
   *
   * @returns whether the words name any
   */
  loseUploads(words: string): boolean;
}

export function openBatchRecords(database: Database): BatchRecords {
  for (const table of RECORD_TABLES) database.prepare(table).run();
  const upload = database.prepare(
    'SELECT file_id FROM batch_uploads WHERE key = ? AND uploaded_at_ms >= ?',
  );
  const keepUpload = database.prepare(
    'INSERT OR REPLACE INTO batch_uploads (key, file_id, uploaded_at_ms) VALUES (?, ?, ?)',
  );
  // An address is named by its end: `https://…/files/abc` as `File abc`.
  const loseUploads = database.prepare(
    `UPDATE batch_uploads SET uploaded_at_ms = 0
     WHERE instr(?, replace(file_id, rtrim(file_id, replace(file_id, '/', '')), '')) > 0`,
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
    loseUploads: (words) => loseUploads.run(words).changes > 0,
  };
}
