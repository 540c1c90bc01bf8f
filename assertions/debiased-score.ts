import type { AssertionValueFunctionContext, GradingResult } from 'promptfoo';
import { z } from 'zod';
import { parseConfig, parseData } from '../src/common/config-error.ts';
import { oneLine } from '../src/common/one-line.ts';
import { withoutSecrets } from '../src/common/without-secrets.ts';
import { failure } from '../src/gate/failure.ts';
import { isPassable, NOTHING_PASSES } from '../src/gate/passable.ts';
import { outputValue } from '../src/harness/result-parts.ts';
import { describeOrigin } from '../src/method/answer-origin.ts';
import { describeScore } from '../src/method/describe-score.ts';
import { dimensionScores } from '../src/method/dimension-scores.ts';
import { rowPairs } from '../src/method/pair-result.ts';
import { partScores } from '../src/method/part-scores.ts';
import {
  type RowOutput,
  rowOutputSchema,
  type Weights,
  weightsSchema,
} from '../src/method/row-output.ts';
import { scoreConditions } from '../src/method/score-conditions.ts';

export const debiasedScoreConfigSchema = z
  .strictObject({
    weights: weightsSchema
      .optional()
      .describe('How conditions are weighted. Default: as the provider did, softmax in the paper.'),
    min: z.number().min(0).max(1).optional().describe('Lowest score that passes.'),
    max: z.number().min(0).max(1).optional().describe('Highest score that passes.'),
  })
  .refine(isPassable, NOTHING_PASSES);

/** Characters of a foreign answer that a message shows. */
const SHOWN = 60;

/**
 * promptfoo assertion on image rows: recomputes the debiased score from the row's conditions, so
 * that another aggregation costs no new calls. Publishes the metric `score`.
 *
 * @example
 * type: javascript
 * value: package:promptfoo-iqa:debiasedScore
 * config: { weights: uniform, min: 0.5 }
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
    const value = outputValue(output);
    refuseForeign(value);
    const row = parseData(
      rowOutputSchema,
      value,
      'assertion debiased-score: the answer is none of the provider promptfoo-iqa',
    );
    const { score, weights, scheme } = scoreConditions(row.conditions, config.weights);
    if (row.method === 'prior') return { pass: true, score: 1, reason: describePrior(row) };
    const bounds = checkBounds(score, config);
    const how = describeScore('score', row, { score, weights, scheme });
    return {
      pass: bounds === undefined,
      score,
      reason: bounds ? `${bounds}: ${how}` : how,
      namedScores: {
        score,
        ...scoresOfParts(row, config.weights),
        ...positionBias(row),
        ...dimensionScores(row.conditions, config.weights),
      },
    };
  } catch (error) {
    return failure(error);
  }
}

/** Another provider's answer is nothing like a score with its conditions. */
function refuseForeign(value: unknown): void {
  if (typeof value === 'object' && value !== null && ('conditions' in value || 'score' in value)) {
    return;
  }
  const text = oneLine(
    withoutSecrets(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')),
  );
  throw new Error(
    `assertion debiased-score: this row's answer is none of promptfoo-iqa's provider (it begins "${text.slice(0, SHOWN)}"), so it has no conditions to make a score of; to rate pictures that another provider makes, use the assertion image-quality`,
  );
}

/** What each wording and view would give by itself. */
const scoresOfParts = ({ conditions }: RowOutput, weights: Weights | undefined) =>
  Object.fromEntries(
    partScores(conditions, weights).map((part) => [`score ${part.name}`, part.score]),
  );

/** How much more often than chance the image that stood first was preferred, where images were compared. */
function positionBias({ conditions }: RowOutput): Record<string, number> {
  const compared = rowPairs(conditions);
  return compared ? { 'position bias': compared.positionBias } : {};
}

/** The copies' ratings are no quality of the image, so they are neither published nor held to bounds. */
function describePrior(row: RowOutput): string {
  const rated = row.conditions.flatMap(({ quality }) => (quality === null ? [] : [quality]));
  const mean = rated.reduce((sum, quality) => sum + quality, 0) / rated.length;
  return `${rated.length} degraded copies rated by themselves: ${mean.toFixed(3)} on average (${describeOrigin(row)}); the report ranks them as priors`;
}

function checkBounds(
  score: number,
  { min, max }: z.output<typeof debiasedScoreConfigSchema>,
): string | undefined {
  if (min !== undefined && score < min) return `score ${score.toFixed(3)} is below min ${min}`;
  if (max !== undefined && score > max) return `score ${score.toFixed(3)} is above max ${max}`;
  return undefined;
}
