import { z } from 'zod';
import type { Usage } from '../judge.ts';
import { parseReply } from '../parse-reply.ts';
import type { TokenPosition } from '../reading/token-masses.ts';
import type { Sample, SampledReply } from '../reply.ts';

/** What a Chat Completions reply brought, as plain JSON. */
export interface ChatReply extends SampledReply {
  samples: ChatSample[];
}

interface ChatSample extends Sample {
  /** Left out when the endpoint gave no token probabilities. */
  positions?: TokenPosition[];
}

/** Rounding may put a certain token a little above 0; anything more is no log probability. */
const token = z.object({ token: z.string(), logprob: z.number().max(0.01) });
const filtered = z.looseObject({ filtered: z.boolean().optional() });

/** Only what is read, so that additions to the interface break nothing. */
const replySchema = z.object({
  error: z.union([z.string(), z.looseObject({ message: z.string() })]).nullish(),
  model: z.string().min(1).optional(),
  system_fingerprint: z.string().nullish(),
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
        logprobs: z
          .object({
            content: z.array(token.extend({ top_logprobs: z.array(token).nullish() })).nullish(),
          })
          .nullish(),
        content_filter_results: z.record(z.string(), z.union([filtered, z.json()])).nullish(),
      }),
    )
    .optional(),
  usage: z
    .object({
      prompt_tokens: z.number(),
      completion_tokens: z.number(),
      prompt_tokens_details: z
        .object({ cached_tokens: z.number().nullish(), cache_write_tokens: z.number().nullish() })
        .nullish(),
    })
    .nullish(),
});

/**
 * Reads a reply.
 *
 * @param prefill how the reply was begun
 * @throws Error one line: what was wrong with it
 */
export function readChatReply(
  raw: unknown,
  prefill: string | undefined,
  latencyMs?: number,
): ChatReply {
  const parsed = parseReply(replySchema, raw);
  const { error, model, system_fingerprint, choices, usage } = parsed;
  // Routers report an upstream failure inside a reply of status 200.
  if (error) throw new Error(typeof error === 'string' ? error : error.message);
  if (!choices?.length) throw new Error('its list of choices is empty');
  if (model === undefined) throw new Error('it names no model');
  return {
    model,
    ...(system_fingerprint && { fingerprint: system_fingerprint }),
    ...(usage && { usage: readUsage(usage) }),
    ...(latencyMs !== undefined && { latencyMs }),
    samples: choices.map((choice) => readSample(choice, prefill)),
  };
}

type Choice = NonNullable<z.output<typeof replySchema>['choices']>[number];
type RawUsage = NonNullable<z.output<typeof replySchema>['usage']>;

function readSample(choice: Choice, prefill: string | undefined): ChatSample {
  const { finish_reason, message, logprobs } = choice;
  const refused = refusal(choice);
  const positions = logprobs?.content?.map(({ token, logprob, top_logprobs }) => ({
    token,
    logprob,
    alternatives: (top_logprobs ?? []).map((top) => ({ token: top.token, logprob: top.logprob })),
  }));
  return {
    text: ownWords(message.content ?? '', prefill),
    ...(refused !== undefined && { refused }),
    ...(finish_reason === 'length' && { cutOff: true }),
    ...(positions?.length && { positions }),
  };
}

/** What the model itself said: some servers repeat the beginning, some put the reasoning before it. */
function ownWords(text: string, prefill: string | undefined): string {
  const said = text.replace(/^\s*<think>[\s\S]*?<\/think>/, '');
  const begun = prefill?.trim();
  return begun && said.trimStart().startsWith(begun) ? said.trimStart().slice(begun.length) : said;
}

function refusal({ finish_reason, message, content_filter_results }: Choice): string | undefined {
  if (message.refusal) return message.refusal;
  if (finish_reason !== 'content_filter') return undefined;
  const categories = Object.entries(content_filter_results ?? {}).flatMap(([category, result]) =>
    typeof result === 'object' && result !== null && 'filtered' in result && result.filtered
      ? [category]
      : [],
  );
  return `finish_reason content_filter${categories.length > 0 ? ` (${categories.join(', ')})` : ''}`;
}

function readUsage({ prompt_tokens, completion_tokens, prompt_tokens_details }: RawUsage): Usage {
  const { cached_tokens, cache_write_tokens } = prompt_tokens_details ?? {};
  return {
    inputTokens: prompt_tokens,
    outputTokens: completion_tokens,
    ...(cached_tokens && { cachedInputTokens: cached_tokens }),
    ...(cache_write_tokens && { cacheWriteTokens: cache_write_tokens }),
  };
}
