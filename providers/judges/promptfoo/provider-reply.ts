import { z } from 'zod';
import { parseReply } from '../parse-reply.ts';
import type { Sample, SampledReply } from '../reply.ts';
import type { RequestFailure } from '../reply-failure.ts';

/** Only what is read. Providers of one's own may answer anything. */
const responseSchema = z.looseObject({
  output: z.unknown().optional(),
  error: z.string().nullish(),
  cached: z.boolean().optional(),
  isRefusal: z.boolean().nullish(),
  finishReason: z.string().nullish(),
  guardrails: z
    .looseObject({ flagged: z.boolean().nullish(), reason: z.string().nullish() })
    .nullish(),
  tokenUsage: z
    .looseObject({ prompt: z.number().nullish(), completion: z.number().nullish() })
    .nullish(),
  metadata: z
    .looseObject({ http: z.looseObject({ status: z.number() }).nullish().catch(undefined) })
    .nullish(),
  raw: z.unknown().optional(),
});

type Response = z.output<typeof responseSchema>;

/** What a provider answered instead of an output. */
export class ProviderFailure extends Error {
  override readonly name = 'ProviderFailure';
  readonly failure: RequestFailure;

  constructor(failure: RequestFailure) {
    super(failure.kind);
    this.failure = failure;
  }
}

/**
 * Reads what a promptfoo provider answered.
 *
 * @param providerId what the model is called where the answer names none
 * @throws ProviderFailure, Error one line: what was wrong with it
 */
export function readProviderReply(
  raw: unknown,
  providerId: string,
  latencyMs: number,
): SampledReply {
  const response = parseReply(responseSchema, raw);
  if (response.error) throw new ProviderFailure(failureOf(response.error, response));
  if (response.cached) {
    throw new Error('it is a copy from the cache of promptfoo and no sample of its own');
  }
  const { prompt, completion } = response.tokenUsage ?? {};
  return {
    model: modelIn(response.raw) ?? providerId,
    ...(prompt != null &&
      completion != null && { usage: { inputTokens: prompt, outputTokens: completion } }),
    latencyMs,
    samples: [readSample(response)],
  };
}

function readSample(response: Response): Sample {
  const { output, isRefusal, finishReason, guardrails } = response;
  const text = typeof output === 'string' ? output : (JSON.stringify(output) ?? '');
  if (isRefusal || guardrails?.flagged || finishReason === 'content_filter') {
    const reason = guardrails?.reason ?? (text || `finish reason ${finishReason}`);
    return { text: '', refused: reason };
  }
  if (output === undefined || output === null) throw new Error('it has no output');
  return { text, ...(finishReason === 'length' && { cutOff: true }) };
}

/** promptfoo's providers write the status into their message: `API error: 401 Unauthorized`. */
function failureOf(words: string, { metadata }: Response): RequestFailure {
  const said = /\b(?:error|status|http)\b[^\d\n]{0,20}\b([45]\d\d)\b/i.exec(words)?.[1];
  const status = metadata?.http?.status ?? (said && Number(said));
  return status ? { kind: 'status', status, words } : { kind: 'provider', words };
}

/** The model's name where the vendor's own answer is passed on. */
function modelIn(raw: unknown): string | undefined {
  let value = raw;
  if (typeof raw === 'string') {
    try {
      value = JSON.parse(raw);
    } catch {
      return undefined;
    }
  }
  const parsed = z
    .union([z.object({ model: z.string() }), z.object({ modelVersion: z.string() })])
    .safeParse(value);
  if (!parsed.success) return undefined;
  return 'model' in parsed.data ? parsed.data.model : parsed.data.modelVersion;
}
