import { problemOf } from '../../../src/batch/collect.ts';
import { settleRest } from '../../../src/batch/collect-batch.ts';
import { forget } from '../../../src/batch/hand-over.ts';
import type { BatchEntry } from '../../../src/batch/record-tables.ts';
import { findOut } from '../../../src/batch/submit.ts';
import { isUnknown, isUnknownYet } from '../../../src/batch/vendor-failure.ts';
import { type Batches, type Chosen, chooser, complain, say } from './open-batches.ts';

/** Stops what has not ended; one that cannot be stopped keeps no other one from it. */
export async function cancel(
  batches: Batches,
  { config, forget: isForgotten }: Chosen & { forget?: true },
): Promise<void> {
  const { records } = batches;
  const chosen = records
    .batches('writing', 'sealed', 'submitting', 'submitted')
    .filter(chooser(config));
  if (chosen.length === 0) say('No batch is under way.');
  for (const batch of chosen) {
    try {
      say(await (isForgotten ? forgetUnasked(batch, batches) : cancelOne(batch, batches)));
    } catch (error) {
      complain(`not cancelled: ${problemOf(batch, error)}`);
    }
  }
}

async function cancelOne(found: BatchEntry, batches: Batches): Promise<string> {
  const { records, engines } = batches;
  let batch = found.state === 'submitted' ? found : mine(found, batches);
  if (batch.state === 'submitting') batch = await findOut(batch, records, engines);
  const { judge, vendor_id } = batch;
  if (vendor_id === null) return forgetUnsubmitted(batch, batches);
  const { engine } = engines(batch);
  try {
    const { hasEnded } = await engine.status(vendor_id, batch.requests);
    if (hasEnded) return `${judge}: ${vendor_id} has ended: collect it`;
    await engine.cancel(vendor_id);
    return `asked ${judge} to stop ${vendor_id}`;
  } catch (error) {
    if (!isUnknown(error) || isUnknownYet(error, batch, engine)) throw error;
    const problem = 'the vendor did not know the batch';
    settleRest(batch, { state: 'unanswered', problem, costs: 'estimate' }, records);
    return `forgot ${vendor_id}, which ${judge} does not know`;
  }
}

/** For a vendor that can no longer be asked. */
async function forgetUnasked(found: BatchEntry, batches: Batches): Promise<string> {
  const batch = found.state === 'submitted' ? found : mine(found, batches);
  if (batch.state === 'writing' || batch.state === 'sealed') {
    return forgetUnsubmitted(batch, batches);
  }
  const problem = 'the batch was forgotten';
  settleRest(batch, { state: 'unanswered', problem, costs: 'estimate' }, batches.records);
  return `forgot ${batch.vendor_id ?? 'a submission'} at ${batch.judge}: what it brings is lost, and paid for`;
}

function forgetUnsubmitted(batch: BatchEntry, { records }: Batches): string {
  if (!forget(records, batch)) throw new Error('another command has changed it meanwhile');
  return `forgot a batch for ${batch.judge} that was not submitted`;
}

/** @throws Error a command is at work on the batch */
function mine(batch: BatchEntry, { records, run }: Batches): BatchEntry {
  const now = run.isGone(batch.run) && records.takeOver(batch, run.id);
  if (!now) throw new Error('a running command writes or submits it; stop that first');
  return now;
}
