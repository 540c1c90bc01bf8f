import { z } from 'zod';
import type { Usage } from '../answer.ts';
import { decisiveText } from '../decisive-text.ts';
import type { ChatReply, ChatSample } from '../openai/chat-reply.ts';
import { parseReply } from '../parse-reply.ts';
import { answerPlace } from '../reading/answer-tokens.ts';
import { ownWords } from '../reading/own-words.ts';
import { UNNAMED_MODEL } from '../reply.ts';
import { isCutOff } from '../reply-end.ts';
import { reportedFailure } from '../reported-failure.ts';
import { tokenCount, usageOf } from '../usage.ts';
import { logprobsSchema, readLogprobs } from './logprobs.ts';

const text = z.string().nullish().catch(undefined);

const ratings = z
  .array(z.looseObject({ category: text, blocked: z.boolean().nullish().catch(undefined) }))
  .nullish()
  .catch(undefined);

const candidateSchema = z.object({
  content: z
    .object({
      parts: z
        .array(z.looseObject({ text: z.string().nullish(), thought: z.boolean().nullish() }))
        .nullish(),
    })
    .nullish(),
  finishReason: decisiveText,
  finishMessage: text,
  safetyRatings: ratings,
  logprobsResult: logprobsSchema,
});

/** Only what is read, so that additions to the interface break nothing; what does not decide may have any form. */
const replySchema = z.object({
  responseId: text,
  modelVersion: z.string().min(1).optional().catch(undefined),
  candidates: z.array(candidateSchema).nullish(),
  promptFeedback: z
    .object({ blockReason: decisiveText, blockReasonMessage: text, safetyRatings: ratings })
    .nullish()
    .catch(undefined),
  usageMetadata: z
    .object({
      promptTokenCount: tokenCount,
      candidatesTokenCount: tokenCount,
      thoughtsTokenCount: tokenCount,
      cachedContentTokenCount: tokenCount,
      totalTokenCount: tokenCount,
    })
    .nullish()
    .catch(undefined),
});

type RawReply = z.output<typeof replySchema>;
type Candidate = z.output<typeof candidateSchema>;

/** How a reply ended that is the model's own, and whole. */
const ENDED: readonly string[] = ['STOP', 'FINISH_REASON_UNSPECIFIED'];

/**
 * Reads a `generateContent` reply.
 *
 * @param asked how many replies were asked for; a prompt that is blocked is refused to all of them
 * @throws VendorFailure the reply is an error; Error one line: what was wrong with it
 */
export function readContentReply(
  raw: unknown,
  { asked = 1, latencyMs }: { asked?: number; latencyMs?: number | undefined } = {},
): ChatReply {
  const reply = asObject(raw);
  const reported = reply.error === undefined ? undefined : reportedFailure(raw);
  if (reported) throw reported;
  const parsed = parseReply(replySchema, raw);
  const usage = readUsage(parsed.usageMetadata);
  return {
    model: parsed.modelVersion ?? UNNAMED_MODEL,
    ...(parsed.responseId && { id: parsed.responseId }),
    ...(usage && { usage }),
    ...(latencyMs !== undefined && { latencyMs }),
    samples: readSamples(parsed, asked, raw),
  };
}

const asObject = (raw: unknown): { error?: unknown } =>
  typeof raw === 'object' && raw !== null ? raw : {};

function readSamples(parsed: RawReply, asked: number, raw: unknown): ChatSample[] {
  const { candidates, promptFeedback, usageMetadata } = parsed;
  const blocked = blockOf(promptFeedback);
  if (blocked !== undefined) {
    const length = candidates?.length || asked;
    return Array.from({ length }, () => ({ text: '', refused: blocked }));
  }
  if (candidates && candidates.length > 0) {
    const hasThought = (usageMetadata?.thoughtsTokenCount ?? 0) > 0;
    return candidates.map((candidate) => readSample(candidate, hasThought));
  }
  const reported = reportedFailure(raw);
  if (reported) throw reported;
  throw new Error('its list of candidates is empty');
}

function readSample(candidate: Candidate, hasThought: boolean): ChatSample {
  const { finishReason, logprobsResult } = candidate;
  const parts = candidate.content?.parts ?? [];
  const said = parts.filter((part) => !part.thought);
  const content = textOf(said);
  const refused = refusalOf(candidate);
  const words = ownWords(content);
  const isThinking = hasThought || said.length < parts.length;
  const thoughts = isThinking ? textOf(parts.filter((part) => part.thought)) : undefined;
  const sample: ChatSample = {
    text: words,
    ...(refused !== undefined && { refused }),
    ...(isCutOff(finishReason) && { cutOff: true }),
    ...(words.trim() === '' && thoughts !== undefined && { onlyReasoned: true }),
  };
  const positions = readLogprobs(logprobsResult);
  if (!positions || words.trim() === '') return sample;
  const names = positions.map(({ token }) => token);
  const place = answerPlace(content, names, undefined, thoughts);
  if (place.spelled !== undefined)
    return { ...sample, misplaced: { tokens: place.spelled, content } };
  return {
    ...sample,
    positions: positions.slice(place.from, place.to),
    ...(!place.all && { hasMoreTokens: true }),
  };
}

const textOf = (parts: readonly { text?: string | null | undefined }[]): string =>
  parts.map(({ text }) => text ?? '').join('');

/** Whatever ended a reply that is neither the model nor the limit of tokens: what came is no answer of its own. */
function refusalOf({ finishReason, finishMessage, safetyRatings }: Candidate): string | undefined {
  const blocked = blockedBy(safetyRatings);
  const isOwn = !finishReason || ENDED.includes(finishReason) || isCutOff(finishReason);
  if (isOwn && blocked === '') return undefined;
  return `finishReason ${finishReason ?? 'unknown'}${blocked}${finishMessage ? `: ${finishMessage}` : ''}`;
}

function blockOf(feedback: RawReply['promptFeedback']): string | undefined {
  const { blockReason, blockReasonMessage, safetyRatings } = feedback ?? {};
  if (!blockReason) return undefined;
  return `promptFeedback.blockReason ${blockReason}${blockedBy(safetyRatings)}${blockReasonMessage ? `: ${blockReasonMessage}` : ''}`;
}

/** ` (HARM_CATEGORY_HARASSMENT)`: by which categories the vendor blocked, where it says so. */
function blockedBy(safetyRatings: Candidate['safetyRatings']): string {
  const categories = (safetyRatings ?? []).flatMap(({ category, blocked }) =>
    blocked && category ? [category] : [],
  );
  return categories.length > 0 ? ` (${categories.join(', ')})` : '';
}

/**
 * Thoughts are paid as output. A count that is 0 is left out of a reply: what is not counted apart is what the sum
 * has beside the prompt.
 */
function readUsage(usage: RawReply['usageMetadata']): Usage | undefined {
  const { promptTokenCount, candidatesTokenCount, thoughtsTokenCount, totalTokenCount } =
    usage ?? {};
  const counted = (candidatesTokenCount ?? 0) + (thoughtsTokenCount ?? 0);
  const summed = totalTokenCount && totalTokenCount - (promptTokenCount ?? 0);
  return usageOf({
    inputTokens: promptTokenCount,
    outputTokens:
      candidatesTokenCount !== undefined
        ? counted
        : summed === undefined
          ? undefined
          : Math.max(counted, summed),
    cachedInputTokens: usage?.cachedContentTokenCount,
  });
}
