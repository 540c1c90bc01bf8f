import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { type Command, Option } from 'commander';
import { publishedNames } from '../../datasets/index.ts';
import { ConfigError, parseConfig } from '../../src/common/config-error.ts';
import { makeSampleIn } from '../../src/datasets/sample/make.ts';
import { createJudge } from '../../src/judges/index.ts';
import { providerConfigSchema } from '../../src/method/config.ts';
import { sharedPixelPool } from '../../src/method/pixel-pool.ts';
import { example } from '../example.ts';
import type { Ask } from '../init/choose-columns.ts';
import { configText, type InitSource } from '../init/config-text.ts';
import { type InstalledPackage, installedPackage } from '../init/installed-package.ts';
import { DEFAULT_FOLDER, readSource, type SourceOptions } from '../init/list-source.ts';
import { shellWord } from '../init/shell-word.ts';
import {
  SAMPLE_PROJECT_FOLDER,
  type ShippedFiles,
  type ShippedName,
  shippedConfig,
  shippedNames,
} from '../init/shipped-config.ts';

const DEFAULT_OUTPUT = 'promptfooconfig.yaml';
const DEFAULT_JUDGE = 'statistical';

/** What is to be written. */
interface Chosen extends SourceOptions {
  demo: boolean;
  config?: ShippedName;
  judge?: string;
}

interface Options extends Chosen {
  output: string;
  force: boolean;
}

export function addInitCommand(program: Command): void {
  program
    .command('init')
    .summary('write a commented promptfooconfig.yaml for your images')
    .description(
      'Writes a commented configuration of promptfoo for your images: a folder, a file with the scores of people, or a copy of a published data set. With --config, one of those that come with the package.',
    )
    .addOption(
      new Option(
        '--config <name>',
        "the paper's experiment, a gate, several vendors, local servers, methods or pairs beside each other, generators of images, or the degradations as priors",
      ).choices(shippedNames),
    )
    .addOption(
      new Option(
        '--demo',
        `a demonstration without key or network: two built-in judges on sample photographs, which are put into ${SAMPLE_PROJECT_FOLDER}/`,
      )
        .default(false)
        .conflicts(['config', 'judge', 'images', 'scores', 'dataset', 'root']),
    )
    .option(
      '--images <folder>',
      'folder of images without scores (default: images; where there is none, the demonstration)',
    )
    .option(
      '--scores <file>',
      'CSV, TSV, .xlsx, Parquet, JSON or JSON Lines file with an image and a score column',
    )
    .option(
      '--image-column <name>',
      'its column with the path of the image, or the number of it where there is no header (default: found by its name, or asked for)',
    )
    .option('--mos-column <name>', 'its column with the score (default: likewise)')
    .addOption(
      new Option('--direction <which>', 'which of its scores are the better ones').choices([
        'higher',
        'lower',
      ]),
    )
    .option('--dataset <name>', `published data set: ${publishedNames.join(', ')}`)
    .option('--root <folder>', 'folder of your copy of it')
    .option('--judge <id>', `who rates: openai:<model>, … (default: ${DEFAULT_JUDGE})`)
    .option('-o, --output <file>', 'file to write', DEFAULT_OUTPUT)
    .option('--force', 'replace the file where it exists', false)
    .addHelpText(
      'after',
      example(
        'init --demo',
        'init --scores my-images/scores.csv',
        'init --config gate --scores my-images/scores.csv -o configs/gate.yaml',
      ),
    )
    .action(async ({ output, force, ...options }: Options) => {
      const installed = installedPackage(output);
      const shipped = shippedOf(options);
      if (shipped === 'demo' && !options.demo) {
        process.stderr.write(
          `There is no folder ${DEFAULT_FOLDER} here, so this is the demonstration; --images, --scores and --dataset name pictures of yours.\n`,
        );
      }
      const { config, prompts, needsSample } = await filesOf(shipped, options, output, installed);
      await writeNew(output, config, force);
      for (const { path, text } of prompts) await writeNew(path, text, force);
      const made = needsSample && (await makeSampleIn(resolve(SAMPLE_PROJECT_FOLDER)));
      // promptfoo reads no `commandLineOptions` of a configuration that -c names, unless another has the default name.
      const option =
        resolve(output) === resolve(DEFAULT_OUTPUT) ? '' : ` -c ${shellWord(output)} --no-table`;
      process.stdout.write(
        `${[output, ...prompts.map(({ path }) => path)].join('\n')}\n${made ? `${SAMPLE_PROJECT_FOLDER}/\n` : ''}Now run: npx promptfoo eval${option}\n`,
      );
    });
}

/** Which of the shipped configurations is written; undefined: one for images of the user's. */
function shippedOf({ demo, config, judge, images, scores, dataset, root }: Chosen) {
  if (demo) return 'demo';
  const isSaid = [config, judge, images, scores, dataset, root].some(
    (value) => value !== undefined,
  );
  return isSaid || existsSync(DEFAULT_FOLDER) ? config : 'demo';
}

async function filesOf(
  shipped: 'demo' | ShippedName | undefined,
  { demo, config, judge, ...source }: Chosen,
  output: string,
  installed: InstalledPackage,
): Promise<ShippedFiles> {
  if (shipped !== undefined) {
    return shippedConfig(shipped, output, installed, await ownSource(config, judge, source));
  }
  const own = await readSource(source, terminal());
  if (source.scores !== undefined) {
    const { image, mos } = own.config;
    process.stderr.write(`${source.scores}: images from "${image}", scores from "${mos}"\n`);
  }
  // The first run would say so too, but then a configuration is there that has to be replaced.
  if (judge !== undefined) {
    createJudge(parseConfig(providerConfigSchema, { judge }, '--judge'), sharedPixelPool);
  }
  const text = configText(judge ?? DEFAULT_JUDGE, own, installed.reference, publishedNames);
  return { config: text, prompts: [], needsSample: false };
}

/** Asks the person at the terminal, where there is one. */
function terminal(): Ask {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return async (question) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await lines.question(question);
    } finally {
      lines.close();
    }
  };
}

/**
 * The images for a shipped configuration, where the options name some.
 *
 * @throws ConfigError a judge is named too, for which such a configuration has several places
 */
async function ownSource(
  config: ShippedName | undefined,
  judge: string | undefined,
  source: SourceOptions,
): Promise<InitSource | undefined> {
  if (judge !== undefined) {
    throw new ConfigError(
      `--judge: --config ${config} has judges of its own; change them in the file`,
    );
  }
  const { images, scores, dataset, root } = source;
  return [images, scores, dataset, root].some(Boolean) ? readSource(source, terminal()) : undefined;
}

async function writeNew(path: string, text: string, force: boolean): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: force ? 'w' : 'wx' });
  } catch (cause) {
    const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    if (exists)
      throw new ConfigError(
        `"${path}" exists already; add --force to replace it, or name another file with -o`,
      );
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`"${path}" could not be written: ${reason}`, { cause });
  }
}
