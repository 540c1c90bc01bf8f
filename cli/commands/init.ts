import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { publishedNames } from '../../datasets/index.ts';
import { ConfigError } from '../../providers/config-error.ts';
import { example } from '../example.ts';
import { configText } from '../init/config-text.ts';
import { readSource, type SourceOptions } from '../init/source.ts';

const INSTALLED = 'node_modules/promptfoo-iqa/package.json';

interface Options extends SourceOptions {
  judge: string;
  output: string;
  force: boolean;
}

export function addInitCommand(program: Command): void {
  program
    .command('init')
    .summary('write a commented promptfooconfig.yaml for your images')
    .description(
      'Writes a commented configuration of promptfoo for your images: a folder, a file with the scores of people, or a copy of a published data set.',
    )
    .option('--images <folder>', 'folder of images without scores (default: images)')
    .option('--scores <file>', 'CSV, JSON or JSON Lines file with an image and a score column')
    .option('--image-column <name>', 'its column with the path of the image', 'image')
    .option('--mos-column <name>', 'its column with the score, higher is better', 'mos')
    .option('--dataset <name>', `published data set: ${publishedNames.join(', ')}`)
    .option('--root <folder>', 'folder of your copy of it')
    .option('--judge <id>', 'who rates: statistical, openai:<model>, …', 'statistical')
    .option('-o, --output <file>', 'file to write', 'promptfooconfig.yaml')
    .option('--force', 'replace the file where it exists', false)
    .addHelpText('after', example('init --scores my-images/scores.csv'))
    .action(async ({ judge, output, force, ...source }: Options) => {
      if (!existsSync(INSTALLED)) {
        throw new ConfigError(
          'promptfoo-iqa is not installed in this folder, and the configuration refers to its files; run `npm install promptfoo promptfoo-iqa` first',
        );
      }
      const text = configText(judge, readSource(source), publishedNames);
      await writeNew(output, text, force);
      process.stdout.write(`${output}\nNow run: npx promptfoo eval\n`);
    });
}

async function writeNew(path: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(path, text, { flag: force ? 'w' : 'wx' });
  } catch (cause) {
    const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    if (exists) throw new ConfigError(`"${path}" exists already; add --force to replace it`);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`"${path}" could not be written: ${reason}`, { cause });
  }
}
