import type { AssertionValueFunctionContext, GradingResult } from 'promptfoo';
import { parseConfig, parseData } from '../src/common/config-error.ts';
import { graded, inDataset, requireCoverage } from '../src/gate/graded.ts';
import { judgePreferences, publishedPreferences } from '../src/gate/judge-preferences.ts';
import { pairAgreementConfigSchema } from '../src/gate/preference-config.ts';
import { preferenceSample } from '../src/gate/preference-sample.ts';
import { CORRELATION_KEY } from '../src/harness/row-keys.ts';
import { providerName } from '../src/harness/suite.ts';
import { type PreferenceAnswer, preferenceAnswerSchema } from '../src/rows/preference-row.ts';

export { pairAgreementConfigSchema } from '../src/gate/preference-config.ts';

type Context = Pick<AssertionValueFunctionContext, 'config' | 'metadata'> & {
  provider?: AssertionValueFunctionContext['provider'];
  test?: Pick<AssertionValueFunctionContext['test'], 'metadata'>;
};

/**
 * promptfoo assertion on preference rows: how well a judge's answers about pairs agree with people's, over one data
 * set, published as metrics (with the data set's name when the run has several), and the gates `min` and `baseline`. A
 * gate that has nothing to judge fails.
 *
 * @example
 * type: javascript
 * value: package:promptfoo-iqa:pairAgreement
 * config: { metric: ACCURACY, min: 0.7 }
 */
export default function pairAgreement(_output: unknown, context: Context): GradingResult {
  return graded('pair-agreement', context.config, () => {
    const config = parseConfig(
      pairAgreementConfigSchema,
      context.config ?? {},
      'assertion pair-agreement: config',
    );
    const answer = readAnswer(context);
    requireCoverage(answer, config.minCoverage, 'pairs have no answer');
    const provider = context.provider && providerName(context.provider);
    const judgement = judgePreferences(answer, config, provider);
    // Further repetitions ask about the same pairs again; promptfoo would add their metrics up.
    const publish = config.publish && answer.repeatIndex === 0;
    const suffix = answer.several ? ` ${answer.dataset}` : '';
    return {
      ...judgement,
      sentence: inDataset(answer, judgement.sentence),
      namedScores: publish
        ? publishedPreferences(preferenceSample(answer), config.bound, suffix)
        : undefined,
    };
  });
}

function readAnswer({ metadata, test }: Context): PreferenceAnswer {
  if (!metadata?.preferences) {
    throw new Error(
      test?.metadata?.[CORRELATION_KEY]
        ? "pair-agreement: this column's provider is not the one of promptfoo-iqa, so it has said nothing of pairs; leave it out with --filter-providers"
        : 'pair-agreement was given a row of one pair or image. It belongs in defaultTest.assert of the configuration file itself, with file://reports/extension.ts:beforeAll under extensions, which moves it to a row of its own',
    );
  }
  return parseData(
    preferenceAnswerSchema,
    metadata.preferences,
    'assertion pair-agreement: the answer is none of the provider promptfoo-iqa',
  );
}
