import { problemOf } from '../../../src/batch/collect.ts';
import { BATCH_STATES, type BatchEntry } from '../../../src/batch/record-tables.ts';
import { plainTable } from '../../../src/common/plain-table.ts';
import { count } from '../../amounts.ts';
import { type Batches, type Chosen, chooser, complain, minutes, say } from './open-batches.ts';

/** Shows the batches. */
export async function status(batches: Batches, { config }: Chosen): Promise<void> {
  const chosen = batches.records.batches(...BATCH_STATES).filter(chooser(config));
  if (chosen.length === 0) {
    say('There is no batch.');
    return;
  }
  const problems: string[] = [];
  const rows = await Promise.all(
    chosen.map(async (batch) => {
      const now = await stateOf(batch, batches).catch((error: unknown) => {
        problems.push(problemOf(batch, error));
        return { state: 'unknown, see below', done: 0, failed: 0 };
      });
      const since = batch.submitted_at_ms;
      return [
        batch.vendor_id ?? '-',
        batch.judge,
        now.state,
        count(batch.requests),
        count(now.done),
        count(now.failed),
        since === null ? '-' : minutes((batch.collected_at_ms ?? Date.now()) - since),
      ];
    }),
  );
  say(plainTable(['batch', 'judge', 'state', 'requests', 'done', 'failed', 'time'], rows));
  for (const problem of problems) complain(problem);
}

async function stateOf(batch: BatchEntry, { records, engines, run }: Batches) {
  if (batch.state === 'submitted') {
    const found = await engines(batch).engine.status(batch.vendor_id as string, batch.requests);
    return { ...found, state: found.hasEnded ? 'ended, to be collected' : 'submitted' };
  }
  const { done, failed, unanswered } = records.counts(batch.id);
  const isInterrupted = batch.state !== 'collected' && run.isGone(batch.run);
  const state = isInterrupted ? `${batch.state}, interrupted` : batch.state;
  return { state, done, failed: failed + unanswered };
}
