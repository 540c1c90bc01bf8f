import { z } from 'zod';
import { parseReply } from '../parse-reply.ts';
import { answerPlace, compact } from '../reading/answer-tokens.ts';
import { holdsReasoning, ownWords } from '../reading/own-words.ts';
import type { TokenPosition } from '../reading/token-masses.ts';
import { joinedText } from '../reading/token-text.ts';
import { type Sample, type SampledReply, UNNAMED_MODEL } from '../reply.ts';
import { endedOtherwise, isBroken, isCutOff, isRefused } from '../reply-end.ts';
import { VendorFailure } from '../reply-failure.ts';
import { isSaid, reportedFailure, vendorFailure } from '../reported-failure.ts';
import { tokenCount, usageOf } from '../usage.ts';
import { readPositions } from './token-positions.ts';

/** What a Chat Completions reply brought, as plain JSON. */
export interface ChatReply extends SampledReply {
  samples: ChatSample[];
}

export interface ChatSample extends Sample {
  /** Of the tokens that spell `text`. Left out when the endpoint gave no token probabilities. */
  positions?: TokenPosition[];
  /** `positions` are the first tokens of the answer and not all. */
  hasMoreTokens?: true;
  /** What the tokens that came spell, where that is not the reply's content. */
  misplaced?: { tokens: string; content: string };
}

const filtered = z.looseObject({ filtered: z.boolean().optional() });
const text = z.string().nullish().catch(undefined);

/** Mistral, Databricks and LiteLLM give a list of parts, reasoning among them. */
const partSchema = z.union([z.string(), z.looseObject({ type: text, text, refusal: text })]);

const messageSchema = z.object({
  content: z.union([z.string(), z.array(partSchema)]).nullish(),
  refusal: text,
  reasoning_content: z.unknown().optional(),
  reasoning: z.unknown().optional(),
  reasoning_details: z.unknown().optional(),
  thinking: z.unknown().optional(),
  thinking_blocks: z.unknown().optional(),
});

const choiceSchema = z.object({
  finish_reason: text,
  message: messageSchema.nullish(),
  /** Of servers that answer as the older Completions do. */
  text,
  error: z.unknown().optional(),
  logprobs: z.unknown().optional(),
  content_filter_results: z
    .record(z.string(), z.union([filtered, z.json()]))
    .nullish()
    .catch(undefined),
});

/**
 * Only what is read, so that additions to the interface break nothing; of that, what does not decide the
 * answer may have any form.
 */
const replySchema = z.object({
  id: text,
  model: z.string().min(1).optional().catch(undefined),
  system_fingerprint: text,
  choices: z.array(choiceSchema),
  usage: z
    .object({
      prompt_tokens: tokenCount,
      completion_tokens: tokenCount,
      prompt_tokens_details: z
        .object({ cached_tokens: tokenCount, cache_write_tokens: tokenCount })
        .nullish()
        .catch(undefined),
      completion_tokens_details: z
        .object({ reasoning_tokens: tokenCount })
        .nullish()
        .catch(undefined),
    })
    .nullish()
    .catch(undefined),
});

/**
 * Reads a reply.
 *
 * @param prefill how the reply was begun
 * @param after how its answer was begun behind that: then `text` is what the tokens go on with
 * @throws VendorFailure the reply is an error; Error one line: what was wrong with it
 */
export function readChatReply(
  raw: unknown,
  prefill: string | undefined,
  latencyMs?: number,
  after?: string,
): ChatReply {
  const reported = reportedFailure(raw);
  if (reported) throw reported;
  const { id, model, system_fingerprint, choices, usage } = parseReply(replySchema, raw);
  if (choices.length === 0) throw new Error('its list of choices is empty');
  const failures = choices.map(failureOfChoice);
  const answered = choices.filter((_, i) => failures[i] === undefined);
  const [failure] = failures;
  if (answered.length === 0 && failure) throw failure;
  const hasReasoned = (usage?.completion_tokens_details?.reasoning_tokens ?? 0) > 0;
  const details = usage?.prompt_tokens_details;
  const used = usageOf({
    inputTokens: usage?.prompt_tokens,
    outputTokens: usage?.completion_tokens,
    cachedInputTokens: details?.cached_tokens,
    cacheWriteTokens: details?.cache_write_tokens,
  });
  return {
    model: model ?? UNNAMED_MODEL,
    ...(system_fingerprint && { fingerprint: system_fingerprint }),
    ...(id && { id }),
    ...(used && { usage: used }),
    ...(latencyMs !== undefined && { latencyMs }),
    ...(answered.length < choices.length && { came: choices.length }),
    samples: answered.map((choice) =>
      after === undefined
        ? readSample(choice, prefill, hasReasoned)
        : readContinued(choice, `${prefill ?? ''}${after}`, after),
    ),
  };
}

