import { z } from 'zod';
import { statusIn, vendorNames, wordsIn } from '../../harness/provider-response.ts';
import { errorWords } from '../error-words.ts';
import { parseReply } from '../parse-reply.ts';
import { ownWords } from '../reading/own-words.ts';
import type { Sample, SampledReply } from '../reply.ts';
import { endedOtherwise, isBroken, isCutOff, isRefused } from '../reply-end.ts';
import { VendorFailure } from '../reply-failure.ts';
import { isSaid, vendorFailure } from '../reported-failure.ts';
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
    .nullish()
    .catch(undefined),
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
  if (isSaid(response.error)) throw failureOf(response);
  if (isBroken(response.finishReason)) {
    const words = `finish reason ${response.finishReason}, without words`;
    throw new VendorFailure({ kind: 'reported', words });
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

function readSample(response: Response): Sample {
  const { output, isRefusal, finishReason, guardrails } = response;
  const text = ownWords(wordsIn(output));
  if (isRefusal || guardrails?.flagged || isRefused(finishReason)) {
    const said = guardrails?.reason ?? text;
    const why =
      isRefused(finishReason) && !guardrails?.reason ? `finish reason ${finishReason}` : '';
    return { text: '', refused: [why, said].filter(Boolean).join(': ') || 'without words' };
  }
  if (output === undefined || output === null) {
    if (isCutOff(finishReason)) return { text: '', cutOff: true };
    const why = endedOtherwise(finishReason) ? `, with finish reason ${finishReason}` : '';
    throw new Error(`it has no output${why}`);
  }
  return { text, ...(isCutOff(finishReason) && { cutOff: true }) };
}

/** What a provider threw, in its words. */
export const thrownFailure = (error: unknown): VendorFailure =>
  failureOf({ error: error instanceof Error ? error.message : error });

function failureOf({ error, metadata }: Pick<Response, 'error' | 'metadata'>): VendorFailure {
  const words = errorWords(error) ?? JSON.stringify(error) ?? String(error);
  const status = failingStatus(metadata?.http?.status) ?? statusIn(words);
  const body = bodyIn(words);
  // Its reply was read as an answer, and the error is that of the reading.
  if (body && metadata?.http?.status === 200) return vendorFailure(body.value);
  const said = body ? `${body.before}${errorWords(body.value)}` : words;
  return new VendorFailure(
    status ? { kind: 'status', status, words: said } : { kind: 'provider', words: said },
  );
}

const failingStatus = (status: number | undefined): number | undefined =>
  status !== undefined && status >= 400 ? status : undefined;

/** The vendor's body that a provider writes at the end of its message: `API error: 500 …: {"error": …}`. */
function bodyIn(words: string): { before: string; value: unknown } | undefined {
  const at = words.search(/[{[]\s*["{]/);
  if (at < 0) return undefined;
  try {
    const value: unknown = JSON.parse(words.slice(at));
    return errorWords(value) === undefined ? undefined : { before: words.slice(0, at), value };
  } catch {
    return undefined;
  }
}
