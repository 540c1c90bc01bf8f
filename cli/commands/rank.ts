import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { parse } from 'yaml';
import { ConfigError } from '../../src/common/config-error.ts';
import { oneLine } from '../../src/common/one-line.ts';
import { requirePairPrompt } from '../../src/rows/pair-prompt.ts';
import {
  comparisonsOf,
  estimateGenerated,
  rankGenerators,
  readablePictures,
} from '../../src/rows/rank-generators.ts';
import { estimateComparison, rankableImages, rankImages } from '../../src/rows/rank-images.ts';
import { type Asker, createAsker } from '../../src/rows/scorer.ts';
import {
  comparisonsFor,
  DEFAULT_CONFIDENCE,
  PAIR_MODELS,
  type PairModelName,
} from '../../src/statistics/index.ts';
import { count, usd } from '../amounts.ts';
import { createProgress } from '../counter-line.ts';
import { example } from '../example.ts';
import { imagesOf } from '../images-of.ts';
import { pairPromptFor } from '../init/prompts-for.ts';
import { addJudgeOptions, type JudgeOptions, scorerOptions } from '../judge-options.ts';
import { numberOption } from '../number-option.ts';
import { checkOutputFile } from '../output-file.ts';
import { describeRanking } from '../rank/describe.ts';
import { rankingCsv, rankingJson } from '../rank/files.ts';
import { generatedPictures } from '../rank/generated-pictures.ts';
import {
  describeGenerators,
  generatorsCsv,
  generatorsJson,
  type RankedResults,
} from '../rank/generators.ts';
import { generatorsPage, rankingPage } from '../rank/page.ts';
import type { RankedFolder } from '../rank/ranked.ts';

export function addRankCommand(program: Command): void {
  const command = program
    .command('rank')
    .summary('rank images without scores, by asking which of two is better')
    .description(
      'Orders images from the best to the worst by comparing about n log2 n pairs of n images, each in both orders. Which pairs are asked next follows from the answers so far. Answers are bought once, into the same store as those of an evaluation, so that a run that was ended goes on where it was. Exits with 1 when an image has no place, or the budget ended it.',
    )
    .argument('[images...]', 'image files, folders with images, or patterns');
  addJudgeOptions(
    command,
    { judgeOptions: { samples: 4 } },
    'pair, or pair-five where answers are sampled',
  )
    .option(
      '--pairs <n>',
      'pairs to compare at most. Default: n log2 n for n images',
      numberOption('--pairs', { least: 1, isWhole: true }),
    )
    .option(
      '--budget-usd <usd>',
      'what may be spent on this ranking at most; it stops there and says what it left out',
      numberOption('--budget-usd', { above: 0 }),
    )
    .addOption(
      new Option('--model <name>', 'by which answers become scores')
        .choices(Object.keys(PAIR_MODELS))
        .default('bradley-terry'),
    )
    .option(
      '--confidence <share>',
      'of the intervals, and of what counts as decided',
      numberOption('--confidence', { above: 0, below: 1 }),
      DEFAULT_CONFIDENCE,
    )
    .option(
      '--generators <file>',
      'in place of images: rank the providers whose pictures an output of promptfoo holds, over the same prompts',
    )
    .option('--allow-files', 'with --generators: whether an answer may name a file of this machine')
    .option('--estimate', 'say what it would cost at most, and ask nothing')
    .option('-o, --output <file>', 'write the ranking as CSV, or as JSON with all pairs')
    .option('--html <file>', 'write a page with thumbnails')
    .addHelpText(
      'after',
      example(
        'rank photos --judge openai:gpt-4.1 --estimate',
        'rank photos --judge openai:gpt-4.1 --budget-usd 2 -o ranking.csv --html ranking.html',
        'rank --generators out.json --judge openai:gpt-4.1',
      ),
    )
    .action(async (paths: string[], options: Options) => {
      await checkOptions(paths, options);
      const asker = createAsker(askerOptions(options), parse);
      try {
        requirePairPrompt(asker.prompt);
        if (options.generators === undefined) await rank(await imagesOf(paths), asker, options);
        else await rankFrom(options.generators, asker, options);
      } finally {
        await asker.close();
      }
    });
}

interface Options extends JudgeOptions {
  pairs?: number;
  budgetUsd?: number;
  model: PairModelName;
  confidence: number;
  estimate?: true;
  generators?: string;
  allowFiles?: true;
  output?: string;
  html?: string;
}

const promptOf = ({ prompt, judge, config }: Options): string =>
  prompt ?? pairPromptFor(judge, config);

function askerOptions({ budgetUsd, ...options }: Options) {
  const { config } = options;
  if (budgetUsd !== undefined && 'budgetUsd' in config) {
    throw new ConfigError('--config: budgetUsd has an option of its own; give --budget-usd alone');
  }
  const given = {
    ...options,
    // No degraded copy is made, so that none can be impossible for a small image.
    config: { conditions: [], ...config, ...(budgetUsd !== undefined && { budgetUsd }) },
  };
  return scorerOptions(given, () => promptOf(options));
}

