import agiqa3k from './agiqa-3k.ts';
import biq2021 from './biq2021.ts';
import csiq from './csiq.ts';
import csv from './csv.ts';
import folder from './folder.ts';
import json from './json.ts';
import jsonl from './jsonl.ts';
import kadid10k from './kadid-10k.ts';
import koniq10k from './koniq-10k.ts';
import liveChallenge from './live-challenge.ts';
import qdebiasJson from './qdebias-json.ts';
import sample from './sample.ts';
import spaq from './spaq.ts';
import type { DatasetLoader } from './test-generator.ts';
import tid2013 from './tid2013.ts';

export type { PublishedDataset, PublishedLoader } from './published/published.ts';
export type { DatasetImage, DatasetRow } from './row.ts';
export type { DatasetLoader } from './test-generator.ts';

/** Every data set format by its name, which is its file's: `file://datasets/<name>.ts`. */
export const datasets = {
  'agiqa-3k': agiqa3k,
  biq2021,
  csiq,
  csv,
  folder,
  json,
  jsonl,
  'kadid-10k': kadid10k,
  'koniq-10k': koniq10k,
  'live-challenge': liveChallenge,
  'qdebias-json': qdebiasJson,
  sample,
  spaq,
  tid2013,
} as const satisfies Record<string, DatasetLoader>;

/** Names of the data sets that others publish. */
export const publishedNames: readonly string[] = Object.entries(datasets).flatMap(([name, load]) =>
  'published' in load ? [name] : [],
);

export type DatasetName = keyof typeof datasets;
