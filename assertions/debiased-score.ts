import type { AssertionValueFunctionContext, GradingResult } from 'promptfoo';
import { z } from 'zod';
import { describeOrigin } from '../providers/answer-origin.ts';
import { parseConfig, parseData } from '../providers/config-error.ts';
import { type RowOutput, rowOutputSchema, weightsSchema } from '../providers/row-output.ts';
import { failure } from './failure.ts';
import { scoreConditions } from './score-conditions.ts';

export const debiasedScoreConfigSchema = z.strictObject({
  weights: weightsSchema
    .optional()
    .describe('How conditions are weighted. Default: as the provider did, softmax in the paper.'),
  min: z.number().min(0).max(1).optional().describe('Lowest score that passes.'),
  max: z.number().min(0).max(1).optional().describe('Highest score that passes.'),
});

/**
 * promptfoo assertion on image rows: recomputes the debiased score from the row's conditions, so
 * that another aggregation costs no new calls. Publishes the metric `score`.
 */
export default function debiasedScore(
  output: unknown,
  context: Pick<AssertionValueFunctionContext, 'config'>,
): GradingResult {
  try {
    const config = parseConfig(
      debiasedScoreConfigSchema,
      context.config ?? {},
      'assertion debiased-score: config',
    );
    const row = parseData(
      rowOutputSchema,
      typeof output === 'string' ? JSON.parse(output) : output,
      'assertion debiased-score: the answer is none of the provider promptfoo-iqa',
    );
    const { score, weights, scheme } = scoreConditions(row.conditions, config.weights);
    if (row.method === 'prior') return { pass: true, score: 1, reason: describePrior(row) };
    const bounds = checkBounds(score, config);
    const how = describeScore(row, score, weights, scheme);
    return {
      pass: bounds === undefined,
      score,
      reason: bounds ? `${bounds}: ${how}` : how,
      namedScores: { score },
    };
  } catch (error) {
    return failure(error);
  }
}

/** The copies' ratings are no quality of the image, so they are neither published nor held to bounds. */
function describePrior(row: RowOutput): string {
  const rated = row.conditions.flatMap(({ quality }) => (quality === null ? [] : [quality]));
  const mean = rated.reduce((sum, quality) => sum + quality, 0) / rated.length;
  return `${rated.length} degraded copies rated by themselves: ${mean.toFixed(3)} on average (${describeOrigin(row)}); the report ranks them as priors`;
}

function checkBounds(
  score: number,
  { min, max }: { min?: number; max?: number },
): string | undefined {
  if (min !== undefined && score < min) return `score ${score.toFixed(3)} is below min ${min}`;
  if (max !== undefined && score > max) return `score ${score.toFixed(3)} is above max ${max}`;
  return undefined;
}

function describeScore(row: RowOutput, score: number, weights: number[], scheme: string): string {
  const origin = describeOrigin(row);
  if (row.method === 'single-image') {
    const error = plusMinus(row.conditions[0]?.standardError);
    return `score ${score.toFixed(3)}${error} from one image (${origin})`;
  }
  const parts = row.conditions.map(
    ({ degradation, severity, quality, standardError, skipped }, index) =>
      quality === null
        ? `${degradation} ${severity} left out (${skipped})`
        : `${degradation} ${severity}: ${quality.toFixed(3)}${plusMinus(standardError)} x ${(weights[index] as number).toFixed(3)}`,
  );
  return `score ${score.toFixed(3)}, ${scheme} weights (${origin}): ${parts.join(', ')}`;
}

/** A standard error, where there is one. */
const plusMinus = (standardError: number | undefined): string =>
  standardError === undefined ? '' : ` ± ${standardError.toFixed(3)}`;
