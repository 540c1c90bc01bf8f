import type { Command } from 'commander';
import { plainTable } from '../../src/common/plain-table.ts';
import { type RowCheck, rowCheckSchema } from '../../src/rows/check-row.ts';
import { usd } from '../amounts.ts';
import { addConfigOption, configsOf } from '../config-option.ts';
import { example } from '../example.ts';
import { reportRows } from '../run-promptfoo.ts';

export function addCheckCommand(program: Command): void {
  const command = program
    .command('check')
    .summary('ask each judge one question and say how it went')
    .description(
      'Asks the quality question of every prompt about the first image of the data set, and its first degraded copy, and prints for each judge whether it was reached, where its probabilities come from, the share of probability on the choices, latency, tokens and cost. For a known endpoint it prints which of its limits are kept to; for a server of your own, which models that says it serves, and where a prompt begins the reply, whether the server goes on from there. Every question is asked anew and its answer kept.',
    );
  addConfigOption(command, '--filter-providers')
    .addHelpText('after', example('check', 'check -c configs/vendors.yaml'))
    .action(async (args: string[], { config }: { config?: string[] }) => {
      const first = ['--filter-first-n', '1'];
      const { lines, errors } = await reportRows('check', configsOf(config), [...first, ...args]);
      const rows = lines.map((line) => ({ ...line, result: rowCheckSchema.parse(line) }));
      if (rows.length > 0) {
        process.stdout.write(
          `${plainTable(
            [
              ...['judge', 'prompt', 'reached', 'model', 'probabilities', 'covered'],
              ...['latency', 'tokens', 'cost'],
            ],
            rows.map(({ judge, prompt, result }) => [judge, prompt, ...cells(result)]),
          )}\n`,
        );
      }
      for (const line of [...new Set(rows.flatMap(learnt))]) process.stdout.write(`${line}\n`);
      const failures = rows.flatMap(({ judge, prompt, result }) =>
        result.error === undefined ? [] : [`${judge}, ${prompt}: ${result.error}`],
      );
      for (const failure of [...failures, ...errors]) process.stdout.write(`${failure}\n`);
      if (rows.length + errors.length === 0) {
        process.stdout.write(
          "Nothing was checked: the configuration has no column of this package's provider, or no row. Judges of image-quality are looked at before the first row of an evaluation.\n",
        );
      }
      if (rows.length === 0 || failures.length + errors.length > 0) process.exitCode = 1;
    });
}

/** What is known and was learnt about the server of a judge. */
function learnt({ judge, result }: { judge: string; result: RowCheck }): string[] {
  const { serves, endpoint } = result;
  const begunReply = result.error === undefined ? result.begunReply : undefined;
  return [
    ...(endpoint === undefined ? [] : [`${judge} is at ${endpoint}`]),
    ...(serves === undefined ? [] : [`${judge} serves: ${serves}`]),
    ...(begunReply === undefined ? [] : [`${judge}: a begun reply ${begunReply}`]),
  ];
}

function cells(result: ReturnType<typeof rowCheckSchema.parse>): string[] {
  if (result.error !== undefined) return ['no', ...Array(6).fill('-')];
  const { model, source, samples, coveredMass, latencyMs, inputTokens, outputTokens } = result;
  return [
    'yes',
    model,
    samples === undefined ? source : `${samples} ${source}`,
    coveredMass === undefined ? '-' : coveredMass.toFixed(3),
    latencyMs === undefined ? '-' : `${(latencyMs / 1000).toFixed(2)} s`,
    inputTokens === undefined ? 'unknown' : `${inputTokens} + ${outputTokens}`,
    usd(result.costUsd),
  ];
}
