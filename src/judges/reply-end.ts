/** How replies ended, as servers say it (`finish_reason`, `stop_reason`). */

/** By which servers say that a reply ended at the token limit: OpenAI's, Gemini's, Mistral's and Bedrock's words. */
const CUT_OFF =
  /^(length|max_(output_)?tokens|max_length|model_length|model_context_window_exceeded)$/i;

/** And that what follows is not the model's answer: Azure's, Gemini's, Bedrock's, Anthropic's and Zhipu's words. */
const REFUSED =
  /^(content_?filter|(image_)?safety|prohibited_content|image_prohibited|recitation|blocklist|spii|guardrail|refusal|sensitive)/i;

/** And that it broke off: OpenRouter's, vLLM's and SGLang's, DeepSeek's and Zhipu's words. */
const BROKEN =
  /^(error|abort(ed)?|cancell?ed|interrupted|insufficient_system_resource|network_error)$/i;

/** Ends of a reply that is the model's own; without words it is empty then, and no other cause is known. */
const ENDED =
  /^(stop|stop_sequence|end_turn|eos(_token)?|end|finished|completed?|unspecified|null)$/i;

/** @param finishReason why the reply ended, as the server says it */
export const isBroken = (finishReason: string | null | undefined): finishReason is string =>
  BROKEN.test(finishReason ?? '');

/**
 * Why a reply has no words, where that is neither the limit nor unknown: `tool_calls`.
 *
 * @param finishReason why the reply ended, as the server says it
 */
export const endedOtherwise = (finishReason: string | null | undefined): finishReason is string =>
  Boolean(finishReason) && !ENDED.test(finishReason ?? '') && !isCutOff(finishReason);

/** @param finishReason why the reply ended, as the server says it */
export const isCutOff = (finishReason: string | null | undefined): boolean =>
  CUT_OFF.test(finishReason ?? '');

/** @param finishReason why the reply ended, as the server says it */
export const isRefused = (finishReason: string | null | undefined): finishReason is string =>
  REFUSED.test(finishReason ?? '');
