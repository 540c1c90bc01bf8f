import { z } from 'zod';
import { toBaseUrl } from './base-url.ts';
import { batchOptionsSchema } from './batch/batch-options.ts';
import { EFFORTS } from './capabilities.ts';
import { capabilitiesSchema } from './capabilities-schema.ts';
import { MEDIA_RESOLUTIONS } from './google/media-resolution.ts';
import { OPENAI_APIS } from './openai/api-names.ts';
import { MESSAGE_FORMATS } from './promptfoo/message-format.ts';

const positiveInteger = z.number().int().positive();
const share = z.number().min(0).max(1);

/** Node's timers take no more. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

const NO_KEY = 'must be the name of an environment variable, never the key itself';

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
    api: z
      .enum(OPENAI_APIS)
      .default('chat')
      .describe(
        'Interface that `openai:<model>` is asked through: Chat Completions, or Responses, which takes uploaded images and gives one reply a request. Each has answers of its own in the store.',
      ),
    apiKeyEnv: z
      .string()
      .regex(/^[A-Za-z_]\w*$/, NO_KEY)
      // Some vendors' keys are words too: `AIza…`.
      .refine((text) => !(text.length > 24 && /[a-z]/.test(text) && /\d/.test(text)), NO_KEY)
      .optional()
      .describe(
        "Environment variable that holds the key. Default: OPENAI_API_KEY, ANTHROPIC_API_KEY, or GOOGLE_API_KEY and then GEMINI_API_KEY, for the vendors' own endpoints; none for another baseUrl.",
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
    thinkingBudget: z
      .number()
      .int()
      .min(-1)
      .optional()
      .describe(
        'How many tokens a model of `google:` may think, in the place of `effort`; 0 for none, -1 for as many as it likes. Default: the fewest (Gemini 2.5), or the level `low` (Gemini 3 and later).',
      ),
    mediaResolution: z
      .enum(MEDIA_RESOLUTIONS)
      .optional()
      .describe(
        'How large a model of `google:` sees an image; `ultra_high` from Gemini 3 on. Default: `high`.',
      ),
    imageTransfer: z
      .enum(['inline', 'upload'])
      .optional()
      .describe(
        'How images reach the vendor: `inline` with each question, or by an `upload` of each image, once, to its Files interface. AI Studio: holds 20 GB for 48 hours; default `inline`, batches upload. `openai:` with `api: responses`: holds them for a week; default `upload` at OpenAI itself, `inline` elsewhere.',
      ),
    vertex: z
      .strictObject({
        project: z.string().min(1).describe('Id of the project that pays.'),
        location: z
          .string()
          .regex(
            /^[a-z][a-z0-9-]*$/,
            'must be a location of Vertex AI, such as global or europe-west4',
          )
          .describe('Where the model is asked: `global`, `europe-west4`.'),
      })
      .optional()
      .describe(
        'Asks a model of `google:` on Vertex AI, by application-default credentials, instead of AI Studio by a key.',
      ),
    maxTokens: positiveInteger
      .optional()
      .describe(
        'Longest reply, reasoning included. Default: 16, 4,096 where a model may reason; 64 and 32,768 for `google:`.',
      ),
    topLogprobs: z
      .number()
      .int()
      .min(1)
      .max(20)
      .default(20)
      .describe(
        'Likeliest tokens asked for at each position; fewer where the endpoint is known to give fewer.',
      ),
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
    capabilities: capabilitiesSchema
      .describe(
        'Overrides what is known of the model and of the endpoint, where that is wrong or nothing is known.',
      )
      .prefault({}),
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
    positionBias: z
      .number()
      .min(-10)
      .max(10)
      .optional()
      .describe(
        'For `simulated` alone: how much better, of two images, the one that stands first seems to it. At 1 it is preferred to its equal with 0.82. Default: 0.',
      ),
    batch: batchOptionsSchema.optional(),
    price: priceSchema.optional(),
  })
  .describe('How to reach the judge and how to ask it.');

export type JudgeOptions = z.output<typeof judgeOptionsSchema>;
