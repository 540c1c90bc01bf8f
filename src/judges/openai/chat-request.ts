import type OpenAI from 'openai';
import type { JudgeImage } from '../../images/judge-image.ts';
import type { Capabilities, LIMIT_FIELDS } from '../capabilities.ts';
import type { JudgeOptions } from '../judge-options.ts';
import { isLocalEndpoint } from '../local-endpoint.ts';
import type { ContentPart, Question } from '../question.ts';
import { instruction, replyForm } from '../reply-form.ts';
import { begunMessage, type ContinuedFields, continuedFields } from './begun-message.ts';
import type { EndpointRow } from './endpoints.ts';
import { type ImageSource, imageAt, inlineSource, keptApart } from './image-source.ts';
import { joinedFields } from './joined-fields.ts';

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
  /** Further fields of the requests for token probabilities, by the table of endpoints. */
  logprobsRequest?: EndpointRow['logprobsRequest'];
  /** Whether requests name what they have in common, so that they reach one prompt cache. */
  cacheKeys?: boolean;
  /** Whether requests name uploaded images in the place of images. */
  uploadsImages?: boolean;
  /** Sent where the model knows efforts. */
  effort: JudgeOptions['effort'];
}

/** What is asked for. */
export type ChatWay =
  | { source: 'logprobs'; after?: string }
  | { source: 'samples'; samples: number };

type ChatRequest = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'logprobs'> &
  ContinuedFields & {
    /** A number at Together. */
    logprobs?: boolean | number;
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
 * @param sourceOf what stands for an image; the interface takes no ids of files
 */
export async function chatRequest(
  question: Question,
  way: ChatWay,
  { model, endpoint, options, capabilities, effort, logprobsRequest }: ChatSetting,
  sourceOf: (image: JudgeImage) => Promise<ImageSource> = inlineSource,
): Promise<ChatRequest> {
  const form = replyForm(question, way.source, capabilities);
  const parts = await Promise.all(
    question.content.map((part) => contentPart(question, part, options.detail, sourceOf)),
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
        content: [
          ...(isLocalEndpoint(endpoint) ? keptApart(parts, { type: 'text', text: '\n' }) : parts),
          ...instructed,
        ],
      },
      ...(isPrefilled ? [begunMessage(begun, capabilities.prefill)] : []),
    ],
    ...(options.request?.max_completion_tokens === undefined && {
      [capabilities.limitField ?? limitField(model)]:
        maxTokens({ options, capabilities, effort }) + tokensOfFields(question, options),
    }),
    ...(capabilities.temperature !== false && { temperature: 1, top_p: 1 }),
    ...(capabilities.effort && effort !== undefined && { reasoning_effort: effort }),
    ...(isPrefilled && continuedFields(capabilities.prefill)),
    ...(isPrefilled &&
      way.source === 'samples' &&
      question.choices &&
      capabilities.stop !== false && { stop: END_OF_WORD }),
    ...(way.source === 'logprobs' && tokenFields(options, capabilities)),
    ...(way.source === 'samples' && way.samples > 1 && { n: way.samples }),
    ...joinedFields(way.source === 'logprobs' ? logprobsRequest : undefined, options.request),
  };
}

/** How token probabilities are asked for. Together's own field is a number, which OpenAI's types do not know. */
function tokenFields(
  { topLogprobs }: JudgeOptions,
  { topLogprobs: most = topLogprobs, logprobsField }: Capabilities,
) {
  const count = Math.min(topLogprobs, most);
  return logprobsField === 'logprobs'
    ? { logprobs: count }
    : { logprobs: true, top_logprobs: count };
}

/** A reply with dimensions is longer, unless the user has set its limit. */
export const tokensOfFields = (
  { dimensions }: Question,
  { maxTokens: set }: JudgeOptions,
): number => (set === undefined && dimensions ? ONE_WORD_TOKENS * (dimensions.length + 1) : 0);

export function maxTokens({
  options,
  capabilities,
  effort,
}: Pick<ChatSetting, 'options' | 'capabilities' | 'effort'>): number {
  const mayReason = capabilities.effort && effort !== 'none';
  return options.maxTokens ?? (mayReason ? REASONED_TOKENS : ONE_WORD_TOKENS);
}

async function contentPart(
  question: Question,
  part: ContentPart,
  detail: JudgeOptions['detail'],
  sourceOf: (image: JudgeImage) => Promise<ImageSource>,
): Promise<OpenAI.ChatCompletionContentPart> {
  if ('text' in part) return { type: 'text', text: part.text };
  const source = await sourceOf(imageAt(question, part.image));
  if ('fileId' in source) throw new Error('Chat Completions takes no ids of files for images');
  return { type: 'image_url', image_url: { url: source.url, detail } };
}

/** OpenAI's reasoning models refuse the older field, wherever they are; many servers know only that one. */
const limitField = (model: string): (typeof LIMIT_FIELDS)[number] =>
  /(^|\/)(gpt-|o\d|chatgpt)/.test(model) ? 'max_completion_tokens' : 'max_tokens';
