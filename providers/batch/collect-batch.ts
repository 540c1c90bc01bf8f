import { rm } from 'node:fs/promises';
import type { AnswerStore } from '../answers/store.ts';
import type { BatchResult, BatchStatus } from '../judges/batch.ts';
import { withoutSecrets } from '../judges/without-secrets.ts';
import type { Engines } from './engines.ts';
import type { Ledger } from './ledger.ts';
import type { BatchEntry } from './ledger-tables.ts';
import { isUnknown, wordsOf } from './vendor-failure.ts';

/** Results whose way to the disk is waited for together. */
const RESULTS_AT_ONCE = 256;

interface Tools {
  store: AnswerStore;
  ledger: Ledger;
  engines: Engines;
}

/** Writes the replies of an ended batch to the answer store. */
export async function collectBatch(
  batch: BatchEntry,
  refused: BatchStatus['refused'],
  tools: Tools,
): Promise<void> {
  const { ledger } = tools;
  if (refused) {
    const state = refused.again ? 'unanswered' : 'failed';
    settleRest(
      batch,
      {
        state,
        costs: 'nothing',
        problem: `the batch was refused: ${withoutSecrets(refused.message)}`,
      },
      ledger,
    );
  } else {
    settleRest(batch, { state: 'unanswered', ...(await keepResults(batch, tools)) }, ledger);
  }
  await rm(batch.file, { force: true });
}

/** Why there is nothing of the requests that are left, and what they cost. */
interface Rest {
  problem: string;
  costs: 'nothing' | 'estimate';
}

/** Ends a batch of which nothing more will come. */
export function settleRest(
  batch: BatchEntry,
  { state, problem, costs }: Rest & { state: 'unanswered' | 'failed' },
  ledger: Ledger,
): void {
  ledger.settleRest(batch.id, state, problem, costs);
  // Another command may have collected it at the same time: then it is collected all the same.
  ledger.change(batch, { state: 'collected', collected_at_ms: Date.now() });
}

async function keepResults(batch: BatchEntry, tools: Tools): Promise<Rest> {
  const { engine } = tools.engines(batch);
  let pending: Promise<void>[] = [];
  try {
    for await (const result of engine.results(batch.vendor_id as string)) {
      const kept = keepResult(result, batch, tools);
      // An error waits for those that are awaited together, and is nobody's until then.
      kept.catch(() => {});
      pending.push(kept);
      if (pending.length < RESULTS_AT_ONCE) continue;
      await Promise.all(pending);
      pending = [];
    }
    await Promise.all(pending);
    return { problem: "the batch's results do not mention it", costs: 'nothing' };
  } catch (error) {
    await Promise.allSettled(pending);
    if (!isUnknown(error)) throw error;
    // The vendor knows the batch, and has deleted its results, which it has charged.
    const problem = `the batch's results are gone: ${withoutSecrets(wordsOf(error))}`;
    return { problem, costs: 'estimate' };
  }
}

async function keepResult(
  result: BatchResult,
  batch: BatchEntry,
  { store, ledger, engines }: Tools,
): Promise<void> {
  const request = ledger.request(batch, result.customId);
  // Somebody else's batch, taken for ours after an interrupted submission.
  if (!request) return;
  if (result.failure !== undefined) {
    const problem = withoutSecrets(result.failure);
    ledger.settle(request, { state: result.again ? 'unanswered' : 'failed', problem, usd: 0 });
    return;
  }
  const { read, costUsd } = engines(batch);
  const { key, part, prefill } = request;
  let reply: ReturnType<typeof read>;
  try {
    reply = withoutSecrets(read(result.raw, { part, ...(prefill !== null && { prefill }) }));
  } catch (error) {
    // It is paid for, and nobody knows how much it took.
    const problem = withoutSecrets(error instanceof Error ? error.message : String(error));
    ledger.settle(request, { state: 'failed', problem, usd: undefined });
    return;
  }
  const purchase = { key, judge: batch.judge, evaluation: undefined };
  await store.keepReply(purchase, part, { ...reply, batch: true });
  ledger.settle(request, { state: 'done', usd: reply.usage && costUsd(reply.usage) });
}
