import { ConfigError } from '../config-error.ts';
import type { JudgeOptions } from './judge-options.ts';

const MODEL = 'the model is named in `judge`';
const DISTRIBUTION =
  "answers are drawn from the model's own distribution, of which they estimate the probabilities";
const OWN = 'the judge writes it';

/** Fields of a request that decide what an answer means, and why none of them is the user's. */
export const OWN_FIELDS = {
  openai: {
    model: MODEL,
    messages: OWN,
    n: 'set judgeOptions.samples, and samplesPerRequest',
    logprobs: 'set judgeOptions.probabilities',
    top_logprobs: 'set judgeOptions.topLogprobs',
    temperature: DISTRIBUTION,
    top_p: DISTRIBUTION,
    seed: 'samples of one seed are one sample, again and again',
    stream: 'replies are read whole',
  },
  anthropic: {
    model: MODEL,
    messages: OWN,
    system: OWN,
    output_config: 'the judge writes it; set judgeOptions.effort',
    temperature: DISTRIBUTION,
    top_p: DISTRIBUTION,
    top_k: DISTRIBUTION,
    stream: 'replies are read whole',
  },
} as const;

/** @throws ConfigError `judgeOptions.request` has a field that is the judge's own */
export function refuseOwnFields(
  judgeId: string,
  { request = {} }: Pick<JudgeOptions, 'request'>,
  own: Readonly<Record<string, string>>,
): void {
  for (const [field, value] of Object.entries(request)) {
    const why = Object.hasOwn(own, field) ? own[field] : undefined;
    if (why) {
      throw new ConfigError(
        `judge: "${judgeId}": judgeOptions.request.${field} (found ${JSON.stringify(value)}) cannot be set: ${why}`,
      );
    }
  }
}
