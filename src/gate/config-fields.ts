import { z } from 'zod';
import { DEFAULT_CONFIDENCE } from '../statistics/index.ts';

/** @param value what is held against `min` where `confidence` is left out */
export const confidenceField = (value: string) =>
  z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe(
      `Two-sided confidence of the intervals, ${DEFAULT_CONFIDENCE} by default. Given, the lower end of the interval must reach \`min\`; left out, ${value}.`,
    );

export const publishField = z
  .boolean()
  .default(true)
  .describe('Set by the extension: one assertion of a row publishes the metrics.');

/** A margin above it would let nearly any model pass. */
const LARGEST_MARGIN = 0.5;

const plainPath = z
  .string()
  .min(1)
  .refine((file) => !file.startsWith('file:'), {
    error: 'a plain path, relative to the working directory, as `-o` takes it',
  });

const baselineSchema = z
  .strictObject({
    file: plainPath
      .optional()
      .describe(
        'What an earlier evaluation wrote with `-o baseline.json`. Beside `lastGreen` it counts as long as no run there has passed.',
      ),
    lastGreen: plainPath
      .optional()
      .describe(
        'Folder in which evaluations are kept (`-o runs/<date>.json`), with its subfolders, or a pattern such as `runs/*.json`: the newest of them in which every row and every gate passed.',
      ),
    column: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Which of its columns: the label of its provider, or `provider, prompt`. Needed unless one column has the prompt, or prompt and provider, of this one.',
      ),
  })
  .refine(({ file, lastGreen }) => file !== undefined || lastGreen !== undefined, {
    path: ['file'],
    error: 'a baseline needs file, lastGreen or both',
  });

export type BaselineConfig = z.output<typeof baselineSchema>;

export const baselineField = baselineSchema
  .optional()
  .describe('An earlier run that this one must not fall behind.');

export const marginField = z
  .number()
  .min(0)
  .max(LARGEST_MARGIN)
  .optional()
  .describe('How far below the baseline the interval of (new - baseline) may reach. Default: 0.');

/** For `refine`, with what it says otherwise. */
export const hasBaselineForMargin = ({
  margin,
  baseline,
}: {
  margin?: number | undefined;
  baseline?: BaselineConfig | undefined;
}): boolean => margin === undefined || baseline !== undefined;

export const MARGIN_ALONE = { path: ['margin'], error: 'a margin needs a baseline' };
