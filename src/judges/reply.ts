import type { Usage } from './judge.ts';

/** What the model is called where a reply names none. */
export const UNNAMED_MODEL = 'unknown';

/** What every paid reply tells beside its words. Replies are plain JSON: they are kept in the store. */
export interface ReplyFacts {
  /** The model's name as the vendor returned it; `UNNAMED_MODEL` where it returned none. */
  model: string;
  fingerprint?: string;
  /** The vendor's name for the reply; left out where it gives none. */
  id?: string;
  /** Left out where the endpoint does not say. */
  usage?: Usage;
  /** Left out where it came from a batch engine: that answers when it likes. */
  latencyMs?: number;
  /** It came from the vendor's batch engine. */
  batch?: true;
}

/** One sampled reply: its text, or why there is none, in the vendor's words. */
export interface Sample {
  text: string;
  refused?: string;
  /** It ended at the token limit. */
  cutOff?: boolean;
  /** It holds reasoning and no answer. */
  onlyReasoned?: boolean;
}

/** By which servers say that a reply ended at the token limit: OpenAI's, Gemini's, Mistral's and Bedrock's words. */
const CUT_OFF =
  /^(length|max_(output_)?tokens|max_length|model_length|model_context_window_exceeded)$/i;

/** And that what follows is not the model's answer: Azure's, Gemini's, Bedrock's, Anthropic's and Zhipu's words. */
const REFUSED =
  /^(content_?filter|(image_)?safety|prohibited_content|image_prohibited|recitation|blocklist|spii|guardrail|refusal|sensitive)/i;

/** @param finishReason why the reply ended, as the server says it */
export const isCutOff = (finishReason: string | null | undefined): boolean =>
  CUT_OFF.test(finishReason ?? '');

/** @param finishReason why the reply ended, as the server says it */
export const isRefused = (finishReason: string | null | undefined): finishReason is string =>
  REFUSED.test(finishReason ?? '');

/** What one request for samples brought. */
export interface SampledReply extends ReplyFacts {
  /** At least one. */
  samples: Sample[];
}
