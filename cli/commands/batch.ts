import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type AnswerStore, sharedAnswerStore } from '../../providers/answers/store.ts';
import { storePath } from '../../providers/answers/store-file.ts';
import { rowBatchSchema } from '../../providers/batch/batch-row.ts';
import { CONFIG_VARIABLE } from '../../providers/batch/batch-writer.ts';
import { type BatchProgress, collectBatches } from '../../providers/batch/collect.ts';
import { createEngines } from '../../providers/batch/engines.ts';
import { type BatchEntry, type Ledger, openLedger } from '../../providers/batch/ledger.ts';
import { forgetUnfinished, sealWritten, submitSealed } from '../../providers/batch/submit.ts';
import { count, plainTable, usd } from '../plain-table.ts';
import { reportRows } from '../run-promptfoo.ts';

/** How often finished files are looked for while others are written. */
const LOOK_EVERY_MS = 1_000;

const MINUTE_MS = 60_000;

export function addBatchCommand(program: Command): void {
  const batch = program
    .command('batch')
    .summary("ask through the vendors' batch engines, at half the price")
    .description(
      "Gathers what an evaluation would ask and the answer store lacks, submits it to the vendor's batch engine (OpenAI, Anthropic), and writes the replies to the answer store, where promptfoo eval finds them. Every command may be stopped at any time and called again: nothing is submitted twice.",
    );
  batch
    .command('submit')
    .description("Writes the requests of the run, within the vendor's limits, and submits them.")
    .requiredOption('-c, --config <file...>', 'configuration of promptfoo')
    .allowUnknownOption()
    .argument('[options...]', 'further options of promptfoo eval, such as --filter-first-n 100')
    .action(submit);
  batch
    .command('collect')
    .description('Waits until the batches have ended and writes their replies to the answer store.')
    .option('-c, --config <file...>', 'only batches that were submitted for this configuration')
    .option('--no-wait', 'take what has ended and do not wait for the rest')
    .action(collect);
  batch
    .command('status')
    .description('Shows the batches.')
    .option('-c, --config <file...>', 'only batches that were submitted for this configuration')
    .action(status);
  batch
    .command('cancel')
    .description(
      'Stops the batches that have not ended. What is answered already is paid for: collect it.',
    )
    .option('-c, --config <file...>', 'only batches that were submitted for this configuration')
    .action(cancel);
}

interface Chosen {
  config?: string[];
}

async function submit(args: string[], { config }: { config: string[] }): Promise<void> {
  const { ledger } = openBatches();
  const engines = createEngines();
  await forgetUnfinished(ledger);
  const last = Math.max(0, ...ledger.batches('writing').map(({ id }) => id));
  process.env[CONFIG_VARIABLE] = nameOf(config);
  const submitFinished = () =>
    submitSealed(ledger, engines, ({ judge, requests }, vendorId) => {
      process.stdout.write(`submitted ${count(requests)} requests to ${judge}: ${vendorId}\n`);
    });
  const writing = reportRows('batch', config, args);
  const { lines, errors } = await whileRunning(writing, submitFinished);
  sealWritten(ledger, ({ id, config: of }) => id > last && of === nameOf(config));
  await submitFinished();

  const columns = [...Map.groupBy(lines, ({ provider, prompt }) => `${provider} ${prompt}`)];
  if (columns.length > 0) {
    process.stdout.write(
      `${plainTable(
        ['provider', 'prompt', 'submitted', 'waiting', 'known', 'cost, about'],
        columns.map(([, rows]) => {
          const found = rows.map((row) => rowBatchSchema.parse(row));
          const sum = (field: 'written' | 'waiting' | 'known') =>
            count(found.reduce((total, row) => total + row[field], 0));
          const costs = found.map(({ costUsd }) => costUsd);
          const cost = costs.includes(null)
            ? null
            : costs.reduce((total: number, usd) => total + (usd ?? 0), 0);
          const { provider = '', prompt = '' } = rows[0] ?? {};
          return [provider, prompt, sum('written'), sum('waiting'), sum('known'), usd(cost)];
        }),
      )}\n`,
    );
  }
  const failed = new Set(lines.flatMap((row) => rowBatchSchema.parse(row).failed));
  for (const failure of failed)
    process.stdout.write(`failed earlier, not sent again: ${failure}\n`);
  for (const error of errors) process.stdout.write(`not submitted: ${error}\n`);
  if (errors.length > 0) process.exitCode = 1;
}

