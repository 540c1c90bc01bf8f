import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { createScorer } from '../../providers/score-image.ts';
import { ConfigError } from '../../src/common/config-error.ts';
import { oneLine } from '../../src/common/one-line.ts';
import { plainTable } from '../../src/common/plain-table.ts';
import { csvOf } from '../../src/report/exports/csv-text.ts';
import type { SourceScore } from '../../src/rows/scorer.ts';
import { usd } from '../amounts.ts';
import { type Asked, askAboutImages } from '../ask-about-images.ts';
import { example } from '../example.ts';
import { imagesOf } from '../images-of.ts';
import { addJudgeOptions, type JudgeOptions, scorerOptions } from '../judge-options.ts';
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
  addJudgeOptions(command, { judgeOptions: { samples: 8 }, budgetUsd: 1 })
    .option('-o, --output <file>', 'write the scores as CSV too')
    .addHelpText(
      'after',
      example(
        'score photos/*.jpg --judge openai:gpt-4.1 -o scores.csv',
        'score photos --judge simulated',
        'score photo.jpg --judge statistical --prompt two-level',
      ),
    )
    .action(async (paths: string[], { output, ...options }: Options) => {
      if (output !== undefined) await checkOutputFile('-o', output);
      const images = await imagesOf(paths);
      const scorer = createScorer(scorerOptions(options));
      try {
        const problems = await scorer.preflight(images);
        if (problems.length > 0) throw new ConfigError(problems.join('\n'));
        const scored = await askAboutImages(images, (image) => scorer.score(image));
        process.stdout.write(`${describe(scored)}\n`);
        if (output !== undefined) await writeFile(output, csvText(scored));
        if (scored.some(({ error }) => error !== undefined)) process.exitCode = 1;
      } finally {
        await scorer.close();
      }
    });
}

interface Options extends JudgeOptions {
  output?: string;
}

type Scored = Asked<SourceScore>;

function describe(scored: readonly Scored[]): string {
  const lines = scored.map(({ image, result, error }) => [
    oneLine(image),
    result ? result.score.toFixed(3) : '–',
    result ? result.source : (error ?? ''),
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
      ...(costs.length < scored.length
        ? ['Questions about images without a score may have cost something too']
        : []),
      ...(notice === undefined ? [] : [notice]),
    ].join('. '),
  ].join('\n');
}

const csvText = (scored: readonly Scored[]): string =>
  csvOf(
    ['image', 'score', 'method', 'source', 'cost_usd', 'sha256', 'error'],
    scored.map(({ image, result, error }) => [
      image,
      result?.score ?? null,
      result?.method ?? null,
      result?.source ?? null,
      result?.costUsd ?? null,
      result?.image.sha256 ?? null,
      error ?? null,
    ]),
  );
