import type { Assertion, AssertionValueFunctionContext, GradingResult } from 'promptfoo';
import { parseConfig, parseData } from '../providers/config-error.ts';
import { type CorrelationAnswer, correlationAnswerSchema } from '../providers/correlation-row.ts';
import { isBelowCoverage } from './coverage.ts';
import { failure } from './failure.ts';
import { rankCorrelationConfigSchema } from './gate/gate-config.ts';
import { judgeCorrelation } from './gate/judge.ts';
import { sampleOf } from './gate/sample.ts';
import { krcc, plcc, srcc } from './statistics/index.ts';

export { rankCorrelationConfigSchema } from './gate/gate-config.ts';

const NO_CORRELATION_OF_PRIORS =
  'no correlation, because this prompt file rates the degraded copies and not the images';

/**
 * promptfoo assertion on correlation rows: SRCC, KRCC (tau-b) and raw PLCC between scores and MOS
 * over one data set, published as metrics (with the data set's name when the run has several), and
 * the gates `min` and `baseline`.
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
    checkCoverage(answer, config.minCoverage);
    const { pass, estimate, reason } = judgeCorrelation(answer, config);
    const sentence = answer.several ? `${answer.dataset}: ${reason}` : reason;
    // Further repetitions ask the same images again; promptfoo would add their correlations up.
    const publish = config.publish && answer.repeatIndex === 0;
    return {
      pass,
      score: Math.max(0, estimate),
      reason: sentence,
      ...(publish && { namedScores: metricsOf(answer, config.weights) }),
      ...(!pass && { assertion: namedInJunit(sentence) }),
    };
  } catch (error) {
    const failed = failure(error);
    return { ...failed, assertion: namedInJunit(failed.reason) };
  }
}

/**
 * promptfoo writes no reasons into `-o x.junit.xml`, only the types of the assertions that failed; so
 * the reason goes there as well.
 */
const namedInJunit = (reason: string): Assertion => ({
  type: `rank-correlation: ${reason}` as Assertion['type'],
});

function readAnswer(metadata: AssertionValueFunctionContext['metadata']): CorrelationAnswer {
  if (!metadata?.correlation) {
    throw new Error(
      'rank-correlation was given an image row. It belongs in defaultTest.assert of the configuration file itself, with extensions: [file://reports/extension.ts:hook], which moves it to a row of its own',
    );
  }
  return parseData(
    correlationAnswerSchema,
    metadata.correlation,
    'assertion rank-correlation: the answer is none of the provider promptfoo-iqa',
  );
}

/** The row allows what the most lenient of its assertions allows. */
function checkCoverage({ rows, missing }: CorrelationAnswer, minCoverage: number): void {
  const all = rows.length + missing.length;
  if (isBelowCoverage(rows.length, all, minCoverage)) {
    throw new Error(
      `${missing.length} of ${all} images have no score, more than minCoverage ${minCoverage} allows`,
    );
  }
}

function metricsOf(
  { rows, several, dataset }: CorrelationAnswer,
  weights: Parameters<typeof sampleOf>[1],
): Record<string, number> {
  const { scores, ranked, mos } = sampleOf(rows, weights);
  const suffix = several ? ` ${dataset}` : '';
  return {
    [`SRCC${suffix}`]: srcc(ranked, mos),
    [`KRCC${suffix}`]: krcc(ranked, mos),
    [`PLCC${suffix}`]: plcc(scores, mos),
  };
}
