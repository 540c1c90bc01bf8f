import { z } from 'zod';
import { toBaseUrl } from './base-url.ts';
import { EFFORTS, PREFILLS } from './capabilities.ts';
import { MESSAGE_FORMATS } from './promptfoo/message-format.ts';

const positiveInteger = z.number().int().positive();
const share = z.number().min(0).max(1);

/** Node's timers take no more. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

const NO_KEY = 'must be the name of an environment variable, never the key itself';

const capabilitiesSchema = z
  .strictObject({
    logprobs: z.boolean().optional().describe('Gives token probabilities.'),
    prefill: z
      .enum(PREFILLS)
      .optional()
      .describe(
        'How the endpoint continues a begun reply: `last-message` (llama.cpp server), `continue_final_message` (vLLM), `none`: it does not.',
      ),
    temperature: z.boolean().optional().describe('Accepts temperature and top_p.'),
    effort: z.boolean().optional().describe('Accepts an effort.'),
    severalSamples: z.boolean().optional().describe('Gives several samples for one request (n).'),
  })
  .describe('Overrides what is known of the model, where that is wrong or nothing is known.');

const usdPerMillionTokens = z.number().min(0);

const priceSchema = z
  .strictObject({
    inputUsdPerMillionTokens: usdPerMillionTokens,
    outputUsdPerMillionTokens: usdPerMillionTokens,
    cachedInputUsdPerMillionTokens: usdPerMillionTokens
      .optional()
      .describe("Input read from the vendor's prompt cache. Default: as other input."),
    cacheWriteUsdPerMillionTokens: usdPerMillionTokens
      .optional()
      .describe(
        "Input written to the vendor's prompt cache. Default: 1.25 times other input, as Anthropic charges.",
      ),
  })
  .describe(
    'Price of the model, in US dollars. Default: the bundled price list, where it knows the model; otherwise costs are unknown.',
  );

export const judgeOptionsSchema = z
  .strictObject({
    baseUrl: z
      .string()
      .transform(toBaseUrl)
      .optional()
      .describe(
        "The endpoint, where it is not the vendor's own: `http://127.0.0.1:8000/v1`. A slash at the end, and the path of a single request (`/chat/completions`), are taken off.",
      ),
    apiKeyEnv: z
      .string()
      .regex(/^[A-Za-z_]\w*$/, NO_KEY)
      // Some vendors' keys are words too: `AIza…`.
      .refine((text) => !(text.length > 24 && /[a-z]/.test(text) && /\d/.test(text)), NO_KEY)
      .optional()
      .describe(
        "Environment variable that holds the key. Default: OPENAI_API_KEY or ANTHROPIC_API_KEY for the vendors' own endpoints, none for another baseUrl.",
      ),
    probabilities: z
      .enum(['auto', 'logprobs', 'samples'])
      .default('auto')
      .describe(
        'Token probabilities, or shares of sampled answers. `auto`: what the model is known to give; token probabilities where nothing is known. Ratings on other scales than whole numbers from 0 up are sampled.',
      ),
    samples: positiveInteger.max(1000).default(8).describe('Answers drawn for one estimate.'),
    samplesPerRequest: positiveInteger
      .optional()
      .describe(
        'Most answers asked for in one request. Default: all, where the endpoint offers it.',
      ),
    minCoveredMass: share
      .default(0.5)
      .describe('Refuses an answer with less token probability than this on the choices.'),
    maxRedraws: z
      .number()
      .int()
      .min(0)
      .max(1000)
      .optional()
      .describe(
        'Most answers drawn again for one estimate, because earlier ones were none of the choices. Default: as many as `samples`.',
      ),
    maxInvalidShare: share
      .default(0.25)
      .describe(
        'Refuses an estimate when a larger share of all answers drawn for it, those drawn again included, were none of the choices.',
      ),
    uniqueReplyIds: z
      .boolean()
      .default(true)
      .describe(
        'Whether the endpoint gives every reply an id of its own; then two replies with the same one are a copy out of a cache. Set it to false where all replies have one id.',
      ),
    detail: z
      .enum(['low', 'high', 'original', 'auto'])
      .default('high')
      .describe('How OpenAI looks at images; the others resize by rules of their own.'),
    effort: z.enum(EFFORTS).optional().describe('How much the model reasons before it answers.'),
    maxTokens: positiveInteger
      .optional()
      .describe('Longest reply, reasoning included. Default: 16, 4,096 where a model may reason.'),
    topLogprobs: z
      .number()
      .int()
      .min(1)
      .max(20)
      .default(20)
      .describe('Likeliest tokens asked for at each position.'),
    request: z
      .record(z.string(), z.json())
      .optional()
      .describe(
        'Further fields of each request, as the endpoint names them: `{top_k: -1}`, but none that decides what an answer means (model, temperature, n, seed, …); for `promptfoo:<id>`, the `config` of the provider.',
      ),
    messageFormat: z
      .enum(MESSAGE_FORMATS)
      .optional()
      .describe(
        'Form of the message for `promptfoo:<id>`. Default: by the provider; `openai` for `file://` and the rest.',
      ),
    capabilities: capabilitiesSchema.prefault({}),
    maxConcurrency: positiveInteger
      .optional()
      .describe('Questions under way at once, over all rows. Default: set by the judge.'),
    timeoutMs: positiveInteger
      .max(MAX_TIMEOUT_MS)
      .default(120_000)
      .describe(
        'Longest wait for one reply, each try by itself; for the upload of a batch file, for every 10 MB of it.',
      ),
    maxRetries: z
      .number()
      .int()
      .min(0)
      .default(4)
      .describe('Tries after the first, when a vendor is overloaded or cannot be reached.'),
    maxRetryAfterS: z
      .number()
      .positive()
      .max(86_400)
      .default(60)
      .describe(
        'Longest wait, in seconds, that a vendor may ask for (`Retry-After`). A longer one is cut to this, once; then nothing is asked until the time that it named.',
      ),
    maxLoadingS: z
      .number()
      .positive()
      .max(86_400)
      .default(600)
      .describe('Longest wait, in seconds, for a server that says that it is loading its model.'),
    mmproj: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Path of the vision part of `llama:<path>`, where it is not the one file beside the model that has mmproj in its name.',
      ),
    price: priceSchema.optional(),
  })
  .describe('How to reach the judge and how to ask it.');

export type JudgeOptions = z.output<typeof judgeOptionsSchema>;