async function checkOptions(paths: readonly string[], options: Options): Promise<void> {
  const { output, html, generators, allowFiles } = options;
  if (output !== undefined && !/\.(csv|json)$/i.test(output)) {
    throw new ConfigError(`-o: "${output}" ends neither in .csv nor in .json; name one of the two`);
  }
  if (output !== undefined) await checkOutputFile('-o', output);
  if (html !== undefined) await checkOutputFile('--html', html);
  if (generators === undefined) {
    if (paths.length === 0) throw new ConfigError('name images or a folder, or give --generators');
    if (allowFiles) throw new ConfigError('--allow-files belongs to --generators; remove it');
    return;
  }
  if (paths.length > 0) {
    throw new ConfigError('--generators takes the pictures of an output; name no images beside it');
  }
}

/** Ranks the providers whose pictures an output of promptfoo holds. */
async function rankFrom(file: string, asker: Asker, options: Options): Promise<void> {
  const { output, html, estimate, model, confidence, allowFiles = false } = options;
  const found = await generatedPictures(file, { allowFiles });
  const readable = await readablePictures(found.pictures, asker);
  const { pictures } = readable;
  const leftOut = [...found.leftOut, ...readable.leftOut];
  const generators = new Set(pictures.map(({ generator }) => generator));
  if (generators.size < 2) {
    const [reason] = leftOut;
    throw new ConfigError(
      `${file}: ${generators.size === 1 ? 'one provider has' : 'no provider has'} pictures, and two are compared${reason ? ` (${oneLine(reason.image)}: ${reason.reason})` : ''}`,
    );
  }
  const comparisons = Math.min(options.pairs ?? Number.POSITIVE_INFINITY, comparisonsOf(pictures));
  const each = await estimateGenerated(pictures, asker);
  const about = `${count(generators.size)} generators, ${count(pictures.length)} pictures`;
  process.stderr.write(`${describeEstimate(about, comparisons, each)}\n`);
  if (estimate) return;
  const progress = createProgress('pairs', comparisons);
  const ranking = await rankGenerators(pictures, asker, {
    ...{ model, comparisons, confidence },
    onPair: () => progress.advance(),
  }).finally(() => progress.end());
  const ranked: RankedResults = {
    ...ranking,
    ...{ leftOut, model, confidence, comparisons, repeated: found.repeated },
    judge: options.judge,
    prompt: promptOf(options),
  };
  process.stdout.write(`${describeGenerators(ranked)}\n`);
  if (output !== undefined) {
    await writeFile(
      output,
      /\.json$/i.test(output) ? generatorsJson(ranked) : generatorsCsv(ranked),
    );
  }
  if (html !== undefined) {
    const { maxInputPixels } = asker.config.image;
    await writeFile(html, await generatorsPage(ranked, pictures, maxInputPixels));
  }
  if (ranked.endedBy !== 'comparisons' || leftOut.length + ranked.unanswered.length > 0) {
    process.exitCode = 1;
  }
}

async function rank(sources: readonly string[], asker: Asker, options: Options): Promise<void> {
  const { output, html, estimate, model, confidence } = options;
  const { images, leftOut } = await rankableImages(sources, asker);
  for (const { image, reason } of leftOut) process.stderr.write(`${oneLine(image)}: ${reason}\n`);
  if (images.length < 2) {
    throw new ConfigError(
      `there ${images.length === 1 ? 'is one image' : 'is no image'} to rank; name at least two, or a folder`,
    );
  }
  const comparisons = Math.min(
    options.pairs ?? comparisonsFor(images.length),
    (images.length * (images.length - 1)) / 2,
  );
  const each = await estimateComparison(images, asker);
  process.stderr.write(
    `${describeEstimate(`${count(images.length)} images`, comparisons, each)}\n`,
  );
  if (estimate) return;
  const progress = createProgress('pairs', comparisons);
  const found = await rankImages(images, asker, {
    ...{ model, comparisons, confidence },
    onPair: () => progress.advance(),
  }).finally(() => progress.end());
  const ranked: RankedFolder = {
    ...found,
    ...{ images, leftOut, model, confidence, comparisons },
    judge: options.judge,
    prompt: promptOf(options),
  };
  process.stdout.write(`${describeRanking(ranked)}\n`);
  if (output !== undefined) {
    await writeFile(output, /\.json$/i.test(output) ? rankingJson(ranked) : rankingCsv(ranked));
  }
  if (html !== undefined) {
    await writeFile(html, await rankingPage(ranked, asker.config.image.maxInputPixels));
  }
  const isWhole = ranked.uncompared.length === 0 && leftOut.length === 0;
  if (!isWhole || ranked.endedBy === 'budget' || ranked.endedBy === 'failures') {
    process.exitCode = 1;
  }
}

function describeEstimate(
  what: string,
  comparisons: number,
  { calls, costUsd }: { calls: number; costUsd: number | null },
): string {
  const total = costUsd === null ? null : costUsd * comparisons;
  return `${what}, at most ${count(comparisons)} pairs: ${count(Math.round(calls * comparisons))} questions, ${total === null ? 'at a cost that is not known (judgeOptions.price supplies the price)' : `about ${usd(total)}`}, less what is bought already`;
}
