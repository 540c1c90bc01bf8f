import { z } from 'zod';
import { parseConfig } from '../src/common/config-error.ts';
import { readJsonl } from '../src/datasets/files/json-file.ts';
import { listedRows } from '../src/datasets/listed.ts';
import { listedFields } from '../src/datasets/listed-config.ts';
import type { DatasetRow } from '../src/datasets/row.ts';
import { testGenerator } from '../src/datasets/test-generator.ts';

export const jsonlConfigSchema = z.strictObject(listedFields);

async function jsonlDataset(config: unknown): Promise<DatasetRow[]> {
  const settings = parseConfig(jsonlConfigSchema, config, 'datasets/jsonl.ts: config');
  return listedRows(settings, (file, name, columns) =>
    readJsonl(file, name, columns, settings.encoding),
  );
}

/**
 * promptfoo test generator for a JSON Lines file, one object a line:
 * `tests: [{path: file://datasets/jsonl.ts, config: {file, image, mos}}]`, where the columns are keys.
 *
 * @throws ConfigError what is wrong with the configuration or with the file as a whole
 */
export default testGenerator(jsonlConfigSchema, jsonlDataset);
