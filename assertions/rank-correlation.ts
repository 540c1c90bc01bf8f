import type { AssertionValueFunctionContext, GradingResult } from 'promptfoo';
import { z } from 'zod';
import { parseConfig } from '../providers/config-error.ts';
import { correlationAnswerSchema } from '../providers/correlation-row.ts';
import { weightsSchema } from '../providers/row-output.ts';
import { type Correlation, correlate } from './correlate.ts';
import { failure } from './failure.ts';

export const rankCorrelationConfigSchema = z.strictObject({
  metric: z.enum(['SRCC', 'KRCC', 'PLCC']).default('SRCC').describe('What `min` is held against.'),
  min: z.number().min(-1).max(1).optional().describe('Lowest correlation that passes.'),
  weights: weightsSchema
    .optional()
    .describe('How conditions are weighted; the same as in debiased-score.'),
  publish: z
    .boolean()
    .default(true)
    .describe('Set by the extension: one assertion of a row publishes the metrics.'),
});

const NO_CORRELATION_OF_PRIORS =
  'no correlation, because this prompt file rates the degraded copies and not the images';

/**
 * promptfoo assertion on correlation rows: SRCC, KRCC (tau-b) and raw PLCC between scores and MOS
 * over one data set, published as metrics (with the data set's name when the run has several), and
 * the gate `{metric, min}`.
 */
export default function rankCorrelation(
  _output: unknown,
  context: Pick<AssertionValueFunctionContext, 'config' | 'metadata'>,
): GradingResult {
  try {
    const config = parseConfig(
      rankCorrelationConfigSchema,
      context.config ?? {},
      'assertion rank-correlation: config',
    );
    const answer = readAnswer(context.metadata);
    if (answer.method === 'prior') {
      return { pass: true, score: 1, reason: `${answer.dataset}: ${NO_CORRELATION_OF_PRIORS}` };
    }
    const correlation = correlate(answer.rows, config.weights);
    const value = correlation[config.metric];
    const passed = config.min === undefined || value >= config.min;
    const comparison =
      config.min === undefined ? '' : `, ${passed ? 'at least' : 'below'} min ${config.min}`;
    const suffix = answer.several ? ` ${answer.dataset}` : '';
    // Further repetitions ask the same images again; promptfoo would add their correlations up.
    const publish = config.publish && answer.repeatIndex === 0;
    return {
      pass: passed,
      score: Math.max(0, value),
      reason: `${answer.dataset}: ${config.metric} ${value.toFixed(3)}${comparison} (${describe(correlation)})`,
      ...(publish && {
        namedScores: {
          [`SRCC${suffix}`]: correlation.SRCC,
          [`KRCC${suffix}`]: correlation.KRCC,
          [`PLCC${suffix}`]: correlation.PLCC,
        },
      }),
    };
  } catch (error) {
    return failure(error);
  }
}

function readAnswer(metadata: AssertionValueFunctionContext['metadata']) {
  if (!metadata?.correlation) {
    throw new Error(
      'rank-correlation was given an image row. It belongs in defaultTest.assert of the configuration file itself, with extensions: [file://reports/extension.ts:hook], which moves it to a row of its own',
    );
  }
  return parseConfig(
    correlationAnswerSchema,
    metadata.correlation,
    'assertion rank-correlation: the answer is none of the provider promptfoo-iqa',
  );
}

const describe = ({ SRCC, KRCC, PLCC, n }: Correlation): string =>
  `SRCC ${SRCC.toFixed(3)}, KRCC ${KRCC.toFixed(3)}, PLCC raw ${PLCC.toFixed(3)}, n ${n}`;
