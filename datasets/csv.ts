import { basename, dirname, parse, resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError, parseConfig } from '../providers/config-error.ts';
import { type CsvLine, readCsv } from './csv-file.ts';
import { isInside } from './image-path.ts';
import { type DatasetImage, type DatasetRow, rowsOf } from './row.ts';
import { subsetFields } from './subset.ts';

const path = z
  .string()
  .min(1)
  .refine((text) => !text.startsWith('file://'), { error: 'write the path without file://' });

export const csvConfigSchema = z.strictObject({
  file: path.describe('The CSV file, relative to the working directory.'),
  root: path
    .optional()
    .describe(
      "Folder of the images, relative to the working directory. Default: the CSV file's folder.",
    ),
  image: z.string().min(1).describe('Column with the path of the image, relative to `root`.'),
  mos: z.string().min(1).describe('Column with the mean opinion score, higher is better.'),
  group: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Column that tells which images belong together, such as versions of one photograph.',
    ),
  dataset: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Name of the data set. Default: the CSV file's folder and name, `my-images/scores` for `my-images/scores.csv`.",
    ),
  ...subsetFields,
  allowOutsideRoot: z
    .boolean()
    .default(false)
    .describe('Whether image paths may lead out of `root`.'),
});

type CsvConfig = z.output<typeof csvConfigSchema>;

/** Lines that an error names. */
const LINES_NAMED = 3;

const DECIMAL_NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const isNumber = (text: string): boolean =>
  DECIMAL_NUMBER.test(text) && Number.isFinite(Number(text));

/**
 * promptfoo test generator for a CSV file with an image and a score column:
 * `tests: [{path: file://datasets/csv.ts, config: {file, image, mos}}]`.
 *
 * promptfoo tells a generator nothing about the configuration file, so relative paths start at the
 * working directory, as in the rows' `image`. A line that cannot be used is neither dropped nor the
 * end of the run: its row carries `metadata.problem`, which the provider turns into that row's error.
 * No image is opened, nor looked for.
 *
 * @throws ConfigError what is wrong with the configuration or with the file as a whole
 */
export default function csvDataset(config: unknown): DatasetRow[] {
  const settings = parseConfig(csvConfigSchema, config ?? {}, 'datasets/csv.ts: config');
  const file = resolve(settings.file);
  const lines = readCsv(file, settings.file, columnsOf(settings));
  const root = resolve(settings.root ?? dirname(file));
  if (!settings.allowOutsideRoot) refuseOutside(lines, root, settings);
  return rowsOf(
    { name: settings.dataset ?? nameOf(file), file: settings.file },
    lines.map((line) => readImage(line, root, settings)),
    settings,
  );
}

const columnsOf = (settings: CsvConfig) =>
  (['image', 'mos', 'group'] as const).flatMap((key) => {
    const column = settings[key];
    return column === undefined ? [] : [{ key, column }];
  });

/** Not the folder alone: two files of one folder would become one data set, correlated over both scales. */
const nameOf = (file: string): string => `${basename(dirname(file))}/${parse(file).name}`;

function refuseOutside(lines: readonly CsvLine[], root: string, settings: CsvConfig): void {
  const outside = lines.filter((line) => !isInside(root, resolve(root, line.cell(settings.image))));
  if (outside.length === 0) return;
  const named = outside
    .slice(0, LINES_NAMED)
    .map((line) => `"${line.cell(settings.image)}" in line ${line.number}`);
  throw new ConfigError(
    `${settings.file}: ${outside.length} image ${outside.length === 1 ? 'path leads' : 'paths lead'} out of ${root} (${named.join(', ')}${outside.length > LINES_NAMED ? ', …' : ''}); set root to the folder that holds them all, or allowOutsideRoot: true`,
  );
}

function readImage(line: CsvLine, root: string, settings: CsvConfig): DatasetImage {
  const image = line.cell(settings.image);
  const score = line.cell(settings.mos);
  const group = settings.group === undefined ? '' : line.cell(settings.group);
  const problem = describeProblem(line, settings);
  return {
    path:
      image === '' || line.misaligned
        ? `${resolve(settings.file)}#${line.number}`
        : resolve(root, image),
    // A score that may be another column's must not pass for one.
    mos: isNumber(score) && !line.misaligned ? Number(score) : score,
    ...(group !== '' && { group }),
    ...(problem !== undefined && { problem: `${settings.file}, line ${line.number}: ${problem}` }),
  };
}

function describeProblem(line: CsvLine, settings: CsvConfig): string | undefined {
  const image = line.cell(settings.image);
  const score = line.cell(settings.mos);
  if (line.misaligned) return line.misaligned;
  if (image === '') {
    return `column "${settings.image}" is empty; give the path of an image or remove the line`;
  }
  if (/^(https?|ftp|file|s3|gs):\/\/|^data:/i.test(image)) {
    return `column "${settings.image}" is "${shortened(image)}"; images are not fetched, give the path of a file`;
  }
  if (score === '') {
    return `column "${settings.mos}" is empty; give ${image} a number or remove the line`;
  }
  if (!isNumber(score)) {
    return `column "${settings.mos}" is "${shortened(score)}", which is not a number; give ${image} one with a decimal point or remove the line`;
  }
  return undefined;
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text);
