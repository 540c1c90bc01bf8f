import csv from './csv.ts';
import folder from './folder.ts';
import json from './json.ts';
import jsonl from './jsonl.ts';
import { publishedLoaders } from './published/registry.ts';
import pyiqa from './pyiqa.ts';
import qdebiasJson from './qdebias-json.ts';
import sample from './sample.ts';
import type { DatasetLoader } from './test-generator.ts';

export type { PublishedDataset, PublishedLoader } from './published/published.ts';
export type { DatasetImage, DatasetRow } from './row.ts';
export type { DatasetLoader } from './test-generator.ts';

/** Every data set format by its name, which is its file's: `file://datasets/<name>.ts`. */
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
