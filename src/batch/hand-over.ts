import { closeSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs';
import type { Ledger } from './ledger.ts';
import type { BatchEntry, BatchState } from './ledger-tables.ts';
import type { Run } from './run.ts';

/** Takes over batches whose run has ended before they were submitted. @returns those it got */
export function takeOver(
  ledger: Ledger,
  run: Run,
  states: readonly BatchState[],
  isWanted: (batch: BatchEntry) => boolean = () => true,
): BatchEntry[] {
  return ledger
    .batches(...states)
    .filter((batch) => isWanted(batch) && run.isGone(batch.run))
    .flatMap((batch) => ledger.takeOver(batch, run.id) ?? []);
}

/**
 * Forgets what a run that has ended was writing, and what it had written and whose file is gone: none
 * of it was submitted.
 */
export function forgetUnfinished(ledger: Ledger, run: Run): void {
  for (const batch of takeOver(ledger, run, ['writing'])) forget(ledger, batch);
  const isFileGone = ({ file }: BatchEntry) => !existsSync(file);
  for (const batch of takeOver(ledger, run, ['sealed'], isFileGone)) forget(ledger, batch);
}

/** Makes the files complete that the process which wrote them for this run has left open. */
export function sealWritten(ledger: Ledger, run: Run): void {
  for (const batch of ledger.batches('writing').filter((each) => each.run === run.id)) {
    if (batch.requests === 0) {
      forget(ledger, batch);
      continue;
    }
    const descriptor = openSync(batch.file, 'r+');
    fsyncSync(descriptor);
    closeSync(descriptor);
    ledger.change(batch, { state: 'sealed' });
  }
}

/** @returns false: somebody else has changed the batch */
export function forget(ledger: Ledger, batch: BatchEntry): boolean {
  if (!ledger.forget(batch)) return false;
  rmSync(batch.file, { force: true });
  return true;
}
