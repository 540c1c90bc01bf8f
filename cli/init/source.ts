import { existsSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { type Direction, directionQuestion } from '../../datasets/direction.ts';
import { publishedNames } from '../../datasets/index.ts';
import { ConfigError, suggestion } from '../../providers/config-error.ts';
import type { InitSource } from './config-text.ts';

/** What the command line says of the images; every part may be left out. */
export interface SourceOptions {
  images?: string;
  scores?: string;
  imageColumn: string;
  mosColumn: string;
  direction?: Direction;
  dataset?: string;
  root?: string;
}

/** Where images are looked for when nothing is said. */
const DEFAULT_FOLDER = 'images';

const FORMATS: Record<string, string> = { '.csv': 'csv', '.json': 'json', '.jsonl': 'jsonl' };

/**
 * The data set that the options name; a folder `images` when they name none.
 *
 * @throws ConfigError more than one is named, or what is named is not there
 */
export function readSource(options: SourceOptions): InitSource {
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
  if (scores !== undefined) return scoresSource(scores, options);
  if (dataset !== undefined) return publishedSource(dataset, root);
  if (images !== undefined) requireFolder('--images', images);
  return { dataset: 'folder', config: { root: images ?? DEFAULT_FOLDER } };
}

function scoresSource(
  file: string,
  { imageColumn, mosColumn, direction }: SourceOptions,
): InitSource {
  const format = FORMATS[extname(file).toLowerCase()];
  if (!format) {
    throw new ConfigError(
      `--scores "${file}": the file must end in one of ${Object.keys(FORMATS).join(', ')}`,
    );
  }
  if (!existsSync(file)) throw new ConfigError(`--scores "${file}": there is no such file`);
  if (directionQuestion(mosColumn, direction) !== undefined) {
    throw new ConfigError(
      `--mos-column "${mosColumn}": add --direction lower where lower scores are the better ones, as in most DMOS, else --direction higher`,
    );
  }
  return {
    dataset: format,
    config: { file, image: imageColumn, mos: mosColumn, ...(direction && { direction }) },
  };
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
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new ConfigError(`${option} "${folder}": there is no such folder`);
  }
}
