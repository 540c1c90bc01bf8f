import { z } from 'zod';
import { parseConfig } from '../providers/config-error.ts';
import { readCsv } from './files/csv-file.ts';
import { listedRows } from './listed.ts';
import { listedFields } from './listed-config.ts';
import type { DatasetRow } from './row.ts';
import { testGenerator } from './test-generator.ts';

export const csvConfigSchema = z.strictObject(listedFields);

async function csvDataset(config: unknown): Promise<DatasetRow[]> {
  return listedRows(parseConfig(csvConfigSchema, config, 'datasets/csv.ts: config'), readCsv);
}

/**
 * promptfoo test generator for a CSV file with an image and a score column:
 * `tests: [{path: file://datasets/csv.ts, config: {file, image, mos}}]`.
 *
 * @throws ConfigError what is wrong with the configuration or with the file as a whole
 */
export default testGenerator(csvDataset);
