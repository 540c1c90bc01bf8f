import type { Prefill } from '../capabilities.ts';

/** Marks of a message that is to be continued, which OpenAI's types do not know. */
export interface BegunMessage {
  role: 'assistant';
  content: string;
  /** Mistral. */
  prefix?: true;
  /** DashScope. */
  partial?: true;
}

/** The last message of a request whose reply is begun. */
export const begunMessage = (content: string, prefill: Prefill): BegunMessage => ({
  role: 'assistant',
  content,
  ...(prefill === 'prefix' && { prefix: true }),
  ...(prefill === 'partial' && { partial: true }),
});

/** vLLM. */
export interface ContinuedFields {
  continue_final_message?: boolean;
  add_generation_prompt?: boolean;
}

/** What a request has to say beside, for its last message to be continued. */
export const continuedFields = (prefill: Prefill): ContinuedFields =>
  prefill === 'continue_final_message'
    ? { continue_final_message: true, add_generation_prompt: false }
    : {};
