import type { Content, GenerateContentConfig, Part, Schema } from '@google/genai';
import { base64 } from '../../images/data-uri.ts';
import type { EncodedImage } from '../../images/encode.ts';
import type { JudgeImage } from '../../images/judge-image.ts';
import type { Capabilities } from '../capabilities.ts';
import type { JudgeOptions } from '../judge-options.ts';
import type { ContentPart, Question } from '../question.ts';
import { MAIN_FIELD } from '../reading/fields.ts';
import { instruction } from '../reply-form.ts';
import type { MediaResolution } from './media-resolution.ts';
import { type Thinking, thinkingConfig } from './thinking.ts';

/** One word, or an object with one, in whatever spaces; one such for each dimension. */
const ANSWER_TOKENS = 64;

/** Thoughts count towards the limit, which costs nothing by itself. */
const THINKING_TOKENS = 32_768;

/** How one model is asked. */
export interface ContentSetting {
  options: Pick<JudgeOptions, 'maxTokens' | 'request' | 'topLogprobs'>;
  capabilities: Pick<Capabilities, 'temperature' | 'topLogprobs'>;
  thinking: Thinking;
  mediaResolution: MediaResolution;
}

/** What is asked for. */
export type ContentWay = { source: 'logprobs' } | { source: 'samples'; samples: number };

/** A request as it goes over the line, to the ordinary interface or in a batch. */
export interface ContentRequest {
  contents: Content[];
  systemInstruction?: Content;
  generationConfig: GenerateContentConfig;
}

/** How an image is handed over. */
export type ImagePart = (image: JudgeImage) => Promise<Part>;

/**
 * A question as a `generateContent` request, without the further fields that the user configured.
 *
 * Sampling is at the model's own distribution (temperature 1, top_p 1), said explicitly since models have other
 * defaults. Samples are held to a schema with the answers of this question and no other's; token probabilities
 * are those of a free reply, since what a schema forbids would have none.
 *
 * @param imagePart what stands for an image: its bytes, unless it lies at the vendor already
 */
export async function contentRequest(
  question: Question,
  way: ContentWay,
  { options, capabilities, thinking, mediaResolution }: ContentSetting,
  imagePart: ImagePart = (image) => inlineImage(image),
): Promise<ContentRequest> {
  const parts = await Promise.all(
    question.content.map((part) => partOf(question, part, mediaResolution, imagePart)),
  );
  const generationConfig: GenerateContentConfig = {
    maxOutputTokens: maxTokens(options, thinking) + tokensOfFields(question, options),
    ...(capabilities.temperature !== false && { temperature: 1, topP: 1 }),
    ...thinkingConfig(thinking),
    // The largest is a part's own, and unknown to the request as a whole.
    ...(mediaResolution !== 'ultra_high' && {
      mediaResolution: name(mediaResolution) as NonNullable<
        GenerateContentConfig['mediaResolution']
      >,
    }),
    ...(way.source === 'logprobs'
      ? {
          responseLogprobs: true,
          logprobs: Math.min(options.topLogprobs, capabilities.topLogprobs ?? options.topLogprobs),
        }
      : {
          responseMimeType: 'application/json',
          responseSchema: answerSchema(question),
          ...(way.samples > 1 && { candidateCount: way.samples }),
        }),
  };
  return {
    contents: [{ role: 'user', parts: [...parts, { text: instruction(question, way.source) }] }],
    ...(question.system !== undefined && {
      systemInstruction: { parts: [{ text: question.system }] },
    }),
    generationConfig,
  };
}

/** @param textOf what stands for the base64 text */
export async function inlineImage(
  image: JudgeImage,
  textOf: (image: EncodedImage) => string = base64,
): Promise<Part> {
  const encoded = await image.encoded();
  return { inlineData: { mimeType: encoded.mimeType, data: textOf(encoded) } };
}

export const maxTokens = (
  { maxTokens }: Pick<JudgeOptions, 'maxTokens'>,
  { mayThink }: Pick<Thinking, 'mayThink'>,
): number => maxTokens ?? (mayThink ? THINKING_TOKENS : ANSWER_TOKENS);

/** A reply with dimensions is longer, unless the user has set its limit. */
const tokensOfFields = (
  { dimensions }: Question,
  { maxTokens: set }: Pick<JudgeOptions, 'maxTokens'>,
): number => (set === undefined && dimensions ? ANSWER_TOKENS * dimensions.length : 0);

async function partOf(
  { images }: Question,
  part: ContentPart,
  mediaResolution: MediaResolution,
  imagePart: ImagePart,
): Promise<Part> {
  if ('text' in part) return { text: part.text };
  const image = images[part.image];
  if (!image) throw new Error(`the question has no image ${part.image}`);
  const made = await imagePart(image);
  if (mediaResolution !== 'ultra_high') return made;
  const level = name(mediaResolution) as NonNullable<NonNullable<Part['mediaResolution']>['level']>;
  return { ...made, mediaResolution: { level } };
}

/** For the SDK's types, whose names are an enum. */
const name = (mediaResolution: MediaResolution): string =>
  `MEDIA_RESOLUTION_${mediaResolution.toUpperCase()}`;

type SchemaType = NonNullable<Schema['type']>;

/** An object with one answer to the question, or with one for each of its dimensions. */
function answerSchema({ choices, scale, dimensions }: Question): Schema {
  const answer: Schema = scale
    ? { type: 'NUMBER' as SchemaType, minimum: scale.min, maximum: scale.max }
    : { type: 'STRING' as SchemaType, enum: choices.map(({ label }) => label) };
  const names = dimensions ? [MAIN_FIELD, ...dimensions] : ['answer'];
  return {
    type: 'OBJECT' as SchemaType,
    properties: Object.fromEntries(names.map((each) => [each, answer])),
    required: names,
    propertyOrdering: names,
  };
}
