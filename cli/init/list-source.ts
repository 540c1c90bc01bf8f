import { existsSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { publishedNames } from '../../datasets/index.ts';
import { ConfigError, suggestion } from '../../src/common/config-error.ts';
import { type Direction, directionQuestion } from '../../src/datasets/direction.ts';
import { readJson, readJsonl } from '../../src/datasets/files/json-file.ts';
import { listFiles } from '../../src/datasets/files/list-files.ts';
import { readTable, readTableNames } from '../../src/datasets/files/table-file.ts';
import { IMAGE_FORMATS, isImageName } from '../../src/datasets/image-ending.ts';
import { type Ask, chooseColumns } from './choose-columns.ts';
import type { InitSource } from './config-text.ts';

/** What the command line says of the images; every part may be left out. */
export interface SourceOptions {
  images?: string;
  scores?: string;
  /** Left out, found by its usual names, or asked for. */
  imageColumn?: string | undefined;
  mosColumn?: string | undefined;
  direction?: Direction;
  dataset?: string;
  root?: string;
}

/** Where images are looked for when nothing is said. */
export const DEFAULT_FOLDER = 'images';

/** Data set formats by the endings of the files that they read. */
const FORMATS: Record<string, string> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.txt': 'csv',
  '.xlsx': 'csv',
  '.parquet': 'csv',
  '.json': 'json',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
};

/**
 * The data set that the options name; a folder `images` when they name none.
 *
 * @param ask for what neither the options nor the file say; undefined: nobody can be asked
 * @throws ConfigError more than one is named, or what is named is not there or has no such columns
 */
export async function readSource(options: SourceOptions, ask?: Ask): Promise<InitSource> {
  const { images, scores, dataset, root } = options;
  const named = Object.entries({ images, scores, dataset }).filter(([, value]) => value);
  if (named.length > 1) {
    throw new ConfigError(
      `${named.map(([option]) => `--${option}`).join(' and ')} name several sources; give one, and add others to the configuration`,
    );
  }
  if (root !== undefined && dataset === undefined) {
    throw new ConfigError('--root is the folder of a published data set; name it with --dataset');
  }
  if (options.direction !== undefined && scores === undefined) {
    throw new ConfigError('--direction is about the scores of a file; name it with --scores');
  }
  if (scores !== undefined) return scoresSource(scores, options, ask);
  if (dataset !== undefined) return publishedSource(dataset, root);
  const folder = images ?? DEFAULT_FOLDER;
  requireFolder('--images', folder);
  requireImage('--images', folder);
  return { dataset: 'folder', config: { root: folder } };
}

async function scoresSource(
  file: string,
  { direction, ...named }: SourceOptions,
  ask: Ask,
): Promise<InitSource> {
  if (isFolder(file)) {
    throw new ConfigError(
      `--scores "${file}" is a folder; name the list of scores in it, or give --images for a folder that nobody has rated`,
    );
  }
  const format = FORMATS[extname(file).toLowerCase()];
  if (!format) {
    throw new ConfigError(
      `--scores "${file}": the file must end in one of ${Object.keys(FORMATS).join(', ')}`,
    );
  }
  if (!existsSync(file)) throw new ConfigError(`--scores "${file}": there is no such file`);
  const [imageColumn, mosColumn] = await columnsOf(file, format, named, ask);
  if (directionQuestion(mosColumn, direction) !== undefined) {
    throw new ConfigError(
      `--mos-column "${mosColumn}": add --direction lower where lower scores are the better ones, as in most DMOS, else --direction higher`,
    );
  }
  const columns = await findColumns(file, format, [imageColumn, mosColumn]);
  return { dataset: format, config: { file, ...columns, ...(direction && { direction }) } };
}

