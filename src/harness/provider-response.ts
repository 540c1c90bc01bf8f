import { z } from 'zod';

/** What promptfoo's own providers answer, beyond what its type `ProviderResponse` promises. */

const text = z.string().nullish().catch(undefined);

/** A provider's output is a text, a value, or a list of the parts of a message. */
export function wordsIn(output: unknown): string {
  if (typeof output === 'string') return output;
  const parts = z.array(z.object({ type: z.literal('text'), text: z.string() })).safeParse(output);
  if (parts.success) return parts.data.map((part) => part.text).join('');
  return JSON.stringify(output) ?? '';
}

/** The HTTP status that providers write into their message: `API error: 401 Unauthorized`. */
export function statusIn(message: string): number | undefined {
  const said = /\b(?:error|status|http)\b[^\d\n]{0,20}\b([45]\d\d)\b/i.exec(message)?.[1];
  return said === undefined ? undefined : Number(said);
}

const headersSchema = z.object({
  metadata: z.object({ http: z.object({ headers: z.record(z.string(), z.string()) }) }),
});

/** The headers that a provider passes on; most pass on none. */
export function replyHeaders(response: unknown): Headers | undefined {
  const headers = headersSchema.safeParse(response).data?.metadata.http.headers;
  try {
    return headers && new Headers(headers);
  } catch {
    return undefined;
  }
}

const rawSchema = z.looseObject({ model: text, modelVersion: text, id: text, responseId: text });

/**
 * The model's name and the reply's.
 *
 * @param raw the vendor's own answer, where a provider passes it on: as it is, or as JSON
 */
export function vendorNames(raw: unknown): { model?: string | undefined; id?: string | undefined } {
  const parsed = rawSchema.safeParse(typeof raw === 'string' ? parsedJson(raw) : raw);
  if (!parsed.success) return {};
  const { model, modelVersion, id, responseId } = parsed.data;
  return { model: model || modelVersion || undefined, id: id || responseId || undefined };
}

const passedOnSchema = z.object({
  metadata: z.object({ choices: z.array(z.unknown()).min(1) }),
});

/**
 * The vendor's own answer, where a provider passes it on: as `raw`, or as JSON in it. Chat providers pass on the
 * list of choices, where there are several of them.
 *
 * @returns undefined where nothing is passed on
 */
export function vendorReply(response: unknown): object | undefined {
  const { raw } = z.looseObject({ raw: z.unknown() }).safeParse(response).data ?? {};
  const reply = typeof raw === 'string' ? parsedJson(raw) : raw;
  if (typeof reply === 'object' && reply !== null) return reply;
  const passedOn = passedOnSchema.safeParse(response).data;
  return passedOn && { choices: passedOn.metadata.choices.slice(0, 1) };
}

function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
