import { z } from 'zod';
import { directionField } from './direction.ts';
import { excludeField } from './exclude.ts';
import { isEncoding } from './files/decode-text.ts';
import { delimiterNames } from './files/delimiter.ts';
import { allowOutsideRootField } from './outside-links.ts';
import { subsetFields } from './subset.ts';
import { tagsField } from './tags.ts';

const path = z
  .string()
  .min(1)
  .refine((text) => !text.startsWith('file://'), { error: 'write the path without file://' });

const column = z.union([z.string().min(1), z.int().positive()]);

/** Configuration of a list of images whose columns the user names. */
export const listedFields = {
  file: z
    .union([path, z.array(path).min(1)])
    .describe(
      'The file that lists the images, relative to the working directory, or several that are one data set.',
    ),
  root: path
    .optional()
    .describe(
      "Folder of the images, relative to the working directory. Default: the list's folder.",
    ),
  image: column.describe(
    'Column with the path of the image, relative to `root`, or its http(s) address where the provider has `allowRemoteImages`.',
  ),
  mos: column.describe('Column with the mean opinion score.'),
  direction: directionField,
  scale: z
    .tuple([z.number(), z.number()])
    .refine(([worst, best]) => worst < best, { error: 'the least score comes first' })
    .optional()
    .describe(
      'Ends of the scale of the scores as the file has them, such as `[1, 5]`: where the levels of a prompt lie on it. Default: the least and the greatest score.',
    ),
  sd: column
    .optional()
    .describe(
      "Column with the standard deviation of each image's ratings, on the scale of `mos` (n - 1).",
    ),
  raters: column.optional().describe('Column with the number of people who rated the image.'),
  ratersEach: z
    .int()
    .positive()
    .optional()
    .describe('The number of people who rated each image, where no column has it.'),
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
  encoding: z
    .string()
    .refine(isEncoding, { error: 'no such encoding; known are utf-8, gbk, big5, shift_jis, …' })
    .optional()
    .describe(
      'How the text of the file is encoded, such as `gbk`. Default: UTF-8 or UTF-16, else Windows-1252.',
    ),
  tags: tagsField,
  exclude: excludeField,
  ...subsetFields,
  allowOutsideRoot: allowOutsideRootField,
};

/** Configuration of a list that is a table, beside `listedFields`. */
export const tableFields = {
  header: z
    .boolean()
    .default(true)
    .describe(
      'Whether the first row names the columns. Without a header, columns are named by their numbers from 1: `image: 2`.',
    ),
  delimiter: z
    .enum(delimiterNames)
    .optional()
    .describe('What separates the cells of a text. Default: found.'),
  decimal: z
    .enum(['comma', 'point'])
    .optional()
    .describe(
      'How numbers are written. Default: `point`; in lists separated by semicolons, `comma` for columns in which no number has a point.',
    ),
  sheet: z
    .string()
    .min(1)
    .optional()
    .describe('Sheet of a workbook. Default: the first that has the columns.'),
};

/** Configuration of a list that is a JSON file, beside `listedFields`. */
export const jsonFields = {
  path: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Keys that lead to the images, where they are not the whole file: `data.images`. Default: the only array there is.',
    ),
};

const listedSchema = z.strictObject(listedFields);
export type ListedConfig = z.output<typeof listedSchema>;
