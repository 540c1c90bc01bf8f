import { ConfigError } from '../common/config-error.ts';
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
  responses: {
    model: MODEL,
    input: OWN,
    instructions: OWN,
    previous_response_id: OWN,
    conversation: OWN,
    include: OWN,
    top_logprobs: 'set judgeOptions.topLogprobs',
    max_output_tokens: 'set judgeOptions.maxTokens',
    temperature: DISTRIBUTION,
    top_p: DISTRIBUTION,
    background: 'replies are waited for; "batch submit" asks without waiting',
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
  google: {
    model: MODEL,
    contents: OWN,
    systemInstruction: OWN,
    cachedContent: OWN,
  },
  /** Within `generationConfig`. */
  googleGeneration: {
    candidateCount: 'set judgeOptions.samples, and samplesPerRequest',
    responseLogprobs: 'set judgeOptions.probabilities',
    logprobs: 'set judgeOptions.topLogprobs',
    temperature: DISTRIBUTION,
    topP: DISTRIBUTION,
    topK: DISTRIBUTION,
    seed: 'samples of one seed are one sample, again and again',
    maxOutputTokens: 'set judgeOptions.maxTokens',
    mediaResolution: 'set judgeOptions.mediaResolution',
    thinkingConfig: 'set judgeOptions.effort or judgeOptions.thinkingBudget',
    responseMimeType: OWN,
    responseSchema: OWN,
    responseJsonSchema: OWN,
  },
} as const;

/**
 * @param place of `request` in the configuration
 * @throws ConfigError `judgeOptions.request` has a field that is the judge's own
 */
export function refuseOwnFields(
  judgeId: string,
  { request = {} }: Pick<JudgeOptions, 'request'>,
  own: Readonly<Record<string, string>>,
  place = 'judgeOptions.request',
): void {
  for (const [field, value] of Object.entries(request)) {
    const why = Object.hasOwn(own, field) ? own[field] : undefined;
    if (why) {
      throw new ConfigError(
        `judge: "${judgeId}": ${place}.${field} (found ${JSON.stringify(value)}) cannot be set: ${why}`,
      );
    }
  }
}
