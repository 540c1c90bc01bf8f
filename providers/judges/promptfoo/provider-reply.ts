import { z } from 'zod';
import { errorWords } from '../error-words.ts';
import { parseReply } from '../parse-reply.ts';
import { ownWords } from '../reading/own-words.ts';
import { isCutOff, isRefused, type Sample, type SampledReply } from '../reply.ts';
import { type RequestFailure, VendorFailure } from '../reply-failure.ts';
import { isSaid } from '../reported-failure.ts';
import { tokenCount, usageOf } from '../usage.ts';

const flag = z.boolean().nullish().catch(undefined);
const text = z.string().nullish().catch(undefined);

/**
 * Only what is read, and what does not decide the answer may have any form: providers of one's own may
 * answer anything.
 */
const responseSchema = z.looseObject({
  output: z.unknown().optional(),
  error: z.unknown().optional(),
  cached: flag,
  isRefusal: flag,
  finishReason: text,
  guardrails: z.looseObject({ flagged: flag, reason: text }).nullish().catch(undefined),
  tokenUsage: z
    .looseObject({ prompt: tokenCount, completion: tokenCount })
    .nullish()
    .catch(undefined),
  metadata: z
    .looseObject({ http: z.looseObject({ status: z.number() }).nullish().catch(undefined) })
    .nullish(),
  raw: z.unknown().optional(),
});

type Response = z.output<typeof responseSchema>;

/**
 * Reads what a promptfoo provider answered.
 *
 * @param providerId what the model is called where the answer names none
 * @throws VendorFailure, Error one line: what was wrong with it
 */
export function readProviderReply(
  raw: unknown,
  providerId: string,
  latencyMs: number,
): SampledReply {
  const response = parseReply(responseSchema, raw);
  if (isSaid(response.error)) {
    const words = errorWords(response.error) ?? JSON.stringify(response.error);
    throw new VendorFailure(failureOf(words, response));
  }
  if (response.cached) {
    throw new Error('it is a copy from the cache of promptfoo and no sample of its own');
  }
  const { model, id } = vendorNames(response.raw);
  const { prompt, completion } = response.tokenUsage ?? {};
  const usage = usageOf({ inputTokens: prompt, outputTokens: completion });
  return {
    model: model ?? providerId,
    ...(id && { id }),
    ...(usage && { usage }),
    latencyMs,
    samples: [readSample(response)],
  };
}

/** The headers that a provider passes on; most pass on none. */
export function replyHeaders(raw: unknown): Headers | undefined {
  const passedOn = z.object({
    metadata: z.object({ http: z.object({ headers: z.record(z.string(), z.string()) }) }),
  });
  const headers = passedOn.safeParse(raw).data?.metadata.http.headers;
  try {
    return headers && new Headers(headers);
  } catch {
    return undefined;
  }
}

function readSample(response: Response): Sample {
  const { output, isRefusal, finishReason, guardrails } = response;
  const text = ownWords(wordsIn(output));
  if (isRefusal || guardrails?.flagged || isRefused(finishReason)) {
    const reason = guardrails?.reason ?? (text || `finish reason ${finishReason}`);
    return { text: '', refused: reason };
  }
  if (output === undefined || output === null) throw new Error('it has no output');
  return { text, ...(isCutOff(finishReason) && { cutOff: true }) };
}

/** A provider's output is a text, a value, or a list of the parts of a message. */
function wordsIn(output: unknown): string {
  if (typeof output === 'string') return output;
  const parts = z.array(z.object({ type: z.literal('text'), text: z.string() })).safeParse(output);
  if (parts.success) return parts.data.map((part) => part.text).join('');
  return JSON.stringify(output) ?? '';
}

/** promptfoo's providers write the status into their message: `API error: 401 Unauthorized`. */
function failureOf(words: string, { metadata }: Response): RequestFailure {
  const said = /\b(?:error|status|http)\b[^\d\n]{0,20}\b([45]\d\d)\b/i.exec(words)?.[1];
  const status = metadata?.http?.status ?? (said && Number(said));
  return status ? { kind: 'status', status, words } : { kind: 'provider', words };
}

/** The model's name and the reply's, where the vendor's own answer is passed on. */
function vendorNames(raw: unknown): { model?: string | undefined; id?: string | undefined } {
  const parsed = rawSchema.safeParse(typeof raw === 'string' ? parsedJson(raw) : raw);
  if (!parsed.success) return {};
  const { model, modelVersion, id, responseId } = parsed.data;
  return { model: model || modelVersion || undefined, id: id || responseId || undefined };
}

const rawSchema = z.looseObject({ model: text, modelVersion: text, id: text, responseId: text });

function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
