import type { Command } from 'commander';
import { z } from 'zod';
import { plainTable } from '../../src/common/plain-table.ts';
import {
  type RowEstimate,
  rowEstimateSchema,
  sumOfEstimates,
} from '../../src/rows/estimate-row.ts';
import { count, usd } from '../amounts.ts';
import { addConfigOption, configsOf } from '../config-option.ts';
import { example } from '../example.ts';
import { reportRows } from '../run-promptfoo.ts';

export function addEstimateCommand(program: Command): void {
  const command = program
    .command('estimate')
    .summary('say what an evaluation would cost, before anything is bought')
    .description(
      'Prints the calls, tokens and cost of each column that an evaluation would buy now: what the answer store has is not counted. Nothing is asked and no image is decoded, except of judges on this machine (llama:…), which cost time: two questions are asked under each prompt, and the time for all is printed. Tokens are estimates: images by the measured sizes of each vendor, text at four characters a token, prompt caches left out.',
    );
  addConfigOption(command, '--filter-first-n 100')
    .addHelpText(
      'after',
      example('estimate --filter-first-n 100', 'estimate -c configs/vendors.yaml'),
    )
    .action(async (args: string[], { config }: { config?: string[] }) => {
      const { lines, errors } = await reportRows('estimate', configsOf(config), args);
      const columns = [...Map.groupBy(lines, columnOf).values()].map((rows) => ({
        ...(rows[0] as (typeof rows)[number]),
        total: sumOfEstimates(rows.map((row) => rowEstimateSchema.parse(row))),
        secondsPerCall: meanOf(rows.flatMap((row) => timeSchema.parse(row).secondsPerCall ?? [])),
      }));
      process.stdout.write(`${describe(columns)}\n`);
      const [cache] = lines.map((line) => line.cache);
      if (cache && cache !== 'on') process.stdout.write(`${WITHOUT_CACHE[cache]}\n`);
      for (const line of beyondBudget(columns)) process.stdout.write(`${line}\n`);
      for (const error of errors) process.stdout.write(`not counted: ${error}\n`);
    });
}

/** Why answers that the store has are not counted as known. */
const WITHOUT_CACHE = {
  off: 'The cache is off (--no-cache, PROMPTFOO_CACHE_ENABLED or cache: false), so everything is asked anew.',
  unknown:
    'Whether the cache is on is not known: this version of promptfoo does not say whether `cache: false` is configured. Counted as if it were off; where it is on, what the answer store has is not asked again.',
} as const;

/** Of judges that cost time and no money. */
const timeSchema = z.object({ secondsPerCall: z.number().optional() });

const meanOf = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;

interface Column {
  provider: string;
  judge: string;
  prompt: string;
  priceSource: string | null;
  batchPriceShare: number | null;
  budgetUsd: number | null;
  total: RowEstimate;
  /** Measured; undefined where time is not what it costs. */
  secondsPerCall: number | undefined;
}

/** A budget is one entry's, over all its prompts. */
function beyondBudget(columns: readonly Column[]): string[] {
  return [...Map.groupBy(columns, ({ provider }) => provider)].flatMap(([provider, own]) => {
    const { costUsd } = sumOfEstimates(own.map(({ total }) => total));
    const budgetUsd = own[0]?.budgetUsd ?? null;
    if (budgetUsd === null || costUsd === null || costUsd <= budgetUsd) return [];
    return `${provider}: ${usd(costUsd)} is more than its budgetUsd of ${usd(budgetUsd)}. Rows that the budget does not reach would be errors; raise it, or ask about fewer images with --filter-first-n.`;
  });
}

const columnOf = ({ provider, judge, prompt }: Omit<Column, 'total' | 'secondsPerCall'>) =>
  JSON.stringify([provider, judge, prompt]);

function describe(columns: readonly Column[]): string {
  const totals = columns.map(({ total }) => total);
  const all = sumOfEstimates(totals);
  if (columns.length === 0) {
    return "No row was counted: the configuration has no column of this package's provider, or no row. What it costs to rate pictures of other providers (image-quality) is not known before they are made.";
  }
  const isTimed = columns.some(({ secondsPerCall }) => secondsPerCall !== undefined);
  const seconds = columns.map(({ total, secondsPerCall = 0 }) => total.calls * secondsPerCall);
  const timeCell = (value: number | undefined) =>
    isTimed ? [value === undefined ? '-' : about(value)] : [];
  const cells = (total: RowEstimate) => [
    count(total.calls),
    count(total.known),
    count(total.inputTokens),
    count(total.outputTokens),
    usd(total.costUsd),
  ];
  return plainTable(
    [
      'provider',
      'judge',
      'prompt',
      'calls',
      'known',
      'input',
      'output',
      'cost',
      ...(isTimed ? ['time'] : []),
      'by batch',
      'price of',
    ],
    [
      ...columns.map((column, i) => [
        column.provider,
        column.judge,
        column.prompt,
        ...cells(column.total),
        ...timeCell(column.secondsPerCall === undefined ? undefined : seconds[i]),
        batchCost(column.total, column.batchPriceShare),
        column.priceSource ?? 'unknown: set judgeOptions.price',
      ]),
      [
        'all',
        '',
        '',
        ...cells(all),
        ...timeCell(seconds.reduce((sum, value) => sum + value, 0)),
        '',
        '',
      ],
    ],
  );
}

/** One question after the other; several at once may take less. */
function about(seconds: number): string {
  if (seconds < 100) return `about ${Math.ceil(seconds)} s`;
  const minutes = seconds / 60;
  if (minutes < 100) return `about ${Math.ceil(minutes)} min`;
  return `about ${(minutes / 60).toFixed(1)} h`;
}

/** `-`: the judge has no batch engine. */
function batchCost({ costUsd }: RowEstimate, share: number | null): string {
  if (share === null) return '-';
  return usd(costUsd === null ? null : costUsd * share);
}
