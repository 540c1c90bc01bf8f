import { z } from 'zod';
import { weightsSchema } from '../../providers/row-output.ts';
import { DEFAULT_CONFIDENCE, METRICS } from '../statistics/index.ts';

/** Fewer images say little about a correlation: at 20 its 95 % interval is about 0.4 wide where it is 0.8. */
export const DEFAULT_MIN_IMAGES = 20;

/** A margin above it would let nearly any model pass. */
const LARGEST_MARGIN = 0.5;

const baselineSchema = z.strictObject({
  file: z
    .string()
    .min(1)
    .refine((file) => !file.startsWith('file:'), {
      error: 'a plain path, relative to the working directory, as `-o` takes it',
    })
    .describe('What an earlier evaluation wrote with `-o baseline.json`.'),
  column: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Which of its columns: the label of its provider, or `provider, prompt`. Needed unless one column has the prompt of this one.',
    ),
});

export const rankCorrelationConfigSchema = z
  .strictObject({
    metric: z
      .enum(METRICS)
      .default('SRCC')
      .describe('What the gates look at; KRCC is tau-b, PLCC raw.'),
    min: z.number().min(-1).max(1).optional().describe('Lowest correlation that passes.'),
    minImages: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe(
        `Fewest different images that \`min\` is judged on, or fewest groups where the images have groups; with fewer it fails. Default: ${DEFAULT_MIN_IMAGES}.`,
      ),
    confidence: z
      .number()
      .gt(0)
      .lt(1)
      .optional()
      .describe(
        `Two-sided confidence of the intervals, ${DEFAULT_CONFIDENCE} by default. Given, the lower end of the interval must reach \`min\`; left out, the correlation itself.`,
      ),
    baseline: baselineSchema
      .optional()
      .describe('An earlier run that this one must not fall behind.'),
    margin: z
      .number()
      .min(0)
      .max(LARGEST_MARGIN)
      .optional()
      .describe(
        'How far below the baseline the interval of (new - baseline) may reach. Default: 0.',
      ),
    minCoverage: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe(
        'Share of the rows that must have a score. Below it the correlation row is an error; above it, the rows without a score are named. A baseline is compared only where both runs have scored as much of their rows in common.',
      ),
    datasets: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe(
        'Data sets that `min` and `baseline` are for; one that the run lacks fails. Default: all of the run.',
      ),
    weights: weightsSchema
      .optional()
      .describe('How conditions are weighted; the same as in debiased-score.'),
    publish: z
      .boolean()
      .default(true)
      .describe('Set by the extension: one assertion of a row publishes the metrics.'),
  })
  .refine(({ margin, baseline }) => margin === undefined || baseline !== undefined, {
    path: ['margin'],
    error: 'a margin needs a baseline',
  })
  .refine(({ minImages, min }) => minImages === undefined || min !== undefined, {
    path: ['minImages'],
    error: 'minImages needs a min',
  });

export type GateConfig = z.output<typeof rankCorrelationConfigSchema>;
