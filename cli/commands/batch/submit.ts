import { CONFIG_VARIABLE } from '../../../src/batch/batch-writer.ts';
import { forgetUnfinished, sealWritten } from '../../../src/batch/hand-over.ts';
import { BATCH_STATES, type BatchEntry } from '../../../src/batch/record-tables.ts';
import { RUN_VARIABLE } from '../../../src/batch/running-command.ts';
import { createSubmitter } from '../../../src/batch/submit.ts';
import { ConfigError } from '../../../src/common/config-error.ts';
import { plainTable } from '../../../src/common/plain-table.ts';
import { BATCH_NEEDS_CACHE, isCacheEnabled } from '../../../src/harness/cache-use.ts';
import { type RowBatch, rowBatchSchema } from '../../../src/rows/batch-row.ts';
import { count, usd } from '../../amounts.ts';
import { type RowReports, reportRows } from '../../run-promptfoo.ts';
import { type Batches, complain, filesOf, nameOf, say } from './open-batches.ts';

/** How often finished files are looked for while others are written. */
const LOOK_EVERY_MS = 1_000;

/** Writes the requests of a run and submits them, each file while the next is written. */
export async function submit(
  { records, engines, run }: Batches,
  config: readonly string[],
  args: readonly string[],
): Promise<void> {
  if (!isCacheEnabled(args)) {
    throw new ConfigError(BATCH_NEEDS_CACHE);
  }
  forgetUnfinished(records, run);
  const last = Math.max(0, ...records.batches(...BATCH_STATES).map(({ id }) => id));
  process.env[CONFIG_VARIABLE] = nameOf(config);
  process.env[RUN_VARIABLE] = run.id;
  const submitFinished = createSubmitter({
    records,
    engines,
    run,
    onSubmitted: ({ judge, requests }, vendorId) =>
      say(
        `submitted ${count(requests)} ${requests === 1 ? 'request' : 'requests'} to ${judge}: ${vendorId}`,
      ),
    onSplit: ({ judge, requests }, parts) =>
      say(
        `${judge} does not take a batch of ${count(requests)} requests: it is sent as ${count(parts.length)} smaller ones`,
      ),
    onFailed: ({ message }) => complain(message),
  });
  const { lines, errors } = await whileRunning(
    (signal) => reportRows('batch', config, args, signal),
    submitFinished,
  );
  sealWritten(records, run);
  await submitFinished();
  const found = records.batches(...BATCH_STATES).filter((batch) => batch.run === run.id);
  describe(lines);
  checkArrived(
    lines,
    found.filter(({ id }) => id > last),
    records.path,
  );
  for (const error of errors) complain(`not submitted: ${error}`);
}

/** Calls `task` again and again until `running` has settled; when it fails, that is ended. */
async function whileRunning<Result>(
  start: (signal: AbortSignal) => Promise<Result>,
  task: () => Promise<void>,
): Promise<Result> {
  const controller = new AbortController();
  let isRunning = true;
  const settled = start(controller.signal).finally(() => {
    isRunning = false;
  });
  settled.catch(() => {});
  try {
    while (isRunning) {
      await Promise.race([settled, new Promise((done) => setTimeout(done, LOOK_EVERY_MS))]);
      if (isRunning) await task();
    }
  } catch (error) {
    controller.abort();
    await settled.catch(() => {});
    throw error;
  }
  return settled;
}

function describe(lines: RowReports['lines']): void {
  const rows = lines.map((line) => ({ ...line, found: rowBatchSchema.parse(line) }));
  const columns = [...Map.groupBy(rows, ({ provider, prompt }) => `${provider} ${prompt}`)];
  if (columns.length > 0) {
    say(
      plainTable(
        ['provider', 'prompt', 'new', 'waiting', 'known', 'cost, about'],
        columns.map(([, of]) => [
          of[0]?.provider ?? '',
          of[0]?.prompt ?? '',
          ...(['written', 'waiting', 'known'] as const).map((field) => count(sum(of, field))),
          usd(costOf(of.map(({ found }) => found))),
        ]),
      ),
    );
  }
  for (const other of new Set(rows.flatMap(({ found }) => found.waitingFor))) {
    say(
      `some of those waiting are in batches of another configuration: batch collect -c ${filesOf(other)}`,
    );
  }
  for (const failure of new Set(rows.flatMap(({ found }) => found.failed))) {
    say(`failed earlier, not sent again: ${failure}`);
  }
}

/** The promptfoo that wrote them may have read another environment than this process. */
function checkArrived(
  lines: RowReports['lines'],
  batches: readonly BatchEntry[],
  store: string,
): void {
  const written = lines.reduce((total, line) => total + rowBatchSchema.parse(line).written, 0);
  const arrived = batches.reduce((total, { requests }) => total + requests, 0);
  if (arrived >= written) return;
  complain(
    `${count(written - arrived)} of the ${count(written)} requests that promptfoo wrote are not in the store ${store}: it has been given another one; set PROMPTFOO_IQA_STORE in the environment or in .env, not in promptfoo's configuration`,
  );
}

const sum = (
  rows: readonly { found: RowBatch }[],
  field: 'written' | 'waiting' | 'known',
): number => rows.reduce((total, { found }) => total + found[field], 0);

/** Null where one is unknown. */
function costOf(rows: readonly RowBatch[]): number | null {
  const costs = rows.map(({ costUsd }) => costUsd);
  return costs.includes(null) ? null : costs.reduce<number>((all, cost) => all + (cost ?? 0), 0);
}
