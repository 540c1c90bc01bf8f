import { rm } from 'node:fs/promises';
import type { AnswerStore } from '../answers/store.ts';
import { withoutSecrets } from '../common/without-secrets.ts';
import type { BatchResult, BatchStatus } from '../judges/batch.ts';
import { isPassingInReply, VendorFailure } from '../judges/reply-failure.ts';
import type { BatchRecords } from './batch-records.ts';
import type { Engines } from './engines.ts';
import type { BatchEntry, BatchRequestEntry } from './record-tables.ts';
import { isAboutLostFile, isAboutSize, isUnknown, wordsOf } from './vendor-failure.ts';

/** Results whose way to the disk is waited for together. */
const RESULTS_AT_ONCE = 256;

interface Tools {
  store: AnswerStore;
  records: BatchRecords;
  engines: Engines;
}

/**
 * Writes the replies of an ended batch to the answer store.
 *
 * @returns names in its results that none of its requests has
 */
export async function collectBatch(
  batch: BatchEntry,
  { refused, ending }: Pick<BatchStatus, 'refused' | 'ending'>,
  tools: Tools,
): Promise<string[]> {
  const unknown: string[] = [];
  if (refused) {
    settleRefused(batch, refused, tools.records);
  } else {
    const rest = await keepResults(batch, ending, unknown, tools);
    settleRest(batch, { state: 'unanswered', ...rest }, tools.records);
  }
  await rm(batch.file, { force: true });
  return unknown;
}

function settleRefused(
  batch: BatchEntry,
  { message, again }: NonNullable<BatchStatus['refused']>,
  records: BatchRecords,
): void {
  const words = withoutSecrets(message);
  if (isAboutSize(message) && batch.requests > 1) {
    const most = records.learnLimit(batch, batch.requests);
    const problem = `the batch was refused for its size, and is sent again with ${most} requests at most: ${words}`;
    settleRest(batch, { state: 'unanswered', costs: 'nothing', problem }, records);
    return;
  }
  if (isAboutSize(message)) records.forgetLimit(batch);
  const problem = `the batch was refused: ${words}`;
  const state = again && !isAboutSize(message) ? 'unanswered' : 'failed';
  settleRest(batch, { state, costs: 'nothing', problem }, records);
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
  records: BatchRecords,
): void {
  records.settleRest(batch.id, state, problem, costs);
  // Another command may have collected it at the same time: then it is collected all the same.
  records.change(batch, { state: 'collected', collected_at_ms: Date.now() });
}

async function keepResults(
  batch: BatchEntry,
  ending: string | undefined,
  unknown: string[],
  tools: Tools,
): Promise<Rest> {
  const { engine } = tools.engines(batch);
  let pending: Promise<void>[] = [];
  try {
    for await (const result of engine.results(batch.vendor_id as string)) {
      const request = tools.records.request(batch, result.customId);
      if (!request) {
        // Of somebody else's batch, taken for ours after an interrupted submission, or made up.
        unknown.push(result.customId);
        continue;
      }
      const kept = keepResult(result, request, batch, tools);
      // An error waits for those that are awaited together, and is nobody's until then.
      kept.catch(() => {});
      pending.push(kept);
      if (pending.length < RESULTS_AT_ONCE) continue;
      await Promise.all(pending);
      pending = [];
    }
    await Promise.all(pending);
    const why = ending === undefined ? '' : ` (of the batch: ${withoutSecrets(ending)})`;
    return { problem: `the batch's results do not mention it${why}`, costs: 'nothing' };
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
  request: BatchRequestEntry,
  batch: BatchEntry,
  { store, records, engines }: Tools,
): Promise<void> {
  if (result.failure !== undefined) {
    const problem = withoutSecrets(result.failure);
    // Deleted since, or of another key's account.
    const isLost = isAboutLostFile(result.failure) && records.loseUploads(result.failure);
    const state = result.again || isLost ? 'unanswered' : 'failed';
    records.settle(request, { state, problem, usd: 0 });
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
    // A server's own trouble, in the place of an answer, may be over by the next time.
    const again = error instanceof VendorFailure && isPassingInReply(error.failure);
    records.settle(request, { state: again ? 'unanswered' : 'failed', problem, usd: undefined });
    return;
  }
  const paid = { key, judge: batch.judge, evaluation: undefined };
  await store.keepReply(paid, part, { ...reply, batch: true });
  records.settle(request, { state: 'done', usd: reply.usage && costUsd(reply.usage) });
}
