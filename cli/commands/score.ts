import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { createScorer } from '../../providers/score-image.ts';
import { ConfigError } from '../../src/common/config-error.ts';
import { oneLine } from '../../src/common/one-line.ts';
import { plainTable } from '../../src/common/plain-table.ts';
import { csvOf } from '../../src/report/exports/csv-text.ts';
import type { RowEstimate } from '../../src/rows/estimate-row.ts';
import type { SourceScore } from '../../src/rows/scorer.ts';
import { count, usd } from '../amounts.ts';
import { type Asked, askAboutImages, failureLines } from '../ask-about-images.ts';
import { example } from '../example.ts';
import { imagesOf } from '../images-of.ts';
import { addJudgeOptions, type JudgeOptions, scorerOptions } from '../judge-options.ts';
import { numberOption } from '../number-option.ts';
import { checkOutputFile } from '../output-file.ts';

export function addScoreCommand(program: Command): void {
  const command = program
    .command('score')
    .summary('score images without a configuration file')
    .description(
      'Scores images from 0 to 1, higher is better, by the same questions as an evaluation; answers are bought once, into the same store. It compares with no human scores: that takes a data set and promptfoo eval. Exits with 1 when an image has no score.',
    )
    .argument(
      '<images...>',
      'image files, folders with images, patterns, or http(s) URLs with allowRemoteImages in --config',
    );
  addJudgeOptions(command, { judgeOptions: { samples: 8 } })
    .option(
      '--budget-usd <usd>',
      'what may be spent on these images at most; those beyond it have no score',
      numberOption('--budget-usd', { above: 0 }),
    )
    .option('--estimate', 'say what it would cost, and ask nothing')
    .option('-o, --output <file>', 'write the scores as CSV too')
    .addHelpText(
      'after',
      example(
        'score photos/*.jpg --judge openai:gpt-4.1 --estimate',
        'score photos/*.jpg --judge openai:gpt-4.1 --budget-usd 2 -o scores.csv',
        'score photos --judge simulated',
        'score photo.jpg --judge statistical --prompt two-level',
      ),
    )
    .action(async (paths: string[], { output, estimate, budgetUsd, ...options }: Options) => {
      if (budgetUsd !== undefined && 'budgetUsd' in options.config) {
        throw new ConfigError(
          '--config: budgetUsd has an option of its own; give --budget-usd alone',
        );
      }
      if (output !== undefined && WORKBOOK.test(output)) {
        throw new ConfigError(
          `-o "${output}": what is written is CSV; name a file that ends in .csv`,
        );
      }
      if (output !== undefined) await checkOutputFile('-o', output);
      const images = await imagesOf(paths);
      const scorer = createScorer({
        ...scorerOptions(options),
        ...(budgetUsd !== undefined && { budgetUsd }),
      });
      try {
        const problems = estimate ? [] : await scorer.preflight(images);
        if (problems.length > 0) throw new ConfigError(problems.join('\n'));
        const expected = await scorer.estimate(images);
        if (estimate || expected.costUsd !== 0) {
          process.stderr.write(`${describeEstimate(images.length, expected)}\n`);
        }
        if (estimate) return;
        const scored = await askAboutImages(images, (image) => scorer.score(image));
        process.stdout.write(`${describe(scored, expected.costUsd !== 0)}\n`);
        if (output !== undefined) await writeFile(output, csvText(scored, options.judge));
        const failures = failureLines(scored);
        for (const line of failures) process.stderr.write(`${line}\n`);
        if (failures.length > 0) process.exitCode = 1;
      } finally {
        await scorer.close();
      }
    });
}

/** Endings by which a program would take the CSV for something that it cannot read. */
const WORKBOOK = /\.(xlsx?|ods|json|html?|parquet)$/i;

interface Options extends JudgeOptions {
  output?: string;
  estimate?: true;
  budgetUsd?: number;
}

const describeEstimate = (images: number, { calls, known, costUsd }: RowEstimate): string =>
  `${count(images)} ${images === 1 ? 'image' : 'images'}: ${count(calls)} ${calls === 1 ? 'question' : 'questions'} to ask, ${costUsd === null ? 'at a cost that is not known (judgeOptions.price supplies the price)' : `for about ${usd(costUsd)}`}${known > 0 ? `; ${count(known)} more are answered already or the same as one of these` : ''}`;

type Scored = Asked<SourceScore>;

/** @param mayCost whether a question was to be paid */
function describe(scored: readonly Scored[], mayCost: boolean): string {
  const lines = scored.map(({ image, result }) => [
    oneLine(image),
    result ? result.score.toFixed(3) : '–',
    result?.source ?? '–',
  ]);
  const notice = scored.find(({ result }) => result?.notice)?.result?.notice;
  const costs = scored.flatMap(({ result }) => (result ? [result.costUsd] : []));
  const total = costs.some((cost) => cost === null)
    ? null
    : costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0);
  return [
    plainTable(['image', 'score', 'from'], lines),
    '',
    [
      `${costs.length} of ${scored.length} images scored${costs.length > 0 ? `; their answers cost ${usd(total)}, whenever they were bought` : ''}`,
      ...(mayCost && costs.length < scored.length
        ? ['Questions about images without a score may have cost something too']
        : []),
      ...(notice === undefined ? [] : [notice]),
    ].join('. '),
  ].join('\n');
}

/** @param judge who is named, unless the numbers are those of no model */
const csvText = (scored: readonly Scored[], judge: string): string =>
  csvOf(
    ['image', 'score', 'judge', 'method', 'source', 'cost_usd', 'sha256', 'error'],
    scored.map(({ image, result, error }) => [
      image,
      result?.score ?? null,
      result ? (result.notice ?? judge) : null,
      result?.method ?? null,
      result?.source ?? null,
      result?.costUsd ?? null,
      result?.image.sha256 ?? null,
      error ?? null,
    ]),
  );
