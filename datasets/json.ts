import { z } from 'zod';
import { parseConfig } from '../src/common/config-error.ts';
import { readJson } from '../src/datasets/files/json-file.ts';
import { listedRows } from '../src/datasets/listed.ts';
import { jsonFields, listedFields } from '../src/datasets/listed-config.ts';
import type { DatasetRow } from '../src/datasets/row.ts';
import { testGenerator } from '../src/datasets/test-generator.ts';

export const jsonConfigSchema = z.strictObject({ ...listedFields, ...jsonFields });

async function jsonDataset(config: unknown): Promise<DatasetRow[]> {
  const { path, ...settings } = parseConfig(jsonConfigSchema, config, 'datasets/json.ts: config');
  return listedRows(settings, (file, name, columns) =>
    readJson(file, name, columns, { path, encoding: settings.encoding }),
  );
}

/**
 * promptfoo test generator for a JSON file that lists images, such as an array of objects:
 * `tests: [{path: file://datasets/json.ts, config: {file, image, mos}}]`, where the columns are keys.
 *
 * @throws ConfigError what is wrong with the configuration or with the file as a whole
 */
export default testGenerator(jsonConfigSchema, jsonDataset);
