import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { type DatasetRow, datasetRow } from './row.ts';
import { makeSample, SAMPLE_CSV, SAMPLE_FOLDER } from './sample/make.ts';

/** Says wherever the data set is named that its truth is no opinion of people. */
export const SAMPLE_NAME = 'sample (SSIM, not rated by people)';

const lineSchema = z.object({
  image: z.string(),
  ssim: z.coerce.number(),
  photograph: z.string(),
  family: z.string(),
  level: z.coerce.number(),
});

/**
 * promptfoo test generator for the sample data set, which it makes if it is not there yet: distorted
 * photographs with their structural similarity (SSIM) to the pristine ones as ground truth.
 */
export default async function sampleDataset(): Promise<DatasetRow[]> {
  await makeSample();
  const lines = parse(readFileSync(join(SAMPLE_FOLDER, SAMPLE_CSV)), { columns: true });
  return z
    .array(lineSchema)
    .parse(lines)
    .map(({ image, ssim, photograph, family, level }) =>
      datasetRow(SAMPLE_NAME, {
        path: resolve(SAMPLE_FOLDER, image),
        mos: ssim,
        group: photograph,
        metadata: {
          truth: 'SSIM against the pristine photograph; no human rated these',
          family,
          level,
        },
      }),
    );
}
