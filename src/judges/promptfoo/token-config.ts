import { ConfigError } from '../../common/config-error.ts';
import { capabilitiesOf } from '../capabilities.ts';
import type { JudgeOptions } from '../judge-options.ts';

type Fields = Record<string, unknown>;

/** Providers that pass token probabilities on, and what their configuration needs for it. */
const PASSING: readonly { id: RegExp; passthrough: (count: number) => Fields }[] = [
  {
    id: /^openai:responses:/,
    passthrough: (count) => ({
      include: ['message.output_text.logprobs'],
      top_logprobs: count,
    }),
  },
  {
    // They pass on the choices where there are several, and without them the chosen tokens' numbers alone.
    id: /^(openai:chat:|openai:[^:]+$|togetherai:)/,
    passthrough: (count) => ({ logprobs: true, top_logprobs: count, n: 2 }),
  },
];

/** Code of one's own may pass on what it wants. */
const OWN = /^(file:\/\/|exec:|python:|golang:|ruby:)/;

/**
 * What a provider's configuration needs beside, for its answers to hold token probabilities.
 *
 * @returns nothing for providers of one's own, whose `raw` is the vendor's answer
 * @throws ConfigError the provider is not known to pass any on, or the model gives none
 */
export function tokenConfig(
  providerId: string,
  { capabilities, topLogprobs }: JudgeOptions,
): { passthrough?: Fields } {
  const found = PASSING.find(({ id }) => id.test(providerId));
  const gives = capabilities.logprobs ?? capabilitiesOf(providerId).logprobs;
  const isPassing = found !== undefined || OWN.test(providerId) || capabilities.logprobs === true;
  if (gives === false || !isPassing) {
    throw new ConfigError(
      `judge: "promptfoo:${providerId}": ${gives === false ? 'the model gives no token probabilities' : "promptfoo's provider hands out no token probabilities"}; set judgeOptions.probabilities to samples or auto, or ask openai:<model>`,
    );
  }
  return found ? { passthrough: found.passthrough(topLogprobs) } : {};
}
