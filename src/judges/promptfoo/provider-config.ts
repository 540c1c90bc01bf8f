import { capabilitiesOf } from '../capabilities.ts';
import type { JudgeOptions } from '../judge-options.ts';
import type { MessageFormat } from './message-format.ts';
import { tokenConfig } from './token-config.ts';

/** All of promptfoo's own, but those that hand their whole configuration on to the vendor, and code of one's own. */
const showsThoughts = (providerId: string): boolean =>
  !/^(file:\/\/|https?:|wss?:|websocket|webhook|exec:|python:|golang:|ruby:|package:|huggingface:|replicate:)/.test(
    providerId,
  );

/**
 * The provider's own configuration. promptfoo's providers sample at temperature 0 by default, where all
 * samples are one; they take 1 unless the model takes none.
 */
export function providerConfig(
  providerId: string,
  format: MessageFormat,
  options: JudgeOptions,
): Record<string, unknown> {
  const { temperature } = { ...capabilitiesOf(providerId), ...options.capabilities };
  const length = options.maxTokens;
  // Nova's provider reads both from there and nowhere else.
  const ofNova = {
    ...(temperature !== false && { temperature: 1 }),
    ...(length !== undefined && { max_new_tokens: length }),
  };
  return {
    ...(temperature !== false && { temperature: 1 }),
    ...(length !== undefined && { max_tokens: length }),
    ...(format === 'nova' && { interfaceConfig: ofNova }),
    ...(options.effort !== undefined && { reasoning_effort: options.effort }),
    ...(options.baseUrl !== undefined && { apiBaseUrl: options.baseUrl }),
    ...(options.apiKeyEnv !== undefined && { apiKeyEnvar: options.apiKeyEnv }),
    // They write a model's thoughts before its answer, or in the place of one, as if it had said them.
    ...(showsThoughts(providerId) && { showThinking: false }),
    ...options.request,
  };
}

/**
 * The same configuration, with what makes the provider ask for token probabilities. What the user says of
 * `passthrough` holds beside what is needed there.
 *
 * @throws ConfigError the provider passes none on
 */
export function withTokens(
  config: Record<string, unknown>,
  providerId: string,
  options: JudgeOptions,
): Record<string, unknown> {
  const { passthrough } = tokenConfig(providerId, options);
  const own = config.passthrough;
  const isFields = typeof own === 'object' && own !== null;
  return passthrough
    ? { ...config, passthrough: { ...passthrough, ...(isFields && own) } }
    : config;
}
