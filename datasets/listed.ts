import { basename, dirname, parse, resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError, suggestion } from '../providers/config-error.ts';
import type { ListedLine, NamedColumn } from './files/listed-line.ts';
import { displayPath, isInside, isRemote } from './image-path.ts';
import { type DatasetImage, type DatasetRow, rowsOf } from './row.ts';
import { describeScoreProblem, readScore, shortened } from './score-text.ts';
import { subsetFields } from './subset.ts';

const path = z
  .string()
  .min(1)
  .refine((text) => !text.startsWith('file://'), { error: 'write the path without file://' });

const column = z.string().min(1);

/** Configuration of a list of images whose columns the user names. */
export const listedFields = {
  file: path.describe('The file that lists the images, relative to the working directory.'),
  root: path
    .optional()
    .describe(
      "Folder of the images, relative to the working directory. Default: the list's folder.",
    ),
  image: column.describe(
    'Column with the path of the image, relative to `root`, or its http(s) address where the provider has `allowRemoteImages`.',
  ),
  mos: column.describe('Column with the mean opinion score, higher is better.'),
  group: column
    .optional()
    .describe(
      'Column that tells which images belong together, such as versions of one photograph.',
    ),
  splitColumn: column
    .optional()
    .describe('Column that tells the split of an image, such as `set`.'),
  split: z
    .string()
    .min(1)
    .optional()
    .describe('Take only the images with this value in `splitColumn`, such as `test`.'),
  dataset: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Name of the data set. Default: the list's folder and name, `my-images/scores` for `my-images/scores.csv`, and the split.",
    ),
  ...subsetFields,
  allowOutsideRoot: z
    .boolean()
    .default(false)
    .describe('Whether image paths may lead out of `root`.'),
};

const listedSchema = z.strictObject(listedFields);
type ListedConfig = z.output<typeof listedSchema>;

/** Lines that an error names. */
const LINES_NAMED = 3;

/**
 * Rows of a list of images. Relative paths start at the working directory, as in the rows' `image`,
 * because promptfoo tells a generator nothing about the configuration file. A line that cannot be used
 * is neither dropped nor the end of the run: its row carries `metadata.problem`, which the provider
 * turns into that row's error. No image is opened, nor looked for; whether one
 * may be fetched is the provider's affair.
 *
 * @param read the list's reader: path, the name that errors call it by, the columns that are asked for
 * @throws ConfigError what is wrong with the configuration or with the file as a whole
 */
export function listedRows(
  settings: ListedConfig,
  read: (path: string, name: string, columns: readonly NamedColumn[]) => ListedLine[],
): DatasetRow[] {
  if (settings.split !== undefined && settings.splitColumn === undefined) {
    throw new ConfigError(
      `${settings.file}: split: "${settings.split}" of which column? Set splitColumn to its name`,
    );
  }
  const file = resolve(settings.file);
  const lines = inSplit(read(file, settings.file, columnsOf(settings)), settings);
  const root = resolve(settings.root ?? dirname(file));
  if (!settings.allowOutsideRoot) refuseOutside(lines, root, settings);
  return rowsOf(
    {
      name: settings.dataset ?? nameOf(file, settings.split),
      file: settings.file,
      source: sourceOf(file, root, settings),
    },
    lines.map((line) => readImage(line, root, settings)),
    settings,
  );
}

const columnsOf = (settings: ListedConfig): NamedColumn[] =>
  (['image', 'mos', 'group', 'splitColumn'] as const).flatMap((key) => {
    const named = settings[key];
    return named === undefined ? [] : [{ key, column: named }];
  });

function sourceOf(file: string, root: string, settings: ListedConfig) {
  const { image, mos, group, splitColumn, split } = settings;
  return {
    file: displayPath(file),
    ...(settings.root !== undefined && { images: displayPath(root) }),
    read: {
      image,
      mos,
      ...(group !== undefined && { group }),
      ...(split !== undefined && splitColumn !== undefined && { splitColumn, split }),
    },
  };
}

/** Not the folder alone: two files of one folder would become one data set, correlated over both scales. */
const nameOf = (file: string, split: string | undefined): string =>
  `${basename(dirname(file))}/${parse(file).name}${split === undefined ? '' : ` (${split})`}`;

/** Lines that cannot be read stay in: nobody knows that they belong to another split. */
function inSplit(lines: ListedLine[], { file, split, splitColumn }: ListedConfig): ListedLine[] {
  if (split === undefined || splitColumn === undefined) return lines;
  const splits = [...new Set(lines.map((line) => line.cell(splitColumn)))];
  if (!splits.includes(split)) {
    throw new ConfigError(
      `${file}: no image has the split "${split}" in column "${splitColumn}", ${suggestion(split, splits)}`,
    );
  }
  return lines.filter((line) => line.problem !== undefined || line.cell(splitColumn) === split);
}

function refuseOutside(lines: readonly ListedLine[], root: string, settings: ListedConfig): void {
  const outside = lines.filter((line) => {
    const image = line.cell(settings.image);
    return !isRemote(image) && !isInside(root, resolve(root, image));
  });
  if (outside.length === 0) return;
  const named = outside
    .slice(0, LINES_NAMED)
    .map((line) => `"${line.cell(settings.image)}" in ${line.place}`);
  throw new ConfigError(
    `${settings.file}: ${outside.length} image ${outside.length === 1 ? 'path leads' : 'paths lead'} out of ${root} (${named.join(', ')}${outside.length > LINES_NAMED ? ', …' : ''}); set root to the folder that holds them all, or allowOutsideRoot: true`,
  );
}

function readImage(line: ListedLine, root: string, settings: ListedConfig): DatasetImage {
  const image = line.cell(settings.image);
  const text = line.cell(settings.mos);
  const group = settings.group === undefined ? '' : line.cell(settings.group);
  const problem = describeProblem(line, settings);
  return {
    path:
      image === '' || line.problem !== undefined
        ? `${resolve(settings.file)}#${line.place.replace(/\D+/, '')}`
        : isRemote(image)
          ? image
          : resolve(root, image),
    // A score that may be another column's must not pass for one.
    mos: line.problem === undefined ? readScore(text) : text,
    ...(group !== '' && { group }),
    ...(problem !== undefined && { problem: `${settings.file}, ${line.place}: ${problem}` }),
  };
}

function describeProblem(line: ListedLine, settings: ListedConfig): string | undefined {
  const image = line.cell(settings.image);
  if (line.problem !== undefined) return line.problem;
  if (image === '') {
    return `column "${settings.image}" is empty; give the path of an image or remove the line`;
  }
  if (/^(ftp|file|s3|gs):\/\/|^data:/i.test(image)) {
    return `column "${settings.image}" is "${shortened(image)}"; give the path of a file`;
  }
  return describeScoreProblem(readScore(line.cell(settings.mos)), settings.mos, image);
}
