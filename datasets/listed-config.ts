import { z } from 'zod';
import { subsetFields } from './subset.ts';

const path = z
  .string()
  .min(1)
  .refine((text) => !text.startsWith('file://'), { error: 'write the path without file://' });

const column = z.string().min(1);

/** Configuration of a list of images whose columns the user names. */
export const listedFields = {
  file: path.describe('The file that lists the images, relative to the working directory.'),
  root: path
    .optional()
    .describe(
      "Folder of the images, relative to the working directory. Default: the list's folder.",
    ),
  image: column.describe(
    'Column with the path of the image, relative to `root`, or its http(s) address where the provider has `allowRemoteImages`.',
  ),
  mos: column.describe('Column with the mean opinion score, higher is better.'),
  group: column
    .optional()
    .describe(
      'Column that tells which images belong together, such as versions of one photograph.',
    ),
  splitColumn: column
    .optional()
    .describe('Column that tells the split of an image, such as `set`.'),
  split: z
    .string()
    .min(1)
    .optional()
    .describe('Take only the images with this value in `splitColumn`, such as `test`.'),
  dataset: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Name of the data set. Default: the list's folder and name, `my-images/scores` for `my-images/scores.csv`, and the split.",
    ),
  ...subsetFields,
  allowOutsideRoot: z
    .boolean()
    .default(false)
    .describe('Whether image paths may lead out of `root`.'),
};

const listedSchema = z.strictObject(listedFields);
export type ListedConfig = z.output<typeof listedSchema>;
