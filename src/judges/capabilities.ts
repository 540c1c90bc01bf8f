/** How much a model reasons before it answers, in OpenAI's and Anthropic's words. */
export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
export type Effort = (typeof EFFORTS)[number];

/**
 * How an endpoint is asked to continue a begun reply. `last-message`: it continues when the last message
 * is the assistant's (llama.cpp server). `continue_final_message`: it has to be told so (vLLM). `none`:
 * it would answer that message instead, so the form of the reply is asked for in words.
 */
export const PREFILLS = ['none', 'last-message', 'continue_final_message'] as const;
export type Prefill = (typeof PREFILLS)[number];

/** What a model can do. Undefined is not known: it is tried, and believed only on what comes back. */
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

function familyOf(model: string): Family | undefined {
  const names = model
    .toLowerCase()
    .split(/[/:]/)
    .map((name) => name.replace(/^.*anthropic\./, ''));
  return FAMILIES.find((family) => names.some((name) => family.name.test(name)));
}
