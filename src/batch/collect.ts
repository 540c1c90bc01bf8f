import { setTimeout } from 'node:timers/promises';
import type { AnswerStore } from '../answers/store.ts';
import { withoutSecrets } from '../judges/without-secrets.ts';
import { collectBatch } from './collect-batch.ts';
import type { Engines } from './engines.ts';
import { takeOver } from './hand-over.ts';
import type { Ledger } from './ledger.ts';
import type { BatchEntry } from './ledger-tables.ts';
import type { Run } from './run.ts';
import { findOut } from './submit.ts';
import { isPassing, isUnknown, wordsOf } from './vendor-failure.ts';

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
  run: Run;
  /** Which batches; left out: all. */
  isWanted?: (batch: BatchEntry) => boolean;
  /** Whether to wait for batches that have not ended. */
  wait: boolean;
  onProgress?: (progress: BatchProgress) => void;
  /** A batch that could not be asked about; `isPassing`: it is asked about again. */
  onProblem?: (problem: string, isPassing: boolean) => void;
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
  firstPauseMs = FIRST_PAUSE_MS,
  ...tools
}: Collecting): Promise<BatchEntry[]> {
  const { ledger, engines, run } = tools;
  const collected = { submitted: 0, done: 0, failed: 0 };
  const given: BatchEntry[] = [];
  const tell = (batch: BatchEntry, error: unknown, isAskedAgain: boolean): void => {
    onProblem(problemOf(batch, error), isAskedAgain);
    if (!isAskedAgain) given.push(batch);
  };

  for (const batch of takeOver(ledger, run, ['submitting'], isWanted)) {
    await findOut(batch, ledger, engines).catch((error) => tell(batch, error, false));
  }
  let open = ledger.batches('submitted').filter(isWanted);
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * PAUSE_GROWTH)) {
    const atVendor = { submitted: 0, done: 0, failed: 0 };
    const left: BatchEntry[] = [];
    for (const batch of open) {
      try {
        const status = await engines(batch).engine.status(batch.vendor_id as string);
        if (status.hasEnded) {
          await collectBatch(batch, status.refused, tools);
          add(collected, batch, ledger);
          pauseMs = firstPauseMs;
          continue;
        }
        atVendor.submitted += batch.requests;
        atVendor.done += status.done;
        atVendor.failed += status.failed;
        left.push(batch);
      } catch (error) {
        // An outage is waited out like a batch that has not ended.
        const isAskedAgain = wait && isPassing(error);
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

function add(progress: BatchProgress, { id, requests }: BatchEntry, ledger: Ledger): void {
  const { done, failed, unanswered } = ledger.counts(id);
  progress.submitted += requests;
  progress.done += done;
  progress.failed += failed + unanswered;
}

/** What kept a batch from being asked about. */
export function problemOf({ judge, vendor_id }: BatchEntry, error: unknown): string {
  const advice = isUnknown(error)
    ? '; is this the key and the address that it was submitted with? If so, "batch cancel" forgets it'
    : '';
  return withoutSecrets(`${judge}, ${vendor_id ?? 'submission'}: ${wordsOf(error)}${advice}`);
}
