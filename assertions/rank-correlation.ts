import type { AssertionValueFunctionContext, GradingResult } from 'promptfoo';
import { parseConfig, parseData } from '../src/common/config-error.ts';
import type { Sample } from '../src/gate/correlated-sample.ts';
import { rankCorrelationConfigSchema } from '../src/gate/gate-config.ts';
import { graded, inDataset, type Judged, requireCoverage } from '../src/gate/graded.ts';
import { judgeCorrelation } from '../src/gate/judge-correlation.ts';
import { CORRELATION_KEY } from '../src/harness/row-keys.ts';
import { providerName } from '../src/harness/suite.ts';
import { type CorrelationAnswer, correlationAnswerSchema } from '../src/rows/correlation-row.ts';
import { krcc, plcc, srcc } from '../src/statistics/index.ts';

export { rankCorrelationConfigSchema } from '../src/gate/gate-config.ts';

const NO_CORRELATION_OF_PRIORS =
  'no correlation, because this prompt file rates the degraded copies and not the images';

type Context = Pick<AssertionValueFunctionContext, 'config' | 'metadata'> & {
  provider?: AssertionValueFunctionContext['provider'];
  test?: Pick<AssertionValueFunctionContext['test'], 'metadata'>;
};

/**
 * promptfoo assertion on correlation rows: SRCC, KRCC (tau-b) and raw PLCC between scores and MOS
 * over one data set, published as metrics (with the data set's name when the run has several), and
 * the gates `min` and `baseline`. A gate that has nothing to judge fails.
 *
 * @example
 * type: javascript
 * value: package:promptfoo-iqa:rankCorrelation
 * config: { metric: SRCC, min: 0.7 }
 */
export default function rankCorrelation(_output: unknown, context: Context): GradingResult {
  return graded('rank-correlation', context.config, (isGate) => {
    const config = parseConfig(
      rankCorrelationConfigSchema,
      context.config ?? {},
      'assertion rank-correlation: config',
    );
    const answer = readAnswer(context);
    if (answer.method === 'prior') return ofPriors(answer, isGate);
    requireCoverage(answer, config.minCoverage, 'images have no score');
    const provider = context.provider && providerName(context.provider);
    const judgement = judgeCorrelation(answer, config, provider);
    // Further repetitions ask the same images again; promptfoo would add their correlations up.
    const publish = config.publish && answer.repeatIndex === 0;
    return {
      ...judgement,
      sentence: inDataset(answer, judgement.sentence),
      namedScores: publish ? metricsOf(answer, judgement.sample) : undefined,
    };
  });
}

/** @throws Error a gate has nothing to judge */
function ofPriors({ dataset }: CorrelationAnswer, isGate: boolean): Judged {
  const sentence = `${dataset}: ${NO_CORRELATION_OF_PRIORS}`;
  if (isGate) throw new Error(`${sentence}, so there is nothing to judge`);
  return { pass: true, judged: true, estimate: 1, sentence, remarks: [] };
}

function readAnswer({ metadata, test }: Context): CorrelationAnswer {
  if (!metadata?.correlation) {
    throw new Error(
      test?.metadata?.[CORRELATION_KEY]
        ? "rank-correlation: this column's provider is not the one of promptfoo-iqa, so it has no scores to correlate; leave it out with --filter-providers, give it to the provider as judge: promptfoo:<its id>, or, where it makes pictures, rate them with the assertion image-quality, which needs no rank-correlation"
        : 'rank-correlation was given an image row. It belongs in defaultTest.assert of the configuration file itself, with file://reports/extension.ts:beforeAll under extensions, which moves it to a row of its own',
    );
  }
  return parseData(
    correlationAnswerSchema,
    metadata.correlation,
    'assertion rank-correlation: the answer is none of the provider promptfoo-iqa',
  );
}

function metricsOf(
  { several, dataset }: CorrelationAnswer,
  { scores, ranked, mos }: Sample,
): Record<string, number> {
  const suffix = several ? ` ${dataset}` : '';
  return {
    [`SRCC${suffix}`]: srcc(ranked, mos),
    [`KRCC${suffix}`]: krcc(ranked, mos),
    [`PLCC${suffix}`]: plcc(scores, mos),
  };
}
