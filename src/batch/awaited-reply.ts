import type { BatchRecords } from './batch-records.ts';
import { isGone } from './running-command.ts';

/**
 * Why a question is not to be asked now: a batch will bring its replies.
 *
 * @returns undefined when none will; what a command that has ended was writing will never be submitted
 */
export function whyAwaited(records: BatchRecords, replyKey: Uint8Array): string | undefined {
  const batches = records.waitingIn(replyKey);
  if (batches.some(({ state }) => state === 'submitted' || state === 'submitting')) {
    return 'a batch that is under way will bring this answer, and asking now would buy it twice; run "batch collect" when it has ended, or "batch cancel", then run it again';
  }
  if (batches.some(({ run }) => !isGone(records.path, run))) {
    return 'a running "batch submit" is submitting this question, and asking now would buy it twice; run "batch collect" after it, then run it again';
  }
  return batches.some(({ state }) => state === 'sealed')
    ? 'this question is written into a batch that is not submitted yet; run "batch submit" to submit it, or "batch cancel" to ask now, then run it again'
    : undefined;
}
