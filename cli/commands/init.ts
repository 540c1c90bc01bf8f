import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { publishedNames } from '../../datasets/index.ts';
import { ConfigError } from '../../providers/config-error.ts';
import { example } from '../example.ts';
import { configText, type InitSource } from '../init/config-text.ts';
import { installedPackage } from '../init/installed-package.ts';
import { type ShippedName, shippedConfig, shippedNames } from '../init/shipped-config.ts';
import { readSource, type SourceOptions } from '../init/source.ts';

const DEFAULT_OUTPUT = 'promptfooconfig.yaml';
const DEFAULT_JUDGE = 'statistical';

interface Options extends SourceOptions {
  config?: ShippedName;
  judge?: string;
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
        "the paper's experiment, a gate, several vendors, local servers, or the degradations as priors",
      ).choices(shippedNames),
    )
    .option('--images <folder>', 'folder of images without scores (default: images)')
    .option(
      '--scores <file>',
      'CSV, TSV, .xlsx, Parquet, JSON or JSON Lines file with an image and a score column',
    )
    .option(
      '--image-column <name>',
      'its column with the path of the image, or the number of it where there is no header',
      'image',
    )
    .option('--mos-column <name>', 'its column with the score', 'mos')
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
        'init --scores my-images/scores.csv',
        'init --config gate --scores my-images/scores.csv -o configs/gate.yaml',
      ),
    )
    .action(async ({ judge, output, force, config, ...source }: Options) => {
      const installed = installedPackage(output);
      const { text, asksSample } = config
        ? shippedConfig(config, output, installed, await ownSource(config, judge, source))
        : {
            text: configText(
              judge ?? DEFAULT_JUDGE,
              await readSource(source),
              installed.reference,
              publishedNames,
            ),
            asksSample: false,
          };
      await writeNew(output, text, force);
      const option = resolve(output) === resolve(DEFAULT_OUTPUT) ? '' : ` -c ${output}`;
      process.stdout.write(
        `${output}\n${asksSample ? SAMPLE_HINT : ''}Now run: npx promptfoo eval${option}\n`,
      );
    });
}

const SAMPLE_HINT =
  'It asks about the sample data set, whose photographs are no part of the package: a run says how to install them. For your own images add --images, --scores or --dataset.\n';

/**
 * The images for a shipped configuration, where the options name some.
 *
 * @throws ConfigError a judge is named too, for which such a configuration has several places
 */
async function ownSource(
  config: ShippedName,
  judge: string | undefined,
  source: SourceOptions,
): Promise<InitSource | undefined> {
  if (judge !== undefined) {
    throw new ConfigError(
      `--judge: --config ${config} has judges of its own; change them in the file`,
    );
  }
  const { images, scores, dataset, root } = source;
  return [images, scores, dataset, root].some(Boolean) ? readSource(source) : undefined;
}

async function writeNew(path: string, text: string, force: boolean): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: force ? 'w' : 'wx' });
  } catch (cause) {
    const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    if (exists) throw new ConfigError(`"${path}" exists already; add --force to replace it`);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`"${path}" could not be written: ${reason}`, { cause });
  }
}
