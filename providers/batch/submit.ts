import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { withoutSecrets } from '../judges/without-secrets.ts';
import type { Engines } from './engines.ts';
import { forget, takeOver } from './hand-over.ts';
import type { Ledger } from './ledger.ts';
import type { BatchEntry } from './ledger-tables.ts';
import type { Run } from './run.ts';
import { isRefusal, wordsOf } from './vendor-failure.ts';

const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 2_000;

interface Submitting {
  ledger: Ledger;
  engines: Engines;
  run: Run;
  onSubmitted: (batch: BatchEntry, vendorId: string) => void;
  /** A vendor refuses, or cannot be reached: this run submits nothing more to it. */
  onFailed: (error: Error) => void;
  firstPauseMs?: number;
}

/**
 * @returns submits every complete file of this run and of those that have ended, once; to be called
 *   again and again while files are written. What an interrupted run may have submitted is looked for
 *   at the vendor first. A vendor that fails keeps no other one waiting.
 */
export function createSubmitter({
  ledger,
  engines,
  run,
  onSubmitted,
  onFailed,
  firstPauseMs = FIRST_PAUSE_MS,
}: Submitting): () => Promise<void> {
  const failed = new Set<string>();

  const submitAll = async (batches: readonly BatchEntry[]): Promise<void> => {
    for (const batch of batches) {
      const judge = `${batch.judge} ${batch.options}`;
      if (failed.has(judge)) continue;
      try {
        const vendorId = await submit(batch, ledger, engines, firstPauseMs);
        await rm(batch.file, { force: true });
        onSubmitted(batch, vendorId);
      } catch (cause) {
        const error = failure(batch, cause);
        if (cause instanceof FileGoneError) {
          onFailed(error);
          continue;
        }
        failed.add(judge);
        // Tells the process that writes for this vendor to stop.
        const now = ledger.batches('sealed', 'submitting').find(({ id }) => id === batch.id);
        if (now) ledger.change(now, { problem: error.message });
        onFailed(error);
      }
    }
  };

  return async () => {
    takeOver(ledger, run, ['sealed', 'submitting']);
    const mine = ledger.batches('sealed', 'submitting').filter((batch) => batch.run === run.id);
    // One after the other at each vendor, where a batch without a label is found by its size alone.
    const byVendor = Map.groupBy(mine, ({ judge }) => judge.split(':')[0]);
    await Promise.all([...byVendor.values()].map(submitAll));
  };
}

/** What was never submitted, and cannot be. */
class FileGoneError extends Error {}

/** @returns the vendor's id */
async function submit(
  batch: BatchEntry,
  ledger: Ledger,
  engines: Engines,
  firstPauseMs: number,
): Promise<string> {
  let current = batch.state === 'submitting' ? await findOut(batch, ledger, engines) : batch;
  for (let attempt = 1; ; attempt++) {
    if (current.state === 'submitted') return current.vendor_id as string;
    if (!existsSync(batch.file)) {
      forget(ledger, current);
      throw new FileGoneError(`its file ${batch.file} is gone, so it is forgotten`);
    }
    current = changed(ledger, current, { state: 'submitting', submitted_at_ms: Date.now() });
    const sent = await send(batch, engines);
    if (sent.vendor_id !== undefined) {
      current = changed(ledger, current, { state: 'submitted', vendor_id: sent.vendor_id });
    } else if (isRefusal(sent.cause)) {
      changed(ledger, current, { state: 'sealed' });
      throw sent.cause;
    } else {
      // The reply may be lost and the batch made all the same.
      current = await findOut(current, ledger, engines);
      if (current.state === 'submitted') continue;
      if (attempt === ATTEMPTS) throw sent.cause;
      await setTimeout(firstPauseMs * 2 ** (attempt - 1));
    }
  }
}

async function send(batch: BatchEntry, engines: Engines) {
  try {
    return { vendor_id: await engines(batch).engine.submit(batch.file, labelOf(batch)) };
  } catch (cause) {
    return { cause };
  }
}

/** Finds out what became of a batch of this run whose submission was interrupted. */
export async function findOut(
  batch: BatchEntry,
  ledger: Ledger,
  engines: Engines,
): Promise<BatchEntry> {
  const vendor_id = await engines(batch).engine.find({
    label: labelOf(batch),
    requests: batch.requests,
    sinceMs: batch.submitted_at_ms ?? Date.now(),
    isKnown: (id) =>
      ledger.batches('submitted', 'collected').some(({ vendor_id }) => vendor_id === id),
  });
  return changed(
    ledger,
    batch,
    vendor_id === undefined ? { state: 'sealed' } : { state: 'submitted', vendor_id },
  );
}

function changed(
  ledger: Ledger,
  batch: BatchEntry,
  change: Parameters<Ledger['change']>[1],
): BatchEntry {
  const now = ledger.change(batch, change);
  if (now) return now;
  const vendorId = change.vendor_id ? ` (at the vendor it is ${change.vendor_id})` : '';
  throw new Error(`another command has changed the batch meanwhile${vendorId}; see "batch status"`);
}

const labelOf = ({ mark, id }: BatchEntry): string => `${mark}${id}`;

const failure = ({ judge, requests }: BatchEntry, cause: unknown): Error =>
  withoutSecrets(
    new Error(
      `judge ${judge}: a batch of ${requests} requests was not submitted: ${wordsOf(cause)}; submit again when that is mended, which submits nothing twice`,
      { cause },
    ),
  );
