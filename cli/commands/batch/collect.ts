import { type BatchProgress, collectBatches } from '../../../src/batch/collect.ts';
import { nameSome } from '../../../src/common/name-some.ts';
import { count } from '../../amounts.ts';
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
  { store, records, engines, run }: Batches,
  { config, wait }: Chosen & { wait: boolean },
): Promise<void> {
  const startMs = Date.now();
  const isWanted = chooser(config);
  const underWay = records.batches('submitted', 'submitting');
  const sayUnsubmitted = () => {
    const written = records.batches('writing', 'sealed').filter(isWanted);
    if (written.length === 0) return;
    const batches = `${count(written.length)} ${written.length === 1 ? 'batch is' : 'batches are'}`;
    say(`${batches} written and not submitted: run batch submit, or batch cancel`);
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
    records,
    engines,
    run,
    isWanted,
    wait,
    onProgress: (progress) => say(describe(progress, startMs)),
    onUnknown: say,
    onProblem: (problem, isPassing) =>
      isPassing ? say(`${problem} (asked again)`) : complain(problem),
  });
  const ended = wanted.filter(({ id }) => !open.some((batch) => batch.id === id));
  for (const batch of ended) {
    for (const line of failuresOf(batch, records.failures(batch.id))) say(line);
  }
  if (open.length > 0) {
    say(`${count(open.length)} ${open.length === 1 ? 'batch has' : 'batches have'} not ended.`);
  }
  sayUnsubmitted();
}

const describe = ({ submitted, done, failed }: BatchProgress, startMs: number): string =>
  `submitted ${count(submitted)}, done ${count(done)}, failed ${count(failed)}, after ${minutes(Date.now() - startMs)}`;

type Failure = ReturnType<Batches['records']['failures']>[number];

/**
 * What became of requests without an answer. Those that failed for good are named each; those that are sent again
 * may be all of a batch, for one reason.
 */
function failuresOf({ judge }: { judge: string }, failures: readonly Failure[]): string[] {
  const failed = failures.filter(({ state }) => state === 'failed');
  const unanswered = failures.filter(({ state }) => state !== 'failed');
  const byReason = Map.groupBy(unanswered, ({ problem }) => problem);
  return [
    ...failed.map(({ image, part, problem }) => `${judge}, ${image}, ${part}: ${problem}`),
    ...[...byReason].map(([problem, of]) => {
      const [only] = of;
      return of.length === 1
        ? `${judge}, ${only?.image}, ${only?.part}: ${problem} (submit again to send it again)`
        : `${judge}, ${count(of.length)} requests, of ${nameSome([...new Set(of.map(({ image }) => image))])}: ${problem} (submit again to send them again)`;
    }),
  ];
}
