import { createHash } from 'node:crypto';
import type { ResponseCreateParamsNonStreaming } from 'openai/resources/responses/responses';
import type { JudgeImage } from '../../images/judge-image.ts';
import { isLocalEndpoint } from '../local-endpoint.ts';
import { prefixOf } from '../prefix.ts';
import type { Question } from '../question.ts';
import { instruction } from '../reply-form.ts';
import { type ChatSetting, type ChatWay, maxTokens, tokensOfFields } from './chat-request.ts';
import { type ImageSource, imageAt, inlineSource, keptApart } from './image-source.ts';
import { joinedFields } from './joined-fields.ts';

type InputPart = Extract<
  Extract<
    Exclude<ResponseCreateParamsNonStreaming['input'], string | undefined>[number],
    { content: unknown }
  >['content'],
  unknown[]
>[number];
type Part = Extract<InputPart, { type: 'input_image' | 'input_text' }>;

/** Ends of a prefix that the vendor is to keep. */
const BREAKPOINT = { mode: 'explicit' } as const;

/**
 * A question as a Responses request for one reply. The interface begins no replies and gives one at a
 * time, so that a reply's form is asked for in words. Nothing is stored at the vendor beyond the request.
 *
 * Sampling is at the model's own distribution, as by Chat Completions.
 *
 * The images stand before the question's last text, so that all samples, and the other question about the
 * same images, share a prefix. `prompt_cache_key` sends them to one place. Models that take breakpoints
 * keep the prefix up to the last image and nothing else.
 *
 * @param sourceOf what stands for an image
 */
export async function responseRequest(
  question: Question,
  way: ChatWay,
  setting: ChatSetting,
  sourceOf: (image: JudgeImage) => Promise<ImageSource> = inlineSource,
): Promise<ResponseCreateParamsNonStreaming> {
  const { model, endpoint, options, capabilities, effort, logprobsRequest, cacheKeys } = setting;
  const lastImage = question.content.findLastIndex((part) => 'image' in part);
  const parts = await Promise.all(
    question.content.map(async (part, index): Promise<Part> => {
      if ('text' in part) return { type: 'input_text', text: part.text };
      const source = await sourceOf(imageAt(question, part.image));
      return {
        type: 'input_image',
        ...('fileId' in source ? { file_id: source.fileId } : { image_url: source.url }),
        detail: options.detail,
        ...(capabilities.cacheBreakpoints &&
          index === lastImage && { prompt_cache_breakpoint: BREAKPOINT }),
      };
    }),
  );
  const shown = isLocalEndpoint(endpoint)
    ? keptApart(parts, { type: 'input_text', text: '\n' })
    : parts;
  const isForTokens = way.source === 'logprobs';
  return {
    model,
    store: false,
    ...(question.system !== undefined && { instructions: question.system }),
    input: [
      {
        role: 'user',
        content: [...shown, { type: 'input_text', text: instruction(question, way.source) }],
      },
    ],
    max_output_tokens:
      maxTokens({ options, capabilities, effort }) + tokensOfFields(question, options),
    ...(capabilities.temperature !== false && { temperature: 1, top_p: 1 }),
    ...(capabilities.effort && effort !== undefined && { reasoning: { effort } }),
    ...(isForTokens && {
      top_logprobs: Math.min(options.topLogprobs, capabilities.topLogprobs ?? options.topLogprobs),
      include: ['message.output_text.logprobs'],
    }),
    ...(cacheKeys && { prompt_cache_key: cacheKey(question) }),
    ...(capabilities.cacheBreakpoints && { prompt_cache_options: { mode: 'explicit' } }),
    ...joinedFields(isForTokens ? logprobsRequest : undefined, options.request),
  };
}

/** Names what requests have in common that show the same images. */
const cacheKey = (question: Question): string =>
  `iqa-${createHash('sha256').update(prefixOf(question)).digest('hex').slice(0, 32)}`;
