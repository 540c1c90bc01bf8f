import type { Assertion, AssertionValueFunctionContext, GradingResult } from 'promptfoo';
import { parseConfig, parseData } from '../providers/config-error.ts';
import {
  CORRELATION_KEY,
  type CorrelationAnswer,
  correlationAnswerSchema,
} from '../providers/correlation-row.ts';
import { isBelowCoverage } from './coverage.ts';
import { failure } from './failure.ts';
import { boundsOf } from './gate/bounds.ts';
import { type GateConfig, rankCorrelationConfigSchema } from './gate/gate-config.ts';
import { GATE_KEY, type GateResult } from './gate/gate-result.ts';
import { judgeCorrelation } from './gate/judge.ts';
import { sampleOf } from './gate/sample.ts';
import { krcc, plcc, srcc } from './statistics/index.ts';

export { rankCorrelationConfigSchema } from './gate/gate-config.ts';

const NO_CORRELATION_OF_PRIORS =
  'no correlation, because this prompt file rates the degraded copies and not the images';

type Context = Pick<AssertionValueFunctionContext, 'config' | 'metadata'> & {
  test?: Pick<AssertionValueFunctionContext['test'], 'metadata'>;
};

/**
 * promptfoo assertion on correlation rows: SRCC, KRCC (tau-b) and raw PLCC between scores and MOS
 * over one data set, published as metrics (with the data set's name when the run has several), and
 * the gates `min` and `baseline`. A gate that has nothing to judge fails.
 */
export default function rankCorrelation(_output: unknown, context: Context): GradingResult {
  const gate = boundsOf(context.config);
  try {
    const config = parseConfig(
      rankCorrelationConfigSchema,
      context.config ?? {},
      'assertion rank-correlation: config',
    );
    const answer = readAnswer(context);
    if (answer.method === 'prior') {
      const sentence = `${answer.dataset}: ${NO_CORRELATION_OF_PRIORS}`;
      if (!gate) return { pass: true, score: 1, reason: sentence };
      throw new Error(`${sentence}, so there is nothing to judge`);
    }
    checkCoverage(answer, config.minCoverage);
    return judged(answer, config, gate !== undefined);
  } catch (error) {
    const { reason, ...failed } = failure(error);
    const sentence = gate ? `${gate.name}: ${reason}` : reason;
    return {
      ...failed,
      reason,
      assertion: namedInJunit(reason),
      ...(gate && gateMetadata({ judged: false, sentence, remarks: [] })),
    };
  }
}

function judged(answer: CorrelationAnswer, config: GateConfig, isGate: boolean): GradingResult {
  const { pass, judged, estimate, remarks, ...judgement } = judgeCorrelation(answer, config);
  const sentence = answer.several ? `${answer.dataset}: ${judgement.sentence}` : judgement.sentence;
  const reason = [sentence, ...remarks].join('. ');
  // Further repetitions ask the same images again; promptfoo would add their correlations up.
  const publish = config.publish && answer.repeatIndex === 0;
  return {
    pass,
    score: Math.max(0, estimate),
    reason,
    ...(publish && { namedScores: metricsOf(answer, config.weights) }),
    ...(!pass && { assertion: namedInJunit(reason) }),
    ...(isGate && gateMetadata({ judged, sentence, remarks })),
  };
}

const gateMetadata = (result: GateResult): Pick<GradingResult, 'metadata'> => ({
  metadata: { [GATE_KEY]: result },
});

/**
 * promptfoo writes no reasons into `-o x.junit.xml`, only the types of the assertions that failed; so
 * the reason goes there as well.
 */
const namedInJunit = (reason: string): Assertion => ({
  type: `rank-correlation: ${reason}` as Assertion['type'],
});

function readAnswer({ metadata, test }: Context): CorrelationAnswer {
  if (!metadata?.correlation) {
    throw new Error(
      test?.metadata?.[CORRELATION_KEY]
        ? "rank-correlation: this column's provider is not the one of promptfoo-iqa, so it has no scores to correlate; leave it out with --filter-providers, or give it to the provider as judge: promptfoo:<its id>"
        : 'rank-correlation was given an image row. It belongs in defaultTest.assert of the configuration file itself, with extensions: [file://reports/extension.ts:hook], which moves it to a row of its own',
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