/** The two columns, by what the options or the header of the file say. */
async function columnsOf(
  file: string,
  format: string,
  { imageColumn, mosColumn }: Pick<SourceOptions, 'imageColumn' | 'mosColumn'>,
  ask: Ask,
): Promise<[string, string]> {
  if (imageColumn !== undefined && mosColumn !== undefined) return [imageColumn, mosColumn];
  const usual: [string, string] = [imageColumn ?? 'image', mosColumn ?? 'mos'];
  // JSON says itself which keys it lacks.
  if (format !== 'csv' || (await hasColumns(file, usual))) return usual;
  const names = await readTableNames(resolve(file), file).catch(orWithOptions);
  const { image, mos } = await chooseColumns(
    { image: imageColumn, mos: mosColumn },
    names,
    file,
    ask,
  );
  return [image, mos];
}

/** Whether a table has these columns, below whatever title stands over its header. */
async function hasColumns(file: string, [image, mos]: readonly [string, string]): Promise<boolean> {
  const path = resolve(file);
  // A Parquet file has no title, and may hold the images themselves, which are not read for this.
  if (/\.parquet$/i.test(file)) {
    const names = await readTableNames(path, file);
    return names.includes(image) && names.includes(mos);
  }
  const named = [
    { column: image, key: 'image' },
    { column: mos, key: 'mos' },
  ];
  return readTable(path, file, named).then(
    () => true,
    () => false,
  );
}

/**
 * The columns as a configuration names them: where both are numbers and there are no columns of these
 * names, the file has no header.
 *
 * @throws ConfigError the file cannot be read, or has no such columns
 */
async function findColumns(
  file: string,
  format: string,
  [image, mos]: readonly [string, string],
): Promise<InitSource['config']> {
  const named = [
    { column: image, key: 'image' },
    { column: mos, key: 'mos' },
  ];
  const path = resolve(file);
  if (format === 'json') await readJson(path, file, named);
  if (format === 'jsonl') await readJsonl(path, file, named);
  // A Parquet file may hold the images themselves, which are not written for this.
  if (format !== 'csv' || /\.parquet$/i.test(file)) return { image, mos };
  const areNumbers = [image, mos].every((column) => /^[1-9]\d*$/.test(column));
  const names = areNumbers ? await readTableNames(path, file).catch(() => []) : [];
  if (!areNumbers || [image, mos].every((column) => names.includes(column))) {
    await readTable(path, file, named).catch(orWithOptions);
    return { image, mos };
  }
  await readTable(path, file, named, { header: false });
  return { image: Number(image), mos: Number(mos), header: false };
}

/** Where a file has no header, the options say what the configuration does. */
function orWithOptions(cause: unknown): never {
  if (cause instanceof ConfigError && cause.message.includes('seems to have no header')) {
    const numbers = /image: (\d+), mos: (\d+)/.exec(cause.message);
    throw new ConfigError(
      `${cause.message}; here: --image-column ${numbers?.[1] ?? 1} --mos-column ${numbers?.[2] ?? 2}`,
    );
  }
  throw cause;
}

function publishedSource(name: string, root: string | undefined): InitSource {
  if (!publishedNames.includes(name)) {
    throw new ConfigError(`--dataset "${name}" is unknown, ${suggestion(name, publishedNames)}`);
  }
  if (root === undefined) {
    throw new ConfigError(`--dataset ${name}: add --root with the folder of your copy of it`);
  }
  requireFolder('--root', root);
  return { dataset: name, config: { root } };
}

function requireFolder(option: string, folder: string): void {
  if (isFolder(folder)) return;
  if (existsSync(folder)) {
    throw new ConfigError(
      `${option} "${folder}" is no folder; name the folder of the images${option === '--images' ? ', or give --scores for a list with the scores of people' : ''}`,
    );
  }
  throw new ConfigError(`${option} "${folder}": there is no such folder`);
}

const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** The first run would say so too, but then a configuration is there that has to be replaced. */
function requireImage(option: string, folder: string): void {
  const files = listFiles(resolve(folder), folder, { allowOutsideRoot: true });
  if (files.some(isImageName)) return;
  throw new ConfigError(
    `${option} "${folder}": no image of a format that is read (${IMAGE_FORMATS}) is in this folder; put some there, or see the demonstration with --demo`,
  );
}
