import { z } from 'zod';
import { LIMIT_FIELDS, LOGPROBS_FIELDS, PREFILLS } from './capabilities.ts';

const positiveInteger = z.number().int().positive();

/** What `judgeOptions.capabilities` may say, and a row of the table of endpoints. */
export const capabilitiesSchema = z.strictObject({
  logprobs: z.boolean().exactOptional().describe('Gives token probabilities.'),
  prefill: z
    .enum(PREFILLS)
    .exactOptional()
    .describe(
      'How the endpoint continues a begun reply: `last-message` (llama.cpp server), `continue_final_message` (vLLM), `prefix` (Mistral), `partial` (DashScope), `none`: it does not.',
    ),
  temperature: z.boolean().exactOptional().describe('Accepts temperature and top_p.'),
  effort: z.boolean().exactOptional().describe('Accepts an effort.'),
  severalSamples: z
    .boolean()
    .exactOptional()
    .describe('Gives several samples for one request (n).'),
  mostSamples: positiveInteger
    .exactOptional()
    .describe('Most samples that it gives for one request (n).'),
  topLogprobs: positiveInteger
    .max(20)
    .exactOptional()
    .describe('Most tokens that it gives at each position; `topLogprobs` is cut to it.'),
  logprobsField: z
    .enum(LOGPROBS_FIELDS)
    .exactOptional()
    .describe(
      'Which field says how many tokens to give at each position: `top_logprobs`, or `logprobs` itself (Together).',
    ),
  stop: z.boolean().exactOptional().describe('Accepts words at which a reply ends (stop).'),
  limitField: z
    .enum(LIMIT_FIELDS)
    .exactOptional()
    .describe("Field for a reply's longest length. Default: by the model's name."),
  cacheBreakpoints: z
    .boolean()
    .exactOptional()
    .describe(
      'Takes `prompt_cache_breakpoint` in Responses requests. Default: OpenAI, from gpt-5.6 on.',
    ),
});
