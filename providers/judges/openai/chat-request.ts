import type OpenAI from 'openai';
import { dataUri } from '../../images/data-uri.ts';
import type { Capabilities } from '../capabilities.ts';
import type { ContentPart, EncodedImage, Question } from '../judge.ts';
import type { JudgeOptions } from '../judge-options.ts';
import { isLocalEndpoint } from '../own-machine.ts';
import { instruction, replyForm } from '../wording.ts';

/** Replies are one word; a few more tokens show what came instead. */
const ONE_WORD_TOKENS = 16;
const REASONED_TOKENS = 4096;

/** What a begun reply may go on with once the word is said. */
const END_OF_WORD = ['.', ',', '\n'];

/** How one model is asked at one endpoint. */
export interface ChatSetting {
  model: string;
  endpoint: string;
  options: JudgeOptions;
  capabilities: Capabilities;
  /** Sent where the model knows efforts. */
  effort: JudgeOptions['effort'];
}

/** What is asked for. */
export type ChatWay =
  | { source: 'logprobs'; after?: string }
  | { source: 'samples'; samples: number };

/** How a message refers to an image. */
type ImageUrl = (image: EncodedImage) => string;

type ChatRequest = OpenAI.ChatCompletionCreateParamsNonStreaming & {
  /** vLLM. */
  continue_final_message?: boolean;
  add_generation_prompt?: boolean;
};

/**
 * A question as a Chat Completions request.
 *
 * Sampling is at the model's own distribution (temperature 1, top_p 1), said explicitly because servers
 * have other defaults: an estimate of P(good) from sharpened samples would be biased, and some servers
 * apply the temperature to the token probabilities too.
 *
 * @param way.samples replies to ask for; `logprobs` takes one
 * @param way.after how the answer is begun, behind the question's own beginning
 * @param imageUrl what stands for an image
 */
export async function chatRequest(
  question: Question,
  way: ChatWay,
  { model, endpoint, options, capabilities, effort }: ChatSetting,
  imageUrl: ImageUrl = (image) => dataUri(image),
): Promise<ChatRequest> {
  const form = replyForm(question, way.source, capabilities);
  const parts = await Promise.all(
    question.content.map((part) => contentPart(question, part, options.detail, imageUrl)),
  );
  const instructed =
    form === 'instructed'
      ? [{ type: 'text' as const, text: instruction(question, way.source) }]
      : [];
  const own = form === 'prefilled' ? question.prefill : undefined;
  const after = way.source === 'logprobs' ? way.after : undefined;
  const begun = after === undefined ? own : `${own ?? ''}${after}`;
  const isPrefilled = begun !== undefined;
  return {
    model,
    messages: [
      ...(question.system === undefined
        ? []
        : [{ role: 'system' as const, content: question.system }]),
      {
        role: 'user',
        content: [...(isLocalEndpoint(endpoint) ? keptApart(parts) : parts), ...instructed],
      },
      ...(isPrefilled ? [{ role: 'assistant' as const, content: begun }] : []),
    ],
    ...(options.request?.max_completion_tokens === undefined && {
      [limitField(endpoint, model)]: maxTokens({ options, capabilities, effort }),
    }),
    ...(capabilities.temperature !== false && { temperature: 1, top_p: 1 }),
    ...(capabilities.effort && effort !== undefined && { reasoning_effort: effort }),
    ...(isPrefilled &&
      capabilities.prefill === 'continue_final_message' && {
        continue_final_message: true,
        add_generation_prompt: false,
      }),
    ...(isPrefilled && way.source === 'samples' && question.choices && { stop: END_OF_WORD }),
    ...(way.source === 'logprobs' && { logprobs: true, top_logprobs: options.topLogprobs }),
    ...(way.source === 'samples' && way.samples > 1 && { n: way.samples }),
    ...options.request,
  };
}

/**
 * A line break between images that stand next to each other: versions of llama.cpp take two of the same
 * size for one, and what servers make of neighbours is theirs.
 */
const keptApart = (
  parts: readonly OpenAI.ChatCompletionContentPart[],
): OpenAI.ChatCompletionContentPart[] =>
  parts.flatMap((part, i) =>
    part.type === 'image_url' && parts[i - 1]?.type === 'image_url'
      ? [{ type: 'text' as const, text: '\n' }, part]
      : [part],
  );

export function maxTokens({
  options,
  capabilities,
  effort,
}: Pick<ChatSetting, 'options' | 'capabilities' | 'effort'>): number {
  const mayReason = capabilities.effort && effort !== 'none';
  return options.maxTokens ?? (mayReason ? REASONED_TOKENS : ONE_WORD_TOKENS);
}

async function contentPart(
  { images }: Question,
  part: ContentPart,
  detail: JudgeOptions['detail'],
  imageUrl: ImageUrl,
): Promise<OpenAI.ChatCompletionContentPart> {
  if ('text' in part) return { type: 'text', text: part.text };
  const image = images[part.image];
  if (!image) throw new Error(`the question has no image ${part.image}`);
  return { type: 'image_url', image_url: { url: imageUrl(await image.encoded()), detail } };
}

/** OpenAI's reasoning models refuse the older field; many servers know only that one. */
const limitField = (endpoint: string, model: string): 'max_completion_tokens' | 'max_tokens' =>
  /\.(openai|azure)\.com$/.test(new URL(endpoint).hostname) ||
  /(^|\/)(gpt-|o\d|chatgpt)/.test(model)
    ? 'max_completion_tokens'
    : 'max_tokens';
