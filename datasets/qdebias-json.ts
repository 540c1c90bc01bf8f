import { z } from 'zod';
import { parseConfig } from '../providers/config-error.ts';
import { readJson } from './files/json-file.ts';
import { listedRows } from './listed.ts';
import { listedFields } from './listed-config.ts';
import type { DatasetRow } from './row.ts';
import { testGenerator } from './test-generator.ts';

const { image, mos, ...fields } = listedFields;

export const qdebiasJsonConfigSchema = z.strictObject({
  ...fields,
  image: image.default('img_path'),
  mos: mos.default('gt_score'),
});

async function qdebiasJsonDataset(config: unknown): Promise<DatasetRow[]> {
  return listedRows(
    parseConfig(qdebiasJsonConfigSchema, config, 'datasets/qdebias-json.ts: config'),
    readJson,
  );
}

/**
 * promptfoo test generator for the JSON form of the Q-Bench, Q-Align and Q-Debias scripts,
 * `[{"img_path": "...", "gt_score": 3.2}, ...]`:
 * `tests: [{path: file://datasets/qdebias-json.ts, config: {file, root}}]`.
 *
 * @throws ConfigError what is wrong with the configuration or with the file as a whole
 */
export default testGenerator(qdebiasJsonDataset);
