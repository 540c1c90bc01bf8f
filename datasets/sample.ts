import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { parseConfig } from '../src/common/config-error.ts';
import { displayPath } from '../src/datasets/image-path.ts';
import { type DatasetRow, rowsOf } from '../src/datasets/row.ts';
import { makeSample, makeSampleIn, SAMPLE_FOLDER } from '../src/datasets/sample/make.ts';
import { SAMPLE_CSV, SCORE_COLUMN, TRUTH } from '../src/datasets/sample/sample-recipe.ts';
import { subsetFields } from '../src/datasets/subset.ts';
import { testGenerator } from '../src/datasets/test-generator.ts';

/** Says wherever the data set is named that its truth is no opinion of people. */
export const SAMPLE_NAME = 'sample (MS-SSIM, not rated by people)';

export const sampleConfigSchema = z.strictObject({
  ...subsetFields,
  folder: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Where the set is kept, made there where it is not. Default: beside the code that makes it.',
    ),
});

const lineSchema = z.object({
  image: z.string().min(1),
  [SCORE_COLUMN]: z.coerce.number(),
  photograph: z.string().min(1),
  family: z.string().min(1),
  level: z.coerce.number(),
});

async function sampleDataset(config?: unknown): Promise<DatasetRow[]> {
  const { folder, ...subset } = parseConfig(
    sampleConfigSchema,
    config,
    'datasets/sample.ts: config',
  );
  const place = folder === undefined ? SAMPLE_FOLDER : resolve(folder);
  await (folder === undefined ? makeSample() : makeSampleIn(place));
  const lines = parse(readFileSync(join(place, SAMPLE_CSV)), { columns: true });
  const images = z.array(lineSchema).parse(lines);
  return rowsOf(
    {
      name: SAMPLE_NAME,
      file: SAMPLE_CSV,
      source: { file: displayPath(join(place, SAMPLE_CSV)), read: {} },
    },
    images.map(({ image, [SCORE_COLUMN]: mos, photograph, family, level }) => ({
      path: join(place, image),
      mos,
      group: photograph,
      metadata: { truth: TRUTH, family, level },
    })),
    subset,
  );
}

/**
 * promptfoo test generator for the sample data set, which it makes if it is not there yet: distorted
 * photographs, grouped by photograph, with their multi-scale structural similarity to the pristine one
 * as ground truth. `tests: [{path: file://datasets/sample.ts}]`.
 *
 * @throws ConfigError broken configuration, the photographs are not there, or another folder's files are in the way
 */
export default testGenerator(sampleConfigSchema, sampleDataset);
