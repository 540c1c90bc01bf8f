import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { withoutSecrets } from '../judges/without-secrets.ts';
import type { Engines } from './engines.ts';
import type { BatchEntry, Ledger } from './ledger.ts';

const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 2_000;

/** The vendor understood the request and will not take it, however often it comes. */
const REFUSED = [400, 401, 403, 404, 413, 422];

/** Forgets what a process that is gone was writing: none of it was submitted. */
export async function forgetUnfinished(ledger: Ledger): Promise<void> {
  for (const batch of ledger.batches('writing')) {
    if (isRunning(batch.writer)) continue;
    ledger.forget(batch.id);
    await rm(batch.file, { force: true });
  }
}

/** Makes the files complete that a process which ended well has left open. */
export function sealWritten(ledger: Ledger, isWritten: (batch: BatchEntry) => boolean): void {
  for (const batch of ledger.batches('writing').filter(isWritten)) {
    if (batch.requests === 0) {
      ledger.forget(batch.id);
      rmSync(batch.file, { force: true });
      continue;
    }
    const descriptor = openSync(batch.file, 'r+');
    fsyncSync(descriptor);
    closeSync(descriptor);
    ledger.update(batch.id, { state: 'sealed' });
  }
}

/**
 * Submits every complete file, once. What an interrupted call may have submitted is looked for at the
 * vendor first.
 *
 * @throws Error the vendor refuses, or cannot be reached; what is left is submitted by the next call
 */
export async function submitSealed(
  ledger: Ledger,
  engines: Engines,
  onSubmitted: (batch: BatchEntry, vendorId: string) => void,
  firstPauseMs = FIRST_PAUSE_MS,
): Promise<void> {
  await recoverInterrupted(ledger, engines);
  for (const batch of ledger.batches('sealed')) {
    const vendorId = await submit(batch, ledger, engines, firstPauseMs);
    // Another process is submitting it.
    if (vendorId === undefined) continue;
    await rm(batch.file, { force: true });
    onSubmitted(batch, vendorId);
  }
}

/** Finds out what became of batches whose submission was interrupted. */
export async function recoverInterrupted(ledger: Ledger, engines: Engines): Promise<void> {
  for (const batch of ledger.batches('submitting')) {
    const { submitter } = batch;
    if (submitter !== null && submitter !== process.pid && isRunning(submitter)) continue;
    const vendorId = await findAtVendor(batch, ledger, engines);
    ledger.update(
      batch.id,
      vendorId === undefined ? { state: 'sealed' } : { state: 'submitted', vendor_id: vendorId },
    );
  }
}

async function submit(
  batch: BatchEntry,
  ledger: Ledger,
  engines: Engines,
  firstPauseMs: number,
): Promise<string | undefined> {
  const { engine } = engines(batch);
  for (let attempt = 1; ; attempt++) {
    if (!ledger.claim(batch.id)) return undefined;
    const sinceMs = Date.now();
    try {
      const vendorId = await engine.submit(batch.file, labelOf(batch));
      ledger.update(batch.id, { state: 'submitted', vendor_id: vendorId });
      return vendorId;
    } catch (cause) {
      if (isRefusal(cause)) {
        ledger.update(batch.id, { state: 'sealed' });
        throw failure(batch, cause);
      }
      // The reply may be lost and the batch made all the same.
      const found = await findAtVendor({ ...batch, submitted_at_ms: sinceMs }, ledger, engines);
      if (found !== undefined) {
        ledger.update(batch.id, { state: 'submitted', vendor_id: found });
        return found;
      }
      ledger.update(batch.id, { state: 'sealed' });
      if (attempt === ATTEMPTS) throw failure(batch, cause);
      await setTimeout(firstPauseMs * 2 ** (attempt - 1));
    }
  }
}

function findAtVendor(batch: BatchEntry, ledger: Ledger, engines: Engines) {
  const known = new Set(
    ledger.batches('submitted', 'collected').map(({ vendor_id }) => vendor_id as string),
  );
  return engines(batch).engine.find({
    label: labelOf(batch),
    requests: batch.requests,
    sinceMs: batch.submitted_at_ms ?? Date.now(),
    isKnown: (id) => known.has(id),
  });
}

const labelOf = ({ mark, id }: BatchEntry): string => `${mark}${id}`;

function failure({ judge, requests }: BatchEntry, cause: unknown): Error {
  const words = cause instanceof Error ? cause.message : String(cause);
  return withoutSecrets(
    new Error(
      `judge ${judge}: a batch of ${requests} requests was not submitted: ${words}; submit again when that is mended, which submits nothing twice`,
      { cause },
    ),
  );
}

const isRefusal = (error: unknown): boolean =>
  error instanceof Error &&
  'status' in error &&
  typeof error.status === 'number' &&
  REFUSED.includes(error.status);

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
