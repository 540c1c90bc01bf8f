import type { Command } from 'commander';
import { type RowCheck, rowCheckSchema } from '../../providers/check-row.ts';
import { example } from '../example.ts';
import { plainTable, usd } from '../plain-table.ts';
import { reportRows } from '../run-promptfoo.ts';

export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .summary('ask each judge one question and say how it went')
    .description(
      'Asks the quality question of every prompt about the first image of the data set, and its first degraded copy, and prints for each judge whether it was reached, where its probabilities come from, the share of probability on the choices, latency, tokens and cost; for a server of your own what it says that it serves, and, where a prompt begins the reply, whether the server goes on from there. Every question is asked anew and its answer kept.',
    )
    .requiredOption('-c, --config <file...>', 'configuration of promptfoo')
    .allowUnknownOption()
    .argument('[options...]', 'further options of promptfoo eval, such as --filter-providers')
    .addHelpText('after', example('check -c promptfooconfig.yaml'))
    .action(async (args: string[], { config }: { config: string[] }) => {
      const first = ['--filter-first-n', '1'];
      const { lines, errors } = await reportRows('check', config, [...first, ...args]);
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
      if (failures.length + errors.length > 0) process.exitCode = 1;
    });
}

/** What was learnt about the server of a judge. */
function learnt({ judge, result }: { judge: string; result: RowCheck }): string[] {
  const { serves } = result;
  const begunReply = result.error === undefined ? result.begunReply : undefined;
  return [
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
