import { z } from 'zod';
import { LOG_BOUND, PREFERENCE_METRICS } from '../statistics/index.ts';
import {
  baselineField,
  confidenceField,
  hasBaselineForMargin,
  MARGIN_ALONE,
  marginField,
  publishField,
} from './config-fields.ts';

/** Fewer independent sets of pairs say little. */
const DEFAULT_MIN_UNITS = 20;

/**
 * Configuration of the assertion `pair-agreement`.
 *
 * @example
 * pairAgreementConfigSchema.safeParse({ metric: 'KAPPA', min: 0.4 }).success; // true
 */
export const pairAgreementConfigSchema = z
  .strictObject({
    metric: z
      .enum(PREFERENCE_METRICS)
      .default('ACCURACY')
      .describe(
        "What the gate looks at. ACCURACY: share of pairs on which the judge prefers what most people prefer; it counts half where it prefers neither, and pairs on which people are evenly divided are left out. WEIGHTED: the same, weighted by people's agreement, |2 share - 1|. 2AFC: mean share of people who prefer what the judge prefers. KAPPA: Cohen's, over first, tie and second. LOGLIK: mean log-likelihood of people's shares, in nats.",
      ),
    min: z.number().min(-10).max(1).optional().describe('Lowest value of the metric that passes.'),
    confidence: confidenceField('the metric itself'),
    baseline: baselineField,
    margin: marginField,
    minUnits: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe(
        `Fewest independent sets of pairs that \`min\` is judged on; with fewer it fails. Pairs that share an image or a group belong to one set. Default: ${DEFAULT_MIN_UNITS}.`,
      ),
    bound: z
      .number()
      .gt(0)
      .lt(0.5)
      .default(LOG_BOUND)
      .describe(
        'LOGLIK holds probabilities this far from 0 and 1, and says how many it held: one sure and wrong answer would otherwise cost everything.',
      ),
    minCoverage: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe(
        'Share of the pairs that must have an answer. Below it the row is an error; above it, the pairs without one are named. A baseline is compared only where both runs have answered as much of their pairs in common.',
      ),
    datasets: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe(
        'Data sets of pairs that `min` and `baseline` are for; one that the run lacks fails. Default: all.',
      ),
    publish: publishField,
  })
  .refine(hasBaselineForMargin, MARGIN_ALONE)
  .refine(({ minUnits, min }) => minUnits === undefined || min !== undefined, {
    path: ['minUnits'],
    error: 'minUnits needs a min',
  });

export type PairAgreementConfig = z.output<typeof pairAgreementConfigSchema>;

export const minUnitsOf = ({ minUnits }: Pick<PairAgreementConfig, 'minUnits'>): number =>
  minUnits ?? DEFAULT_MIN_UNITS;