type Choice = z.output<typeof choiceSchema>;

function failureOfChoice({ error, finish_reason }: Choice): VendorFailure | undefined {
  if (isSaid(error)) return vendorFailure(error);
  return isBroken(finish_reason)
    ? new VendorFailure({
        kind: 'reported',
        words: `finish_reason ${finish_reason}, without words`,
      })
    : undefined;
}

function readSample(choice: Choice, prefill: string | undefined, hasReasoned: boolean): ChatSample {
  const { finish_reason, message, logprobs } = choice;
  const content = contentOf(choice);
  const refused = refusal(choice, content.trim());
  const reasoning = reasoningOf(message) ?? (hasReasoned ? '' : undefined);
  const words = ownWords(content, prefill);
  const sample: ChatSample = {
    text: words,
    ...(refused !== undefined && { refused }),
    ...(isCutOff(finish_reason) && { cutOff: true }),
    ...(words.trim() === '' &&
      (reasoning !== undefined || holdsReasoning(content)) && { onlyReasoned: true }),
  };
  const positions = readPositions(logprobs);
  if (!positions || sample.text.trim() === '') return sample;
  const place = answerPlace(
    content,
    positions.map(({ token }) => token),
    prefill,
    reasoning,
  );
  if (place.spelled !== undefined) {
    return { ...sample, misplaced: { tokens: place.spelled, content } };
  }
  return {
    ...sample,
    positions: positions.slice(place.from, place.to),
    ...(!place.all && { hasMoreTokens: true }),
  };
}

/** Some servers repeat what was begun, and all list the tokens behind it; a reply may end at once. */
function readContinued(choice: Choice, begun: string, after: string): ChatSample {
  const content = contentOf(choice);
  const refused = refusal(choice, content.trim());
  const positions = readPositions(choice.logprobs);
  const names = positions?.map(({ token }) => token) ?? [];
  const spelled = ownWords(joinedText(names));
  const said = [content, ownWords(content)].map(compact);
  const isSame = [spelled, begun + spelled, after + spelled].some((words) =>
    said.includes(compact(words)),
  );
  return {
    text: positions ? spelled : content.trim() === begun.trim() ? '' : content,
    ...(refused !== undefined && { refused }),
    ...(isCutOff(choice.finish_reason) && { cutOff: true }),
    ...(positions && isSame && { positions }),
    ...(positions && !isSame && { misplaced: { tokens: spelled, content } }),
  };
}

/** Some servers write the vocabulary's own characters into the content. */
function contentOf({ message, text }: Choice): string {
  const content = message?.content ?? text ?? '';
  const words =
    typeof content === 'string'
      ? content
      : content
          .map((part) =>
            typeof part === 'string' ? part : isReasoning(part.type) ? '' : (part.text ?? ''),
          )
          .join('');
  return joinedText([words]);
}

const isReasoning = (type: string | null | undefined): boolean =>
  /reason|think|thought/i.test(type ?? '');

/** The reasoning beside the content, empty where it is not shown as text; undefined: there is none. */
function reasoningOf(message: Choice['message']): string | undefined {
  const { reasoning_content, reasoning, thinking, content } = message ?? {};
  const fields = [
    ...[reasoning_content, reasoning, thinking],
    ...[message?.reasoning_details, message?.thinking_blocks],
  ].filter((each) => isSaid(each) && !(typeof each === 'string' && each.trim() === ''));
  const text = fields.find((each) => typeof each === 'string');
  if (text !== undefined) return text;
  const isPart =
    Array.isArray(content) &&
    content.some((part) => typeof part === 'object' && isReasoning(part.type));
  return fields.length > 0 || isPart ? '' : undefined;
}

/** ` (violence, hate)`: by which categories Azure's filter blocked, where it says so. */
function filteredIn(results: Choice['content_filter_results']): string {
  const categories = Object.entries(results ?? {}).flatMap(([category, result]) =>
    typeof result === 'object' && result !== null && 'filtered' in result && result.filtered
      ? [category]
      : [],
  );
  return categories.length > 0 ? ` (${categories.join(', ')})` : '';
}

function refusal(
  { finish_reason, message, content_filter_results }: Choice,
  content: string,
): string | undefined {
  if (message?.refusal) return message.refusal;
  const parts = Array.isArray(message?.content) ? message.content : [];
  const refused = parts.find((part) => typeof part === 'object' && part.refusal);
  if (typeof refused === 'object' && refused.refusal) return refused.refusal;
  if (!isRefused(finish_reason)) {
    return content === '' && endedOtherwise(finish_reason)
      ? `finish_reason ${finish_reason}, without an answer`
      : undefined;
  }
  const categories = filteredIn(content_filter_results);
  return `finish_reason ${finish_reason}${categories}${content === '' ? '' : `: ${content}`}`;
}
