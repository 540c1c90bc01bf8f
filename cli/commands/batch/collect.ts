import { type BatchProgress, collectBatches } from '../../../providers/batch/collect.ts';
import { count } from '../../plain-table.ts';
import {
  type Batches,
  type Chosen,
  chooser,
  complain,
  filesOf,
  minutes,
  say,
} from './open-batches.ts';

/** Waits for batches and writes their replies to the answer store. */
export async function collect(
  { store, ledger, engines, run }: Batches,
  { config, wait }: Chosen & { wait: boolean },
): Promise<void> {
  const startMs = Date.now();
  const isWanted = chooser(config);
  const underWay = ledger.batches('submitted', 'submitting');
  const sayUnsubmitted = () => {
    const written = ledger.batches('writing', 'sealed').filter(isWanted);
    if (written.length === 0) return;
    say(`${count(written.length)} are written and not submitted: batch submit, or batch cancel`);
  };
  const wanted = underWay.filter(isWanted);
  if (wanted.length === 0) {
    say('No batch is under way.');
    const others = Map.groupBy(underWay, (batch) => batch.config);
    for (const [other, batches] of others) {
      say(`Of another configuration, ${count(batches.length)}: batch collect -c ${filesOf(other)}`);
    }
    sayUnsubmitted();
    return;
  }
  const open = await collectBatches({
    store,
    ledger,
    engines,
    run,
    isWanted,
    wait,
    onProgress: (progress) => say(describe(progress, startMs)),
    onProblem: (problem, isPassing) =>
      isPassing ? say(`${problem} (asked again)`) : complain(problem),
  });
  const ended = wanted.filter(({ id }) => !open.some((batch) => batch.id === id));
  for (const batch of ended) {
    for (const { image, part, state, problem } of ledger.failures(batch.id)) {
      const next = state === 'failed' ? '' : ' (submit again to send it again)';
      say(`${batch.judge}, ${image}, ${part}: ${problem}${next}`);
    }
  }
  if (open.length > 0) say(`${count(open.length)} batches have not ended.`);
  sayUnsubmitted();
}

const describe = ({ submitted, done, failed }: BatchProgress, startMs: number): string =>
  `submitted ${count(submitted)}, done ${count(done)}, failed ${count(failed)}, after ${minutes(Date.now() - startMs)}`;
