import { setTimeout } from 'node:timers/promises';
import type { AnswerStore } from '../answers/store.ts';
import { withoutSecrets } from '../common/without-secrets.ts';
import { quote } from '../judges/reply-failure.ts';
import type { BatchRecords } from './batch-records.ts';
import { collectBatch } from './collect-batch.ts';
import type { Engines } from './engines.ts';
import { takeOver } from './hand-over.ts';
import type { BatchEntry } from './record-tables.ts';
import type { Run } from './running-command.ts';
import { findOut } from './submit.ts';
import { isPassing, isUnknown, isUnknownYet, wordsOf } from './vendor-failure.ts';

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
  records: BatchRecords;
  engines: Engines;
  run: Run;
  /** Which batches; left out: all. */
  isWanted?: (batch: BatchEntry) => boolean;
  /** Whether to wait for batches that have not ended. */
  wait: boolean;
  onProgress?: (progress: BatchProgress) => void;
  /** A batch that could not be asked about; `isPassing`: it is asked about again. */
  onProblem?: (problem: string, isPassing: boolean) => void;
  /** Results that belong to no request of their batch. */
  onUnknown?: (line: string) => void;
  firstPauseMs?: number;
}

/**
 * Writes the replies of ended batches to the answer store. It may be stopped at any time: what is not
 * marked as collected is read again. A batch that cannot be collected keeps no other one from it.
 *
 * @returns the batches that have not been collected
 */
export async function collectBatches({
  isWanted = () => true,
  wait,
  onProgress,
  onProblem = () => {},
  onUnknown = () => {},
  firstPauseMs = FIRST_PAUSE_MS,
  ...tools
}: Collecting): Promise<BatchEntry[]> {
  const { records, engines, run } = tools;
  const collected = { submitted: 0, done: 0, failed: 0 };
  const given: BatchEntry[] = [];
  const tell = (batch: BatchEntry, error: unknown, isAskedAgain: boolean): void => {
    onProblem(problemOf(batch, error), isAskedAgain);
    if (!isAskedAgain) given.push(batch);
  };

  for (const batch of takeOver(records, run, ['submitting'], isWanted)) {
    await findOut(batch, records, engines).catch((error) => tell(batch, error, false));
  }
  let open = records.batches('submitted').filter(isWanted);
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * PAUSE_GROWTH)) {
    const atVendor = { submitted: 0, done: 0, failed: 0 };
    const left: BatchEntry[] = [];
    for (const batch of open) {
      try {
        const status = await engines(batch).engine.status(
          batch.vendor_id as string,
          batch.requests,
        );
        if (status.hasEnded) {
          const unknown = await collectBatch(batch, status, tools);
          if (unknown.length > 0) onUnknown(unknownNames(batch, unknown));
          add(collected, batch, records);
          pauseMs = firstPauseMs;
          continue;
        }
        atVendor.submitted += batch.requests;
        atVendor.done += status.done;
        atVendor.failed += status.failed;
        left.push(batch);
      } catch (error) {
        // An outage is waited out like a batch that has not ended.
        const isEarly = isUnknownYet(error, batch, engines(batch).engine);
        const isAskedAgain = wait && (isPassing(error) || isEarly);
        tell(batch, error, isAskedAgain);
        if (!isAskedAgain) continue;
        atVendor.submitted += batch.requests;
        left.push(batch);
      }
    }
    open = left;
    onProgress?.({
      submitted: collected.submitted + atVendor.submitted,
      done: collected.done + atVendor.done,
      failed: collected.failed + atVendor.failed,
    });
    if (open.length === 0 || !wait) return [...open, ...given];
    await setTimeout(pauseMs);
  }
}

function add(progress: BatchProgress, { id, requests }: BatchEntry, records: BatchRecords): void {
  const { done, failed, unanswered } = records.counts(id);
  progress.submitted += requests;
  progress.done += done;
  progress.failed += failed + unanswered;
}

/** Names that are shown of those that are unknown. */
const SHOWN_NAMES = 5;

function unknownNames({ judge, vendor_id }: BatchEntry, names: readonly string[]): string {
  const shown = names.slice(0, SHOWN_NAMES).map((name) => JSON.stringify(quote(name)));
  const more = names.length > SHOWN_NAMES ? ', …' : '';
  const left = names.length === 1 ? 'a result is' : `${names.length} results are`;
  return withoutSecrets(
    `${judge}, ${vendor_id}: ${left} left out, because none of its requests is called that: ${shown.join(', ')}${more}`,
  );
}

/** What kept a batch from being asked about. */
export function problemOf({ judge, vendor_id }: BatchEntry, error: unknown): string {
  const advice = isUnknown(error)
    ? '; is this the key and the address that it was submitted with? If so, "batch cancel" forgets it'
    : '';
  return withoutSecrets(`${judge}, ${vendor_id ?? 'submission'}: ${wordsOf(error)}${advice}`);
}
