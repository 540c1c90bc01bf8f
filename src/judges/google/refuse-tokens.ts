import { ConfigError } from '../../common/config-error.ts';
import type { Capabilities } from '../capabilities.ts';
import type { JudgeOptions } from '../judge-options.ts';
import type { GooglePlatform } from './gemini-model.ts';

/** @throws ConfigError token probabilities are insisted on where the model is known to give none */
export function refuseTokens(
  id: string,
  { probabilities }: JudgeOptions,
  platform: GooglePlatform,
  { logprobs }: Pick<Capabilities, 'logprobs'>,
): void {
  if (probabilities !== 'logprobs' || logprobs !== false) return;
  const where =
    platform === 'vertex'
      ? 'Vertex AI gives token probabilities up to Gemini 3 and not of this model; set'
      : 'AI Studio gives no token probabilities of this model; ask for it on Vertex AI (judgeOptions.vertex), set';
  throw new ConfigError(
    `judge: "${id}": ${where} judgeOptions.probabilities to samples or auto, or judgeOptions.capabilities.logprobs to true where it gives them by now`,
  );
}
