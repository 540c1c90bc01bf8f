import { z } from 'zod';
import { weightsSchema } from '../method/row-output.ts';
import {
  baselineField,
  confidenceField,
  hasBaselineForMargin,
  MARGIN_ALONE,
  marginField,
  publishField,
} from './config-fields.ts';
import { GATE_METRICS } from './gate-metric.ts';

/** Fewer images say little about a correlation: at 20 its 95 % interval is about 0.4 wide where it is 0.8. */
export const DEFAULT_MIN_IMAGES = 20;

export const rankCorrelationConfigSchema = z
  .strictObject({
    metric: z
      .enum(GATE_METRICS)
      .default('SRCC')
      .describe(
        "What the gates look at: a correlation (KRCC is tau-b, PLCC raw); PAIRS, the share of image pairs in people's order; KAPPA, quadratic-weighted, at the prompt's levels; ALPHA, Krippendorff's, or ICC, ICC(2,1), of mapped scores with MOS.",
      ),
    min: z.number().min(-1).max(1).optional().describe('Lowest value of the metric that passes.'),
    minImages: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe(
        `Fewest different images that \`min\` is judged on, or fewest groups where the images have groups; with fewer it fails. Default: ${DEFAULT_MIN_IMAGES}.`,
      ),
    confidence: confidenceField('the correlation itself'),
    baseline: baselineField,
    margin: marginField,
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
    publish: publishField,
  })
  .refine(hasBaselineForMargin, MARGIN_ALONE)
  .refine(({ minImages, min }) => minImages === undefined || min !== undefined, {
    path: ['minImages'],
    error: 'minImages needs a min',
  });

export type GateConfig = z.output<typeof rankCorrelationConfigSchema>;
