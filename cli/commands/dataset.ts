import { availableParallelism } from 'node:os';
import { Argument, type Command, InvalidArgumentError } from 'commander';
import pLimit from 'p-limit';
import { type DatasetName, datasets } from '../../datasets/index.ts';
import type { DatasetRow } from '../../datasets/row.ts';
import { type DatasetSummary, number, rounded, summarize } from '../../datasets/summary.ts';
import { readImageFile } from '../../providers/images/source.ts';
import { createPixelPool } from '../../providers/pixel-pool.ts';
import { example } from '../example.ts';
import { createProgress } from '../progress.ts';

const ROWS_SHOWN = 3;
const UNDECODABLE_SHOWN = 10;

/** As the provider's default, `image.maxInputPixels`. */
const MAX_INPUT_PIXELS = 64_000_000;

export function addDatasetCommand(program: Command): void {
  program
    .command('dataset')
    .summary('check a copy of a data set')
    .description(
      'Loads a data set as an evaluation would, decodes every image, and prints its counts beside the published ones, what is missing or cannot be read, the range of the scores and three rows. Exits with 1 when something is wrong.',
    )
    .addArgument(new Argument('<name>', 'format of the data set').choices(Object.keys(datasets)))
    .option('--root <folder>', 'folder of the copy, or of the images')
    .option('--split <name>', 'one of its splits')
    .option(
      '--set <key=value...>',
      'other keys of its configuration, such as file=scores.csv image=name mos=MOS',
      parseSetting,
      {},
    )
    .option('--no-decode', 'decode no image, and only look whether they are there')
    .addHelpText(
      'after',
      example(
        'dataset koniq-10k --root ~/koniq',
        'dataset csv --set file=my-images/scores.csv image=image mos=mos',
      ),
    )
    .action(async (name: DatasetName, { root, split, set, decode }: Options) => {
      const loader = datasets[name];
      const config = { ...set, ...(root && { root }), ...(split && { split }) };
      const rows = await loader(Object.keys(config).length > 0 ? config : undefined);
      const published = 'published' in loader ? loader.published : undefined;
      const summary = summarize(rows, published, split);
      process.stdout.write(describeSummary(summary, published));
      process.stdout.write(describeFirst(rows));
      const undecodable = decode ? await findUndecodable(rows) : [];
      const problems = [...summary.problems, ...describeUndecodable(undecodable)];
      process.stdout.write(
        problems.length === 0
          ? `\nNothing is wrong${decode ? '; every image was decoded' : ''}.\n`
          : `\n${problems.join('\n')}\n`,
      );
      if (problems.length > 0) process.exitCode = 1;
    });
}

interface Options {
  root?: string;
  split?: string;
  set: Record<string, string | number>;
  decode: boolean;
}

function parseSetting(text: string, previous: Record<string, string | number>) {
  const [, key, value = ''] = /^(\w+)=(.+)$/s.exec(text) ?? [];
  if (key === undefined) throw new InvalidArgumentError('Write key=value.');
  return { ...previous, [key]: /^\d+$/.test(value) ? Number(value) : value };
}

function describeSummary(
  { dataset, images, mos, scale, splits, groups }: DatasetSummary,
  published: { source: string; direction?: string } | undefined,
): string {
  const perSplit = [...splits].map(([name, count]) => `${name} ${number(count)}`);
  const lines: [string, string | undefined][] = [
    ['data set', dataset],
    ['published at', published?.source],
    ['images', number(images)],
    ['splits', perSplit.length > 0 ? perSplit.join(', ') : undefined],
    ['groups', groups > 0 ? number(groups) : undefined],
    [
      'MOS',
      mos
        ? `${rounded(mos.min)} to ${rounded(mos.max)}${scale ? `, on a scale of ${scale[0]} to ${scale[1]}` : ''}; higher is better`
        : 'none: no correlation can be computed',
    ],
    ['direction', published?.direction],
  ];
  return lines
    .flatMap(([label, text]) => (text === undefined ? [] : [`${label.padEnd(14)}${text}\n`]))
    .join('');
}

function describeFirst(rows: readonly DatasetRow[]): string {
  const lines = rows
    .slice(0, ROWS_SHOWN)
    .map(
      ({ vars }) =>
        `  ${vars.image}  mos ${vars.mos ?? '-'}${vars.group ? `  group ${vars.group}` : ''}\n`,
    );
  return `first rows\n${lines.join('')}`;
}

async function findUndecodable(rows: readonly DatasetRow[]): Promise<string[]> {
  const usable = rows.filter(({ metadata }) => metadata.problem === undefined);
  const progress = createProgress('images decoded', usable.length);
  const pool = createPixelPool();
  const limit = pLimit(availableParallelism() + 1);
  try {
    const failures = await Promise.all(
      usable.map(({ vars }) =>
        limit(async () => {
          try {
            const file = await readImageFile(vars.image);
            await pool.run('decode', { file, maxInputPixels: MAX_INPUT_PIXELS });
            return undefined;
          } catch (error) {
            return error instanceof Error ? error.message : String(error);
          } finally {
            progress.advance();
          }
        }),
      ),
    );
    return failures.filter((failure) => failure !== undefined);
  } finally {
    progress.end();
    await pool.close();
  }
}

function describeUndecodable(failures: readonly string[]): string[] {
  if (failures.length === 0) return [];
  const more = failures.length - UNDECODABLE_SHOWN;
  return [
    `${number(failures.length)} ${failures.length === 1 ? 'image' : 'images'} cannot be decoded:`,
    ...failures.slice(0, UNDECODABLE_SHOWN).map((failure) => `  ${failure}`),
    ...(more > 0 ? [`  and ${number(more)} more`] : []),
  ];
}
