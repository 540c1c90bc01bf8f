import { z } from 'zod';
import { parseConfig } from '../providers/config-error.ts';
import { readJson } from './files/json-file.ts';
import { listedRows } from './listed.ts';
import { listedFields } from './listed-config.ts';
import type { DatasetRow } from './row.ts';
import { testGenerator } from './test-generator.ts';

export const jsonConfigSchema = z.strictObject(listedFields);

async function jsonDataset(config: unknown): Promise<DatasetRow[]> {
  return listedRows(parseConfig(jsonConfigSchema, config, 'datasets/json.ts: config'), readJson);
}

/**
 * promptfoo test generator for a JSON file with one array of objects:
 * `tests: [{path: file://datasets/json.ts, config: {file, image, mos}}]`, where the columns are keys.
 *
 * @throws ConfigError what is wrong with the configuration or with the file as a whole
 */
export default testGenerator(jsonDataset);
