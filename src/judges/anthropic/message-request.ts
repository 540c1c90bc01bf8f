import type Anthropic from '@anthropic-ai/sdk';
import { base64 } from '../../images/data-uri.ts';
import type { EncodedImage } from '../../images/encode.ts';
import type { JudgeImage } from '../../images/judge-image.ts';
import type { JudgeOptions } from '../judge-options.ts';
import type { Question } from '../question.ts';
import { MAIN_FIELD } from '../reading/fields.ts';
import { instruction } from '../reply-form.ts';

/** Thinking counts towards the limit, and the model decides whether it thinks. */
const DEFAULT_MAX_TOKENS = 4096;

/** Efforts that the interface knows. */
export type MessageEffort = NonNullable<Anthropic.OutputConfig['effort']>;

export interface MessageSetting {
  model: string;
  effort: MessageEffort | undefined;
  options: Pick<JudgeOptions, 'maxTokens' | 'request'>;
}

/**
 * A question as a Messages request for one sample.
 *
 * Sampling is at the model's own distribution: the interface takes no temperature. Images are refused
 * rather than scaled down unseen. The schema holds the answers of this question and no other's. It is
 * part of the prefix that the vendor's cache holds, up to the last image, so all samples of one question
 * share that, and another question about the same images has its own.
 *
 * @param imageSource how an image is handed over: its bytes, unless it lies at the vendor already
 */
export async function messageRequest(
  question: Question,
  { model, effort, options }: MessageSetting,
  imageSource: (image: JudgeImage) => Promise<ImageSource> = (image) => inlineImage(image),
): Promise<Anthropic.MessageCreateParamsNonStreaming> {
  const lastImage = question.content.findLastIndex((part) => 'image' in part);
  const content = await Promise.all(
    question.content.map(async (part, index): Promise<Anthropic.ContentBlockParam> => {
      if ('text' in part) return { type: 'text', text: part.text };
      const image = question.images[part.image];
      if (!image) throw new Error(`the question has no image ${part.image}`);
      return {
        type: 'image',
        source: await imageSource(image),
        transformations: { oversized_image: 'error' },
        ...(index === lastImage && { cache_control: { type: 'ephemeral' } }),
      };
    }),
  );
  return {
    model,
    max_tokens: maxTokens(options),
    ...(question.system !== undefined && { system: question.system }),
    messages: [
      { role: 'user', content: [...content, { type: 'text', text: instruction(question) }] },
    ],
    output_config: {
      ...(effort && { effort }),
      format: { type: 'json_schema', schema: answerSchema(question) },
    },
    ...options.request,
  };
}

type ImageSource = Anthropic.ImageBlockParam['source'];

/** @param textOf what stands for the base64 text */
export async function inlineImage(
  image: JudgeImage,
  textOf: (image: EncodedImage) => string = base64,
): Promise<ImageSource> {
  const encoded = await image.encoded();
  return { type: 'base64', media_type: encoded.mimeType, data: textOf(encoded) };
}

export const maxTokens = ({ maxTokens }: Pick<JudgeOptions, 'maxTokens'>): number =>
  maxTokens ?? DEFAULT_MAX_TOKENS;

/** An object with one answer to the question, or with one for each of its dimensions. */
function answerSchema({ choices, scale, dimensions }: Question): Record<string, unknown> {
  const answer = scale
    ? { type: 'number' }
    : { type: 'string', enum: choices.map(({ label }) => label) };
  const names = dimensions ? [MAIN_FIELD, ...dimensions] : ['answer'];
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, answer])),
    required: names,
    additionalProperties: false,
  };
}
