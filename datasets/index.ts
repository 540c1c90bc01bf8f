import type { DatasetLoader } from '../src/datasets/test-generator.ts';
import csv from './csv.ts';
import folder from './folder.ts';
import json from './json.ts';
import jsonl from './jsonl.ts';
import { publishedLoaders } from './published.ts';
import pyiqa from './pyiqa.ts';
import qdebiasJson from './qdebias-json.ts';
import sample from './sample.ts';

export type { PublishedLoader } from '../src/datasets/published/published.ts';
export type { PublishedDataset } from '../src/datasets/published/published-dataset.ts';
export type { DatasetImage, DatasetRow } from '../src/datasets/row.ts';
export type { DatasetLoader } from '../src/datasets/test-generator.ts';

/**
 * Every data set format by its name, which is its file's: `file://datasets/<name>.ts`.
 *
 * @example
 * const rows = await datasets.folder({ root: 'images' });
 * rows.map(({ vars }) => vars.image); // ['images/a.png', 'images/b.png']
 */
export const datasets = {
  ...publishedLoaders,
  csv,
  folder,
  json,
  jsonl,
  pyiqa,
  'qdebias-json': qdebiasJson,
  sample,
} as const satisfies Record<string, DatasetLoader>;

/** Names of the data sets that others publish. */
export const publishedNames: readonly string[] = Object.keys(publishedLoaders);

export type DatasetName = keyof typeof datasets;
