import { createReadStream, existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { withoutSecrets } from '../common/without-secrets.ts';
import type { BatchRecords } from './batch-records.ts';
import { settleRest } from './collect-batch.ts';
import type { Engines } from './engines.ts';
import { forget, takeOver } from './hand-over.ts';
import type { BatchEntry } from './record-tables.ts';
import type { Run } from './running-command.ts';
import { splitBatch, wholeFile } from './split-batch.ts';
import { isRefusal, isSizeRefusal, wordsOf } from './vendor-failure.ts';

const ATTEMPTS = 5;

/** Pauses before each look for a batch whose submission got no reply: vendors list it a little late. */
const LOOKS_MS = [2_000, 5_000, 10_000];

interface Submitting {
  records: BatchRecords;
  engines: Engines;
  run: Run;
  onSubmitted: (batch: BatchEntry, vendorId: string) => void;
  /** A batch was too large for its vendor, and is sent in parts. */
  onSplit?: (batch: BatchEntry, parts: readonly BatchEntry[]) => void;
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
  records,
  engines,
  run,
  onSubmitted,
  onSplit = () => {},
  onFailed,
  looksMs = LOOKS_MS,
}: Submitting): () => Promise<void> {
  const failed = new Set<string>();

  const submitAll = async (batches: readonly BatchEntry[]): Promise<void> => {
    const waiting = [...batches];
    for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
      const judge = `${batch.judge} ${batch.options}`;
      if (failed.has(judge)) continue;
      try {
        const outcome = await submit(batch, records, engines, looksMs);
        if ('parts' in outcome) {
          onSplit(batch, outcome.parts);
          waiting.unshift(...outcome.parts);
          continue;
        }
        await rm(batch.file, { force: true });
        const whole = wholeFile(batch.file);
        if (whole) await rm(whole, { force: true });
        onSubmitted(batch, outcome.vendorId);
      } catch (cause) {
        if (cause instanceof RefusedRequestError) {
          onFailed(withoutSecrets(cause));
          continue;
        }
        const error = failure(batch, cause);
        if (cause instanceof UnusableFileError) {
          onFailed(error);
          continue;
        }
        failed.add(judge);
        // Tells the process that writes for this vendor to stop.
        const now = records.batches('sealed', 'submitting').find(({ id }) => id === batch.id);
        if (now) records.change(now, { problem: error.message });
        onFailed(error);
      }
    }
  };

  return async () => {
    takeOver(records, run, ['sealed', 'submitting']);
    const mine = records.batches('sealed', 'submitting').filter((batch) => batch.run === run.id);
    // One after the other at each vendor, where a batch without a label is found by its size alone.
    const byVendor = Map.groupBy(mine, ({ judge }) => judge.split(':')[0]);
    await Promise.all([...byVendor.values()].map(submitAll));
  };
}

/** What was never submitted, and cannot be: it is forgotten. */
class UnusableFileError extends Error {}

/** One request that the vendor does not take even alone: it has failed for good. */
class RefusedRequestError extends Error {}

/** @returns the vendor's id, or what is to be submitted instead of a batch that is too large */
async function submit(
  batch: BatchEntry,
  records: BatchRecords,
  engines: Engines,
  looksMs: readonly number[],
): Promise<{ vendorId: string } | { parts: BatchEntry[] }> {
  let current =
    batch.state === 'submitting' ? await findOut(batch, records, engines, looksMs) : batch;
  if (current.state === 'submitted') return { vendorId: current.vendor_id as string };
  await checkFile(current, records);
  const most = records.limitOf(current);
  if (most !== undefined && current.requests > most) {
    return { parts: await splitBatch(current, most, records) };
  }
  const submitted_at_ms = Date.now();
  current = changed(records, current, { state: 'submitting', submitted_at_ms });
  for (let attempt = 1; ; attempt++) {
    const sent = await send(batch, engines);
    if (attempt === 1 && isSizeRefusal(sent.cause)) {
      return sendSmaller(changed(records, current, { state: 'sealed' }), sent.cause, records);
    }
    if (isRefusal(sent.cause)) {
      // An earlier attempt may have made the batch all the same: then it is looked for once more.
      if (attempt === 1) changed(records, current, { state: 'sealed' });
      throw sent.cause;
    }
    // The reply may be lost and the batch made all the same.
    const vendor_id = sent.vendor_id ?? (await look(current, records, engines, looksMs));
    if (vendor_id !== undefined) {
      changed(records, current, { state: 'submitted', vendor_id });
      return { vendorId: vendor_id };
    }
    if (attempt === ATTEMPTS) throw sent.cause;
  }
}

/**
 * Makes several batches of one that the vendor has refused for its size.
 *
 * @throws RefusedRequestError it has only one request, which has failed for good
 */
async function sendSmaller(
  batch: BatchEntry,
  cause: unknown,
  records: BatchRecords,
): Promise<{ parts: BatchEntry[] }> {
  if (batch.requests > 1) {
    // Where as many were taken before, it is not their number: one of them is too large, and is looked for.
    const isTooMany = batch.requests > records.largestTaken(batch);
    const most = isTooMany
      ? records.learnLimit(batch, batch.requests)
      : Math.ceil(batch.requests / 2);
    return { parts: await splitBatch(batch, most, records) };
  }
  records.forgetLimit(batch);
  const problem = withoutSecrets(
    `the batch engine refuses the request for its size: ${wordsOf(cause)}`,
  );
  settleRest(batch, { state: 'failed', problem, costs: 'nothing' }, records);
  await rm(batch.file, { force: true });
  const images = records.failures(batch.id).map(({ image }) => image);
  throw new RefusedRequestError(`judge ${batch.judge}, ${images.join(', ')}: ${problem}`, {
    cause,
  });
}

/** @throws UnusableFileError its file does not hold what the records say */
async function checkFile(batch: BatchEntry, records: BatchRecords): Promise<void> {
  const { file, requests } = batch;
  const isThere = existsSync(file);
  if (isThere && (await holds(file, requests))) return;
  forget(records, batch);
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
  records: BatchRecords,
  engines: Engines,
  looksMs: readonly number[] = LOOKS_MS,
): Promise<BatchEntry> {
  // At once too: most were submitted a while ago.
  const vendor_id = await look(batch, records, engines, [0, ...looksMs]);
  return changed(
    records,
    batch,
    vendor_id === undefined ? { state: 'sealed' } : { state: 'submitted', vendor_id },
  );
}

/** Looks for a batch at the vendor after each of the pauses. @returns the vendor's id */
async function look(
  batch: BatchEntry,
  records: BatchRecords,
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
        records.batches('submitted', 'collected').some(({ vendor_id }) => vendor_id === id),
    });
    if (vendorId !== undefined) return vendorId;
  }
  return undefined;
}

function changed(
  records: BatchRecords,
  batch: BatchEntry,
  change: Parameters<BatchRecords['change']>[1],
): BatchEntry {
  const now = records.change(batch, change);
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
