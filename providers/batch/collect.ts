import { rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { AnswerStore } from '../answers/store.ts';
import type { BatchResult } from '../judges/batch.ts';
import type { Engines } from './engines.ts';
import type { BatchEntry, Ledger } from './ledger.ts';
import { recoverInterrupted } from './submit.ts';

/** Results whose way to the disk is waited for together. */
const RESULTS_AT_ONCE = 256;

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 300_000;
const PAUSE_GROWTH = 1.5;

export interface BatchProgress {
  submitted: number;
  done: number;
  failed: number;
}

interface Collecting {
  store: AnswerStore;
  ledger: Ledger;
  engines: Engines;
  /** Which batches; left out: all. */
  isWanted?: (batch: BatchEntry) => boolean;
  /** Whether to wait for batches that have not ended. */
  wait: boolean;
  onProgress?: (progress: BatchProgress) => void;
  firstPauseMs?: number;
}

/**
 * Writes the replies of ended batches to the answer store. It may be stopped at any time: what is not
 * marked as collected is read again.
 *
 * @returns the batches that have not ended
 */
export async function collectBatches({
  store,
  ledger,
  engines,
  isWanted = () => true,
  wait,
  onProgress,
  firstPauseMs = FIRST_PAUSE_MS,
}: Collecting): Promise<BatchEntry[]> {
  await recoverInterrupted(ledger, engines);
  const wanted = ledger.batches('submitted').filter(isWanted);
  const collected = { submitted: 0, done: 0, failed: 0 };
  let open = wanted;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * PAUSE_GROWTH)) {
    const atVendor = { submitted: 0, done: 0, failed: 0 };
    const left: BatchEntry[] = [];
    for (const batch of open) {
      const status = await engines(batch).engine.status(batch.vendor_id as string);
      if (status.hasEnded) {
        await collectBatch(batch, status.refused, store, ledger, engines);
        const counts = ledger.counts(batch.id);
        collected.submitted += batch.requests;
        collected.done += counts.done;
        collected.failed += counts.failed + counts.unanswered;
        pauseMs = firstPauseMs;
      } else {
        atVendor.submitted += batch.requests;
        atVendor.done += status.done;
        atVendor.failed += status.failed;
        left.push(batch);
      }
    }
    open = left;
    onProgress?.({
      submitted: collected.submitted + atVendor.submitted,
      done: collected.done + atVendor.done,
      failed: collected.failed + atVendor.failed,
    });
    if (open.length === 0 || !wait) return open;
    await setTimeout(pauseMs);
  }
}

async function collectBatch(
  batch: BatchEntry,
  refused: { message: string; again: boolean } | undefined,
  store: AnswerStore,
  ledger: Ledger,
  engines: Engines,
): Promise<void> {
  const { engine } = engines(batch);
  if (refused) {
    const state = refused.again ? 'unanswered' : 'failed';
    ledger.settleRest(batch.id, state, `the batch was refused: ${refused.message}`);
  } else {
    let pending: Promise<void>[] = [];
    for await (const result of engine.results(batch.vendor_id as string)) {
      pending.push(keepResult(result, batch, store, ledger, engines));
      if (pending.length < RESULTS_AT_ONCE) continue;
      await Promise.all(pending);
      pending = [];
    }
    await Promise.all(pending);
    ledger.settleRest(batch.id, 'unanswered', "the batch's results do not mention it");
  }
  ledger.update(batch.id, { state: 'collected', collected_at_ms: Date.now() });
  await rm(batch.file, { force: true });
}

async function keepResult(
  result: BatchResult,
  batch: BatchEntry,
  store: AnswerStore,
  ledger: Ledger,
  engines: Engines,
): Promise<void> {
  const request = ledger.request(batch, result.customId);
  // Somebody else's batch, taken for ours after an interrupted submission.
  if (!request) return;
  if (result.failure !== undefined) {
    ledger.settle(request.id, result.again ? 'unanswered' : 'failed', result.failure);
    return;
  }
  const { key, part, prefill } = request;
  const latencyMs = Date.now() - (batch.submitted_at_ms ?? Date.now());
  let reply: object;
  try {
    const asked = { part, latencyMs, ...(prefill !== null && { prefill }) };
    reply = engines(batch).read(result.raw, asked);
  } catch (error) {
    ledger.settle(request.id, 'failed', error instanceof Error ? error.message : String(error));
    return;
  }
  const purchase = { key, judge: batch.judge, evaluation: undefined };
  await store.keepReply(purchase, part, { ...reply, batch: true });
  ledger.settle(request.id, 'done');
}
