import { type GooglePlatform, geminiVersion } from './google/gemini-model.ts';

/** How much a model reasons before it answers, in OpenAI's and Anthropic's words. */
export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
export type Effort = (typeof EFFORTS)[number];

/**
 * How an endpoint is asked to continue a begun reply. `last-message`: it continues when the last message
 * is the assistant's (llama.cpp server). `continue_final_message`: it has to be told so (vLLM). `prefix` and
 * `partial`: that message has to be marked so (Mistral, DashScope). `none`: it would answer that message
 * instead, so the form of the reply is asked for in words.
 */
export const PREFILLS = [
  'none',
  'last-message',
  'continue_final_message',
  'prefix',
  'partial',
] as const;
export type Prefill = (typeof PREFILLS)[number];

/** Where a request says how many tokens to give at each position. */
export const LOGPROBS_FIELDS = ['top_logprobs', 'logprobs'] as const;

/** Where a request says how long a reply may be. */
export const LIMIT_FIELDS = ['max_tokens', 'max_completion_tokens'] as const;

/** What a model can do at an endpoint. Undefined is not known: it is tried, and believed only on what comes back. */
export interface Capabilities {
  /** Gives token probabilities. */
  logprobs?: boolean;
  prefill: Prefill;
  /** Accepts `temperature` and `top_p`. */
  temperature?: boolean;
  /** Accepts an effort, and reasons unless it is `none`. */
  effort: boolean;
  /** Gives several samples for one request (`n`). */
  severalSamples?: boolean;
  /** Most samples for one request. */
  mostSamples?: number;
  /** Most tokens that it gives at each position. */
  topLogprobs?: number;
  logprobsField?: (typeof LOGPROBS_FIELDS)[number];
  /** Accepts words at which a reply ends. */
  stop?: boolean;
  limitField?: (typeof LIMIT_FIELDS)[number];
  /** Keeps a prefix of requests in its prompt cache up to a mark in them. */
  cacheBreakpoints?: boolean;
}

interface Family {
  /** Matches the model's name without a vendor's prefix, in lower case. */
  name: RegExp;
  capabilities: Capabilities;
  /** For models that reason by choice: what holds instead when they are told not to. */
  withoutReasoning?: Partial<Capabilities>;
}

const TALKER: Capabilities = {
  logprobs: true,
  prefill: 'none',
  temperature: true,
  effort: false,
  severalSamples: true,
};
const REASONER: Capabilities = {
  logprobs: false,
  prefill: 'none',
  temperature: false,
  effort: true,
};

/** The first that matches holds. */
const FAMILIES: readonly Family[] = [
  { name: /^(chatgpt-4o|gpt-4o|gpt-4\.1|gpt-4\.5|gpt-4-)/, capabilities: TALKER },
  { name: /^o\d/, capabilities: REASONER },
  // The chat models do not reason; what else they take has changed between them.
  { name: /^gpt-5(\.\d+)?-chat/, capabilities: { prefill: 'none', effort: false } },
  // These have no effort `none`.
  { name: /^gpt-5\.\d+-(pro|codex)/, capabilities: REASONER },
  {
    name: /^gpt-5\.\d+/,
    capabilities: REASONER,
    withoutReasoning: { logprobs: true, temperature: true },
  },
  { name: /^gpt-(5|[6-9]|\d\d)/, capabilities: REASONER },
  { name: /^claude-/, capabilities: REASONER },
  {
    name: /^gemini-/,
    capabilities: { logprobs: false, prefill: 'none', temperature: true, effort: true },
  },
];

/** Nothing is known of it but that every endpoint understands an instruction. */
const UNKNOWN: Capabilities = { prefill: 'none', effort: false };

/**
 * What a model can do, from its id alone: OpenAI's own name, or a router's (`openai/gpt-4.1`), a
 * fine-tuned one (`ft:gpt-4.1:...`) or a provider's (`google:gemini-2.5-flash`).
 *
 * @param effort the configured one. Models whose token probabilities depend on it are told `none` by
 *   default (`defaultEffort`).
 */
export function capabilitiesOf(model: string, effort?: Effort): Capabilities {
  const family = familyOf(model);
  if (!family) return UNKNOWN;
  const { capabilities, withoutReasoning } = family;
  const isReasoning = (effort ?? defaultEffort(model)) !== 'none';
  return isReasoning ? capabilities : { ...capabilities, ...withoutReasoning };
}

/** The effort that is sent where none is configured: `none` where only that gives token probabilities. */
export const defaultEffort = (model: string): Effort | undefined =>
  familyOf(model)?.withoutReasoning ? 'none' : undefined;

/** Whether OpenAI's own interface takes marks in a request up to which it keeps the prefix for this model. */
export const takesCacheBreakpoints = (model: string): boolean =>
  namesIn(model).some((name) => /^gpt-(5\.([6-9]|\d\d)|[6-9]|\d\d)/.test(name));

function familyOf(model: string): Family | undefined {
  const names = namesIn(model);
  return FAMILIES.find((family) => names.some((name) => family.name.test(name)));
}

/** Names of a model without a vendor's prefix, in lower case. */
const namesIn = (model: string): string[] =>
  model
    .toLowerCase()
    .split(/[/:]/)
    .map((name) => name.replace(/^.*anthropic\./, ''));
/**
 * Gemini's own interface begins no reply. Limits of `candidateCount` and `logprobs`:
 * https://ai.google.dev/api/generate-content.
 */
const GEMINI = { prefill: 'none', effort: true, topLogprobs: 20 } as const;
const MOST_CANDIDATES = 8;

/**
 * What a model can do at Google's own interfaces, which differ.
 *
 * - Vertex AI gives token probabilities up to Gemini 3 and refuses them from 3.5 on; AI Studio refuses them from 2.5
 *   on. The versions between are tried.
 * - AI Studio gives one sample a request from Gemini 3 on (https://github.com/googleapis/js-genai/issues/1609), and so
 *   perhaps where the name tells no version: what a batch asks for cannot be mended when it is refused.
 * - From Gemini 4 on a temperature is refused; some before take it and do not look at it, so that it does no harm.
 */
export function geminiCapabilities(
  model: string,
  platform: GooglePlatform,
): Capabilities & Required<Pick<Capabilities, 'mostSamples' | 'topLogprobs'>> {
  const version = geminiVersion(model);
  const isNew = version === undefined || version >= 3;
  const logprobs = givesLogprobs(version, platform);
  return {
    ...GEMINI,
    temperature: version === undefined || version < 4,
    mostSamples: platform === 'ai-studio' && isNew ? 1 : MOST_CANDIDATES,
    ...(logprobs !== undefined && { logprobs }),
  };
}

function givesLogprobs(version: number | undefined, platform: GooglePlatform): boolean | undefined {
  if (version === undefined) return undefined;
  const [yes, no] = platform === 'vertex' ? [3, 3.5] : [0, 2.5];
  if (version <= yes) return true;
  return version >= no ? false : undefined;
}
