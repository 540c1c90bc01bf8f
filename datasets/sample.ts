import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { parseConfig } from '../providers/config-error.ts';
import { displayPath } from './image-path.ts';
import { type DatasetRow, rowsOf } from './row.ts';
import { makeSample, SAMPLE_FOLDER } from './sample/make.ts';
import { SAMPLE_CSV, SCORE_COLUMN, TRUTH } from './sample/recipe.ts';
import { subsetFields } from './subset.ts';
import { testGenerator } from './test-generator.ts';

/** Says wherever the data set is named that its truth is no opinion of people. */
export const SAMPLE_NAME = 'sample (MS-SSIM, not rated by people)';

export const sampleConfigSchema = z.strictObject(subsetFields);

const lineSchema = z.object({
  image: z.string().min(1),
  [SCORE_COLUMN]: z.coerce.number(),
  photograph: z.string().min(1),
  family: z.string().min(1),
  level: z.coerce.number(),
});

async function sampleDataset(config?: unknown): Promise<DatasetRow[]> {
  const settings = parseConfig(sampleConfigSchema, config, 'datasets/sample.ts: config');
  await makeSample();
  const lines = parse(readFileSync(join(SAMPLE_FOLDER, SAMPLE_CSV)), { columns: true });
  const images = z.array(lineSchema).parse(lines);
  return rowsOf(
    {
      name: SAMPLE_NAME,
      file: SAMPLE_CSV,
      source: { file: displayPath(join(SAMPLE_FOLDER, SAMPLE_CSV)), read: {} },
    },
    images.map(({ image, [SCORE_COLUMN]: mos, photograph, family, level }) => ({
      path: join(SAMPLE_FOLDER, image),
      mos,
      group: photograph,
      metadata: { truth: TRUTH, family, level },
    })),
    settings,
  );
}

/**
 * promptfoo test generator for the sample data set, which it makes if it is not there yet: distorted
 * photographs, grouped by photograph, with their multi-scale structural similarity to the pristine one
 * as ground truth. `tests: [{path: file://datasets/sample.ts}]`.
 *
 * @throws ConfigError broken configuration, or the photographs are not installed
 */
export default testGenerator(sampleDataset);
