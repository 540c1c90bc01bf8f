import csvDataset from './csv.ts';
import folderDataset from './folder.ts';
import jsonDataset from './json.ts';
import jsonlDataset from './jsonl.ts';
import qdebiasJsonDataset from './qdebias-json.ts';
import type { DatasetRow } from './row.ts';
import sampleDataset from './sample.ts';

export type { DatasetImage, DatasetRow } from './row.ts';

/** A promptfoo test generator: its configuration in, checked, one row an image out. */
export type DatasetLoader = (config?: unknown) => DatasetRow[] | Promise<DatasetRow[]>;

/** Every data set format by its name, which is its file's: `file://datasets/<name>.ts`. */
export const datasets = {
  csv: csvDataset,
  folder: folderDataset,
  json: jsonDataset,
  jsonl: jsonlDataset,
  'qdebias-json': qdebiasJsonDataset,
  sample: sampleDataset,
} as const satisfies Record<string, DatasetLoader>;
