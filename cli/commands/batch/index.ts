import type { Command } from 'commander';
import { addConfigOption, configsOf } from '../../config-option.ts';
import { cancel } from './cancel.ts';
import { collect } from './collect.ts';
import { type Chosen, withBatches } from './open-batches.ts';
import { status } from './status.ts';
import { submit } from './submit.ts';

export function addBatchCommand(program: Command): void {
  const batch = program
    .command('batch')
    .summary("ask through the vendors' batch engines, at half the price")
    .description(
      "Gathers what an evaluation would ask and the answer store lacks, submits it to the vendor's batch engine (OpenAI, Anthropic, Google, xAI, Together, Mistral, OpenRouter), and writes the replies to the answer store, where promptfoo eval finds them. Every command may be stopped at any time and called again: nothing is submitted twice.",
    );
  addConfigOption(
    batch
      .command('submit')
      .description("Writes the requests of the run, within the vendor's limits, and submits them."),
    '--filter-first-n 100',
  ).action((args: string[], { config }: { config?: string[] }) =>
    withBatches((batches) => submit(batches, configsOf(config), args)),
  );
  ofSubmitted(
    batch
      .command('collect')
      .description(
        'Waits until the batches have ended and writes their replies to the answer store.',
      )
      .option('--no-wait', 'take what has ended and do not wait for the rest'),
  ).action((options: Chosen & { wait: boolean }) =>
    withBatches((batches) => collect(batches, options)),
  );
  ofSubmitted(batch.command('status').description('Shows the batches.')).action((options: Chosen) =>
    withBatches((batches) => status(batches, options)),
  );
  ofSubmitted(
    batch
      .command('cancel')
      .description(
        'Stops the batches that have not ended. What is answered already is paid for: collect it.',
      )
      .option(
        '--forget',
        'forget them without asking the vendor, which may go on and charge them; for a vendor that can no longer be asked',
      ),
  ).action((options: Chosen & { forget?: true }) =>
    withBatches((batches) => cancel(batches, options)),
  );
}

const ofSubmitted = (command: Command): Command =>
  command.option(
    '-c, --config <file...>',
    'only batches that were submitted for this configuration',
  );
