import { z } from 'zod';
import type { Usage } from '../judge.ts';
import { parseReply } from '../parse-reply.ts';
import type { Sample, SampledReply } from '../reply.ts';

const tokens = z.number().nullish();

/** Only what is read, so that additions to the interface break nothing. */
const replySchema = z.object({
  model: z.string().min(1),
  content: z.array(z.object({ type: z.string(), text: z.string().optional() })),
  stop_reason: z.string().nullish(),
  stop_details: z
    .object({ category: z.string().nullish(), explanation: z.string().nullish() })
    .nullish(),
  usage: z.object({
    input_tokens: z.number(),
    output_tokens: z.number(),
    cache_creation_input_tokens: tokens,
    cache_read_input_tokens: tokens,
  }),
});

type RawReply = z.output<typeof replySchema>;

/** The constrained answer: `{"answer": "good"}`, or a number. */
const answerSchema = z.object({ answer: z.union([z.string(), z.number()]) });

/**
 * Reads a reply.
 *
 * @throws Error one line: what was wrong with it
 */
export function readMessageReply(raw: unknown, latencyMs?: number): SampledReply {
  const parsed = parseReply(replySchema, raw);
  const sample = readSample(parsed);
  return {
    model: parsed.model,
    usage: readUsage(parsed.usage),
    ...(latencyMs !== undefined && { latencyMs }),
    samples: [sample],
  };
}

function readSample({ content, stop_reason, stop_details }: RawReply): Sample {
  if (stop_reason === 'refusal') {
    const { category, explanation } = stop_details ?? {};
    const refused = explanation ?? `stop_reason refusal${category ? ` (${category})` : ''}`;
    return { text: '', refused };
  }
  if (content.length === 0) throw new Error('its list of contents is empty');
  const text = content.map((block) => (block.type === 'text' ? (block.text ?? '') : '')).join('');
  return { text: answerIn(text), ...(stop_reason === 'max_tokens' && { cutOff: true }) };
}

/** The answer inside its JSON; the text as it is where that is none, to be refused as a sample. */
function answerIn(text: string): string {
  try {
    const parsed = answerSchema.safeParse(JSON.parse(text));
    return parsed.success ? String(parsed.data.answer) : text;
  } catch {
    return text;
  }
}

function readUsage(usage: RawReply['usage']): Usage {
  const read = usage.cache_read_input_tokens ?? 0;
  const written = usage.cache_creation_input_tokens ?? 0;
  return {
    inputTokens: usage.input_tokens + read + written,
    outputTokens: usage.output_tokens,
    ...(read > 0 && { cachedInputTokens: read }),
    ...(written > 0 && { cacheWriteTokens: written }),
  };
}
