import { closeSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs';
import type { BatchRecords } from './batch-records.ts';
import type { BatchEntry, BatchState } from './record-tables.ts';
import type { Run } from './running-command.ts';

/** Takes over batches whose run has ended before they were submitted. @returns those it got */
export function takeOver(
  records: BatchRecords,
  run: Run,
  states: readonly BatchState[],
  isWanted: (batch: BatchEntry) => boolean = () => true,
): BatchEntry[] {
  return records
    .batches(...states)
    .filter((batch) => isWanted(batch) && run.isGone(batch.run))
    .flatMap((batch) => records.takeOver(batch, run.id) ?? []);
}

/**
 * Forgets what a run that has ended was writing, and what it had written and whose file is gone: none
 * of it was submitted.
 */
export function forgetUnfinished(records: BatchRecords, run: Run): void {
  for (const batch of takeOver(records, run, ['writing'])) forget(records, batch);
  const isFileGone = ({ file }: BatchEntry) => !existsSync(file);
  for (const batch of takeOver(records, run, ['sealed'], isFileGone)) forget(records, batch);
}

/** Makes the files complete that the process which wrote them for this run has left open. */
export function sealWritten(records: BatchRecords, run: Run): void {
  for (const batch of records.batches('writing').filter((each) => each.run === run.id)) {
    if (batch.requests === 0) {
      forget(records, batch);
      continue;
    }
    const descriptor = openSync(batch.file, 'r+');
    fsyncSync(descriptor);
    closeSync(descriptor);
    records.change(batch, { state: 'sealed' });
  }
}

/** @returns false: somebody else has changed the batch */
export function forget(records: BatchRecords, batch: BatchEntry): boolean {
  if (!records.forget(batch)) return false;
  rmSync(batch.file, { force: true });
  return true;
}
