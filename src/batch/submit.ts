import { createReadStream, existsSync } from 'node:fs';
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

/** Pauses before each look for a batch whose submission got no reply: vendors list it a little late. */
const LOOKS_MS = [2_000, 5_000, 10_000];

interface Submitting {
  ledger: Ledger;
  engines: Engines;
  run: Run;
  onSubmitted: (batch: BatchEntry, vendorId: string) => void;
  /** A vendor refuses, or cannot be reached: this run submits nothing more to it. */
  onFailed: (error: Error) => void;
  /** Pauses before each look for a batch that the vendor may have. */
  looksMs?: readonly number[];
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
  looksMs = LOOKS_MS,
}: Submitting): () => Promise<void> {
  const failed = new Set<string>();

  const submitAll = async (batches: readonly BatchEntry[]): Promise<void> => {
    for (const batch of batches) {
      const judge = `${batch.judge} ${batch.options}`;
      if (failed.has(judge)) continue;
      try {
        const vendorId = await submit(batch, ledger, engines, looksMs);
        await rm(batch.file, { force: true });
        onSubmitted(batch, vendorId);
      } catch (cause) {
        const error = failure(batch, cause);
        if (cause instanceof UnusableFileError) {
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

/** What was never submitted, and cannot be: it is forgotten. */
class UnusableFileError extends Error {}

/** @returns the vendor's id */
async function submit(
  batch: BatchEntry,
  ledger: Ledger,
  engines: Engines,
  looksMs: readonly number[],
): Promise<string> {
  let current =
    batch.state === 'submitting' ? await findOut(batch, ledger, engines, looksMs) : batch;
  if (current.state === 'submitted') return current.vendor_id as string;
  await checkFile(current, ledger);
  const submitted_at_ms = Date.now();
  current = changed(ledger, current, { state: 'submitting', submitted_at_ms });
  for (let attempt = 1; ; attempt++) {
    const sent = await send(batch, engines);
    if (isRefusal(sent.cause)) {
      // An earlier attempt may have made the batch all the same: then it is looked for once more.
      if (attempt === 1) changed(ledger, current, { state: 'sealed' });
      throw sent.cause;
    }
    // The reply may be lost and the batch made all the same.
    const vendor_id = sent.vendor_id ?? (await look(current, ledger, engines, looksMs));
    if (vendor_id !== undefined) {
      changed(ledger, current, { state: 'submitted', vendor_id });
      return vendor_id;
    }
    if (attempt === ATTEMPTS) throw sent.cause;
  }
}

/** @throws UnusableFileError its file does not hold what the ledger says */
async function checkFile(batch: BatchEntry, ledger: Ledger): Promise<void> {
  const { file, requests } = batch;
  const isThere = existsSync(file);
  if (isThere && (await holds(file, requests))) return;
  forget(ledger, batch);
  throw new UnusableFileError(
    isThere
      ? `its file ${file} does not hold its ${requests} requests in whole lines, because writing it was interrupted, so it is forgotten`
      : `its file ${file} is gone, so it is forgotten`,
  );
}

/** Whether a file has that many lines and nothing after them. */
async function holds(file: string, wanted: number): Promise<boolean> {
  let lines = 0;
  let last: number | undefined;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines += 1;
    last = chunk.at(-1);
  }
  return lines === wanted && last === NEWLINE;
}

const NEWLINE = 0x0a;

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
  looksMs: readonly number[] = LOOKS_MS,
): Promise<BatchEntry> {
  // At once too: most were submitted a while ago.
  const vendor_id = await look(batch, ledger, engines, [0, ...looksMs]);
  return changed(
    ledger,
    batch,
    vendor_id === undefined ? { state: 'sealed' } : { state: 'submitted', vendor_id },
  );
}

/** Looks for a batch at the vendor after each of the pauses. @returns the vendor's id */
async function look(
  batch: BatchEntry,
  ledger: Ledger,
  engines: Engines,
  pausesMs: readonly number[],
): Promise<string | undefined> {
  for (const pauseMs of pausesMs) {
    await setTimeout(pauseMs);
    const vendorId = await engines(batch).engine.find({
      label: labelOf(batch),
      requests: batch.requests,
      sinceMs: batch.submitted_at_ms ?? Date.now(),
      isKnown: (id) =>
        ledger.batches('submitted', 'collected').some(({ vendor_id }) => vendor_id === id),
    });
    if (vendorId !== undefined) return vendorId;
  }
  return undefined;
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
