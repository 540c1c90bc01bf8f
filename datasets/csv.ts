import { readFileSync } from 'node:fs';
import { basename, dirname, resolve, sep } from 'node:path';
import { type CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { ConfigError, parseConfig, suggestion } from '../providers/config-error.ts';
import { stratifiedSubset } from './limit.ts';
import { type DatasetImage, type DatasetRow, datasetRow } from './row.ts';

export const csvConfigSchema = z.strictObject({
  file: z.string().min(1).describe('The CSV file, relative to the working directory.'),
  root: z.string().min(1).optional().describe("Folder of the images. Default: the CSV file's."),
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
    .describe("Name of the data set. Default: the CSV file's folder."),
  limit: z
    .number()
    .int()
    .positive()
    .optional()
    .describe('Take this many images, spread over the MOS scale. Rows without a score stay in.'),
  seed: z.number().int().min(0).max(0xffffffff).default(0).describe('Seed of the limit.'),
  allowOutsideRoot: z
    .boolean()
    .default(false)
    .describe('Whether image paths may lead out of `root`.'),
});

type CsvConfig = z.output<typeof csvConfigSchema>;

/**
 * promptfoo test generator for a CSV file with an image and a score column:
 * `tests: [{path: file://datasets/csv.ts, config: {file, image, mos}}]`.
 *
 * A row without a usable score is neither dropped nor the end of the run: it carries
 * `metadata.problem`, which the provider turns into that row's error. No image is opened.
 *
 * @throws ConfigError what is wrong with the file as a whole
 */
export default function csvDataset(config: unknown): DatasetRow[] {
  const settings = parseConfig(csvConfigSchema, config ?? {}, 'datasets/csv.ts: config');
  const file = resolve(settings.file);
  const lines = readLines(file, settings);
  const root = resolve(settings.root ?? dirname(file));
  const images = lines.map((line) => readImage(line, root, settings));
  refuseDuplicates(images, settings.file);
  const dataset = settings.dataset ?? basename(dirname(file));
  return limited(images, settings).map((image) => datasetRow(dataset, image));
}

interface Line {
  number: number;
  cells: Record<string, string | undefined>;
}

function readLines(file: string, settings: CsvConfig): Line[] {
  const name = settings.file;
  let columns: string[] = [];
  let records: { record: Record<string, string>; info: { lines: number } }[];
  try {
    records = parse(readFileSync(file), {
      bom: true,
      info: true,
      skip_empty_lines: true,
      relax_column_count: true,
      trim: true,
      columns: (header: string[]) => {
        columns = header.filter((column) => column !== '');
        return header.map((column) => (column === '' ? false : column));
      },
    }) as unknown as typeof records;
  } catch (cause) {
    throw new ConfigError(`${name}: ${describeReadFailure(cause, file)}`, { cause });
  }
  for (const key of ['image', 'mos', 'group'] as const) {
    const column = settings[key];
    if (column !== undefined && !columns.includes(column)) {
      throw new ConfigError(
        `${name}: there is no column "${column}" (config: ${key}), ${suggestion(column, columns)} (columns: ${columns.join(', ')})`,
      );
    }
  }
  if (records.length === 0) throw new ConfigError(`${name}: no image is listed`);
  return records.map(({ record, info }) => ({ number: info.lines, cells: record }));
}

function describeReadFailure(cause: unknown, file: string): string {
  const { code, message } = cause as CsvError;
  if (String(code) === 'ENOENT') return `no such file (looked for ${file})`;
  return `not a CSV file that can be read (${message})`;
}

function readImage({ number, cells }: Line, root: string, settings: CsvConfig): DatasetImage {
  const place = `${settings.file}, line ${number}`;
  const cell = cells[settings.image] ?? '';
  const group = settings.group === undefined ? undefined : cells[settings.group];
  const score = cells[settings.mos] ?? '';
  const mos = score === '' ? Number.NaN : Number(score);
  const path = resolve(root, cell);
  const problem =
    describeImageProblem(cell, path, root, settings, place) ??
    (Number.isFinite(mos)
      ? undefined
      : `${place}: column "${settings.mos}" is ${score === '' ? 'empty' : `"${score}"`}; give ${cell} a number or remove the line`);
  return {
    path: cell === '' ? `${settings.file}#${number}` : path,
    mos: Number.isFinite(mos) ? mos : score,
    ...(group !== undefined && { group }),
    ...(problem !== undefined && { problem }),
  };
}

function describeImageProblem(
  cell: string,
  path: string,
  root: string,
  { image, allowOutsideRoot }: CsvConfig,
  place: string,
): string | undefined {
  if (cell === '')
    return `${place}: column "${image}" is empty; give the path of an image or remove the line`;
  if (!allowOutsideRoot && !path.startsWith(root.endsWith(sep) ? root : root + sep)) {
    return `${place}: column "${image}" is "${cell}", which leads out of ${root}; set root to a folder above it, or allowOutsideRoot: true`;
  }
  return undefined;
}

function refuseDuplicates(images: readonly DatasetImage[], file: string): void {
  const seen = new Set<string>();
  const twice = images.map(({ path }) => path).filter((path) => seen.size === seen.add(path).size);
  if (twice.length > 0) {
    const named = twice.slice(0, 3).map((path) => basename(path));
    throw new ConfigError(
      `${file}: ${twice.length} images are listed more than once (${named.join(', ')}${twice.length > 3 ? ', …' : ''}); remove the repeated lines`,
    );
  }
}

function limited(images: readonly DatasetImage[], { limit, seed }: CsvConfig): DatasetImage[] {
  if (limit === undefined) return [...images];
  const scored = images.filter(({ mos }) => typeof mos === 'number');
  const kept = new Set(
    stratifiedSubset(
      scored.map(({ mos }) => mos as number),
      limit,
      seed,
    ).map((index) => scored[index]),
  );
  return images.filter((image) => typeof image.mos !== 'number' || kept.has(image));
}
