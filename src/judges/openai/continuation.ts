import type OpenAI from 'openai';
import { quote } from '../reply-failure.ts';
import { begunMessage, continuedFields } from './begun-message.ts';
import type { ChatSetting } from './chat-request.ts';

/** What became of a begun reply. */
export interface Continuation {
  isContinued: boolean;
  /** How the reply began, in the model's words. */
  answered: string;
}

const QUESTION = 'What is the capital of France? Answer in one word.';

/**
 * Ends within a word, since a model that is shown a whole one as an earlier message of its own may go on
 * with the next word as well; and it is said as nobody would say it again.
 */
export const BEGUN = 'Well then, in one single word it would be Par';
const REST = /^is\b/;

/** Words, not a score: the likeliest ones will do. */
const MAX_TOKENS = 16;

/**
 * A question without an image whose reply is begun as in the questions about images, to see whether the
 * endpoint goes on from there, as `capabilities.prefill` says that it does.
 */
export const continuationRequest = ({ model, capabilities, options }: ChatSetting) => ({
  model,
  messages: [
    { role: 'user' as const, content: QUESTION },
    begunMessage(BEGUN, capabilities.prefill),
  ] satisfies OpenAI.ChatCompletionMessageParam[],
  max_tokens: MAX_TOKENS,
  ...(capabilities.temperature !== false && { temperature: 0 }),
  ...continuedFields(capabilities.prefill),
  ...options.request,
});

/** @param text the reply's; servers that continue it may repeat what was begun, and no others do */
export function readContinuation(text: string): Continuation {
  const isRepeated = text.trimStart().startsWith(BEGUN);
  return { isContinued: isRepeated || REST.test(text), answered: quote(text) };
}
