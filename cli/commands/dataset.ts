import { Argument, type Command, InvalidArgumentError } from 'commander';
import { type DatasetName, datasets } from '../../datasets/index.ts';
import { publishedDatasets } from '../../datasets/published.ts';
import { directionField, directionQuestion } from '../../src/datasets/direction.ts';
import { isRemote } from '../../src/datasets/image-path.ts';
import { counted, rangeText } from '../../src/datasets/number-text.ts';
import type { DatasetRow } from '../../src/datasets/row.ts';
import { type DatasetSummary, summarize } from '../../src/datasets/summary.ts';
import { literalRow } from '../../src/harness/literal-text.ts';
import { SOURCE_KEY } from '../../src/harness/row-keys.ts';
import { datasetSourceSchema } from '../../src/rows/dataset-source.ts';
import { findNoFiles, findUndecodable } from '../dataset/images.ts';
import { settingsOf } from '../dataset/parse-settings.ts';
import { example } from '../example.ts';

const ROWS_SHOWN = 3;
const IMAGES_SHOWN = 10;

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
      'other keys of its configuration, such as file=scores.csv limit=200 \'groups=["I01", "I02"]\'',
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
      const schema = loader.configSchema;
      const config = {
        ...settingsOf(set, schema),
        ...(root && { root }),
        ...(split && { split }),
      };
      const made = await loader(Object.keys(config).length > 0 ? config : undefined);
      const rows = made.map(literalRow);
      const published = 'published' in loader ? loader.published : undefined;
      const summary = summarize(rows, publishedDatasets, published, split);
      const isOpen = schema.shape.direction === directionField && !('direction' in config);
      process.stdout.write(describeSummary(summary, published, isOpen));
      process.stdout.write(describeFirst(rows));
      const usable = rows.filter(({ metadata }) => metadata.problem === undefined);
      const images = usable.map(({ vars }) => vars.image);
      const files = images.filter((image) => !isRemote(image));
      const { missing, others } = await findNoFiles(files);
      const isMissing = new Set(missing);
      const there = files.filter((file) => !isMissing.has(file) && !others.has(file));
      const problems = [
        ...summary.problems,
        ...describeImages(missing, missing.length === 1 ? 'is not there' : 'are not there'),
        ...describeImages(
          [...others].map(([image, kind]) => `${image} (${kind})`),
          others.size === 1 ? 'is no file' : 'are no files',
        ),
        ...describeImages(decode ? await findUndecodable(there) : [], 'cannot be decoded'),
      ];
      const remote = images.length - files.length;
      // The loader has asked on stderr.
      const asked = isOpen && directionQuestion(mosColumnOf(rows), undefined) !== undefined;
      const verdict =
        problems.length > 0
          ? problems.join('\n')
          : `Nothing ${asked ? 'else ' : ''}is wrong; every image ${decode ? 'was decoded' : 'is there'}.`;
      process.stdout.write(`\n${verdict}\n${remote > 0 ? describeRemote(remote) : ''}`);
      if (problems.length > 0) process.exitCode = 1;
    });
}

/** The column of the scores, as the rows of a list say. */
const mosColumnOf = ([row]: readonly DatasetRow[]): string =>
  datasetSourceSchema.safeParse(row?.metadata[SOURCE_KEY]).data?.read.mos ?? '';

interface Options {
  root?: string;
  split?: string;
  set: Record<string, string>;
  decode: boolean;
}

function parseSetting(text: string, previous: Record<string, string>): Record<string, string> {
  const [, key, value = ''] = /^(\w+)=(.+)$/s.exec(text) ?? [];
  if (key === undefined) throw new InvalidArgumentError('Write key=value.');
  return { ...previous, [key]: value };
}

const describeRemote = (count: number): string =>
  `${counted(count)} ${count === 1 ? 'image is' : 'images are'} on the web; an evaluation fetches them where allowRemoteImages is set, here nobody looked.\n`;

function describeSummary(
  { dataset, images, mos, scale, splits, groups, direction, ratings, names }: DatasetSummary,
  published: { source: string } | undefined,
  isDirectionOpen: boolean,
): string {
  const perSplit = [...splits].map(([name, count]) => `${name} ${counted(count)}`);
  const lines: [string, string | undefined][] = [
    ['data set', dataset],
    ['published at', published?.source],
    ['images', counted(images)],
    ['splits', perSplit.length > 0 ? perSplit.join(', ') : undefined],
    ['groups', groups > 0 ? counted(groups) : undefined],
    [
      'MOS',
      mos
        ? `${rangeText(mos)}${scale ? `, on a scale of ${scale[0]} to ${scale[1]}` : ''}; ${isDirectionOpen ? 'taken as higher is better' : 'higher is better'}`
        : 'none: no correlation can be computed',
    ],
    ['direction', direction],
    ['ratings', ratings],
    ['names', names],
  ];
  return lines
    .flatMap(([label, text]) => (text === undefined ? [] : [`${label.padEnd(14)}${text}\n`]))
    .join('');
}

function describeFirst(rows: readonly DatasetRow[]): string {
  const lines = rows
    .slice(0, ROWS_SHOWN)
    .map(
      ({ vars, metadata: { group } }) =>
        `  ${vars.image}  mos ${vars.mos ?? '-'}${group ? `  group ${group}` : ''}\n`,
    );
  return `first rows\n${lines.join('')}`;
}

/** `2 images are not there:`, and the first of them. */
function describeImages(named: readonly string[], what: string): string[] {
  if (named.length === 0) return [];
  const more = named.length - IMAGES_SHOWN;
  return [
    `${counted(named.length)} ${named.length === 1 ? 'image' : 'images'} ${what}:`,
    ...named.slice(0, IMAGES_SHOWN).map((text) => `  ${text}`),
    ...(more > 0 ? [`  and ${counted(more)} more`] : []),
  ];
}
