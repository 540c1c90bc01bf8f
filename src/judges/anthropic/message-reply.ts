import { z } from 'zod';
import type { Usage } from '../answer.ts';
import { parseReply } from '../parse-reply.ts';
import { ownWords } from '../reading/own-words.ts';
import { type Sample, type SampledReply, UNNAMED_MODEL } from '../reply.ts';
import { endedOtherwise, isCutOff, isRefused } from '../reply-end.ts';
import { reportedFailure } from '../reported-failure.ts';
import { tokenCount, usageOf } from '../usage.ts';

const text = z.string().nullish().catch(undefined);

/** Only what is read, so that additions to the interface break nothing; what does not decide may have any form. */
const replySchema = z.object({
  id: text,
  model: z.string().min(1).optional().catch(undefined),
  content: z
    .array(z.object({ type: z.string(), text }))
    .nullish()
    .transform((content) => content ?? []),
  stop_reason: text,
  stop_details: z.object({ category: text, explanation: text }).nullish().catch(undefined),
  usage: z
    .object({
      input_tokens: tokenCount,
      output_tokens: tokenCount,
      cache_creation_input_tokens: tokenCount,
      cache_read_input_tokens: tokenCount,
    })
    .nullish()
    .catch(undefined),
});

type RawReply = z.output<typeof replySchema>;

/**
 * Reads a reply.
 *
 * @throws VendorFailure the reply is an error; Error one line: what was wrong with it
 */
export function readMessageReply(raw: unknown, latencyMs?: number): SampledReply {
  const reported = reportedFailure(raw);
  if (reported) throw reported;
  const parsed = parseReply(replySchema, raw);
  const sample = readSample(parsed);
  const usage = parsed.usage && readUsage(parsed.usage);
  return {
    model: parsed.model ?? UNNAMED_MODEL,
    ...(parsed.id && { id: parsed.id }),
    ...(usage && { usage }),
    ...(latencyMs !== undefined && { latencyMs }),
    samples: [sample],
  };
}

function readSample({ content, stop_reason, stop_details }: RawReply): Sample {
  if (isRefused(stop_reason)) {
    const { category, explanation } = stop_details ?? {};
    const refused = explanation ?? `stop_reason ${stop_reason}${category ? ` (${category})` : ''}`;
    return { text: '', refused };
  }
  if (content.length === 0 && isCutOff(stop_reason)) return { text: '', cutOff: true };
  if (content.length === 0) {
    const isTold = stop_reason && stop_reason !== 'end_turn';
    const why = isTold ? `, with stop_reason ${stop_reason}` : '';
    throw new Error(`its list of contents is empty${why}`);
  }
  const said = content.map((block) => (block.type === 'text' ? (block.text ?? '') : '')).join('');
  if (said.trim() === '' && endedOtherwise(stop_reason)) {
    return { text: '', refused: `stop_reason ${stop_reason}, without an answer` };
  }
  return { text: ownWords(said), ...(isCutOff(stop_reason) && { cutOff: true }) };
}

function readUsage(usage: NonNullable<RawReply['usage']>): Usage | undefined {
  const { input_tokens, output_tokens } = usage;
  const cachedInputTokens = usage.cache_read_input_tokens ?? 0;
  const cacheWriteTokens = usage.cache_creation_input_tokens ?? 0;
  if (input_tokens === undefined) return undefined;
  return usageOf({
    inputTokens: input_tokens + cachedInputTokens + cacheWriteTokens,
    outputTokens: output_tokens,
    cachedInputTokens,
    cacheWriteTokens,
  });
}
