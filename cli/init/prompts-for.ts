import { parseConfig } from '../../src/common/config-error.ts';
import { capabilitiesOf } from '../../src/judges/capabilities.ts';
import { createJudge } from '../../src/judges/index.ts';
import { providerConfigSchema } from '../../src/method/config.ts';
import { isSampled } from '../../src/method/needs-probabilities.ts';
import { sharedPixelPool } from '../../src/method/pixel-pool.ts';

/** Judges whose answers are always sampled. */
const SAMPLED = /^(anthropic|promptfoo):/;

/** A question whose answers tokens would tell, where there are token probabilities. */
const IN_WORDS = {
  choices: [
    { label: 'good', value: 1 },
    { label: 'poor', value: 0 },
  ],
};

/**
 * Whether a judge's answers are drawn, because it gives no token probabilities or is told to draw them.
 *
 * @param config further keys of the provider configuration: an endpoint may give other things than the model's vendor
 * @throws ConfigError a broken configuration
 */
function isDrawn(judge: string, config: Record<string, unknown>): boolean {
  if (Object.keys(config).length === 0) {
    return SAMPLED.test(judge) || capabilitiesOf(judge).logprobs === false;
  }
  const parsed = parseConfig(providerConfigSchema, { ...config, judge }, 'options');
  if (parsed.judgeOptions.probabilities !== 'auto') {
    return parsed.judgeOptions.probabilities === 'samples';
  }
  // One sample a question is drawn too, and cannot be told from one request for token probabilities.
  const several = { ...parsed, judgeOptions: { ...parsed.judgeOptions, samples: 2 } };
  return isSampled(createJudge(several, sharedPixelPool), IN_WORDS);
}

/** The prompt that compares two images: in three words, or at five levels where answers are sampled. */
export const pairPromptFor = (judge: string, config: Record<string, unknown> = {}): string =>
  isDrawn(judge, config) ? 'pair-five' : 'pair';

/**
 * A single-image prompt and a debiased one for a judge: two words, or five levels where answers are sampled. Throws as
 * a broken configuration does.
 */
export function promptsFor(
  judge: string,
  config: Record<string, unknown> = {},
): readonly [string, string] {
  return isDrawn(judge, config) ? ['five-level', 'qdebias-five'] : ['two-level', 'qdebias'];
}