/** Calls `task` again and again until `running` has settled. */
async function whileRunning<Result>(
  running: Promise<Result>,
  task: () => Promise<void>,
): Promise<Result> {
  let isRunning = true;
  const settled = running.finally(() => {
    isRunning = false;
  });
  settled.catch(() => {});
  while (isRunning) {
    await Promise.race([settled, new Promise((done) => setTimeout(done, LOOK_EVERY_MS))]);
    if (isRunning) await task();
  }
  return settled;
}

async function collect({ config, wait }: Chosen & { wait: boolean }): Promise<void> {
  const { store, ledger } = openBatches();
  const startMs = Date.now();
  const isWanted = chooser(config);
  const wanted = ledger.batches('submitted', 'submitting').filter(isWanted);
  if (wanted.length === 0) {
    process.stdout.write('No batch is under way.\n');
    return;
  }
  const open = await collectBatches({
    store,
    ledger,
    engines: createEngines(),
    isWanted,
    wait,
    onProgress: (progress) => process.stdout.write(`${describe(progress, startMs)}\n`),
  });
  const ended = wanted.filter(({ id }) => !open.some((batch) => batch.id === id));
  for (const batch of ended) {
    for (const { image, part, state, problem } of ledger.failures(batch.id)) {
      const next = state === 'failed' ? '' : ' (submit again to send it again)';
      process.stdout.write(`${batch.judge}, ${image}, ${part}: ${problem}${next}\n`);
    }
  }
  if (open.length > 0) process.stdout.write(`${count(open.length)} batches have not ended.\n`);
}

async function status({ config }: Chosen): Promise<void> {
  const { ledger } = openBatches();
  const engines = createEngines();
  const batches = ledger
    .batches('writing', 'sealed', 'submitting', 'submitted', 'collected')
    .filter(chooser(config));
  const rows = await Promise.all(
    batches.map(async (batch) => {
      const { done, failed, unanswered } = ledger.counts(batch.id);
      const atVendor =
        batch.state === 'submitted' && batch.vendor_id
          ? await engines(batch).engine.status(batch.vendor_id)
          : { hasEnded: false, done, failed: failed + unanswered };
      const state = atVendor.hasEnded ? 'ended, to be collected' : batch.state;
      const since = batch.submitted_at_ms;
      const until = batch.collected_at_ms ?? Date.now();
      return [
        batch.vendor_id ?? '-',
        batch.judge,
        state,
        count(batch.requests),
        count(atVendor.done),
        count(atVendor.failed),
        since === null ? '-' : minutes(until - since),
      ];
    }),
  );
  process.stdout.write(
    rows.length === 0
      ? 'There is no batch.\n'
      : `${plainTable(['batch', 'judge', 'state', 'requests', 'done', 'failed', 'time'], rows)}\n`,
  );
}

async function cancel({ config }: Chosen): Promise<void> {
  const { ledger } = openBatches();
  const engines = createEngines();
  const batches = ledger.batches('sealed', 'submitted').filter(chooser(config));
  for (const batch of batches) {
    if (batch.vendor_id === null) {
      ledger.forget(batch.id);
      await rm(batch.file, { force: true });
      process.stdout.write(`forgot a batch for ${batch.judge} that was not submitted\n`);
      continue;
    }
    await engines(batch).engine.cancel(batch.vendor_id);
    process.stdout.write(`asked ${batch.judge} to stop ${batch.vendor_id}\n`);
  }
  if (batches.length === 0) process.stdout.write('No batch is under way.\n');
}

function openBatches(): { store: AnswerStore; ledger: Ledger } {
  const store = sharedAnswerStore(storePath());
  return { store, ledger: openLedger(store.database) };
}

const nameOf = (configs: readonly string[]): string =>
  JSON.stringify(configs.map((config) => resolve(config)));

const chooser = (configs: readonly string[] | undefined) => (batch: BatchEntry) =>
  configs === undefined || batch.config === nameOf(configs);

const describe = ({ submitted, done, failed }: BatchProgress, startMs: number): string =>
  `submitted ${count(submitted)}, done ${count(done)}, failed ${count(failed)}, after ${minutes(Date.now() - startMs)}`;

const minutes = (ms: number): string => `${(ms / MINUTE_MS).toFixed(1)} min`;
