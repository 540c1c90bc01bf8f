import type { GoogleGenAI } from '@google/genai';
import { noteConfiguredSecrets } from '../../common/known-secrets.ts';
import { errorWords } from '../error-words.ts';
import type { MarkedTexts } from '../json-body.ts';
import { parseBody } from '../reply-body.ts';
import { VendorFailure } from '../reply-failure.ts';
import { connectionFailure } from '../sdk-failure.ts';
import type { ContentRequest } from './content-request.ts';

interface JsonReply {
  raw: unknown;
  headers: Headers;
  latencyMs: number;
}

/** Nothing was sent: the SDK got no right to. */
export class NoRightError extends Error {
  override readonly name = 'NoRightError';
}

/**
 * Asks through the SDK's `generateContent`. It would serialise the images anew for each request, reads a reply
 * only where it is strict JSON, and hands on those fields alone that it knows: so the body is filled on its way
 * out, and the reply read on its way in.
 *
 * @param asking.further fields of the request's body beside those that the judge writes
 * @param asking.fetch the client's own
 * @throws VendorFailure no reply came; NoRightError; what the SDK throws; an error of {@link parseBody} where
 *   the reply cannot be read
 */
export async function generateContent(
  client: GoogleGenAI,
  { contents, systemInstruction, generationConfig }: ContentRequest,
  asking: {
    model: string;
    further: Record<string, unknown>;
    texts: MarkedTexts;
    fetch: typeof globalThis.fetch;
  },
  signal?: AbortSignal,
): Promise<JsonReply> {
  const { model, further, texts } = asking;
  let sentMs: number | undefined;
  let reply: JsonReply | undefined;
  const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    sentMs = performance.now();
    noteRight(init?.headers);
    const body = typeof init?.body === 'string' ? texts.fill(init.body) : init?.body;
    const response = await asking
      .fetch(input, { ...init, ...(body !== undefined && { body }) })
      .catch((error: unknown) => {
        signal?.throwIfAborted();
        throw init?.signal?.aborted
          ? new VendorFailure({ kind: 'timeout' })
          : new VendorFailure(connectionFailure(error));
      });
    // The SDK knows no statuses between those of answers and of errors.
    if (response.status >= 300 && response.status < 400) {
      const { status } = response;
      const words = errorWords(await response.text()) ?? 'moved';
      throw new VendorFailure({ kind: 'status', status, words });
    }
    if (!response.ok) return response;
    const { headers } = response;
    const raw = parseBody(await response.text());
    reply = { raw, headers, latencyMs: Math.round(performance.now() - sentMs) };
    return Response.json(raw, { headers: { 'content-type': 'application/json' } });
  };
  try {
    await client.models.generateContent({
      model,
      contents,
      config: {
        ...generationConfig,
        ...(systemInstruction && { systemInstruction }),
        // A reply that ends in its middle is told, not bought again and joined.
        automaticContinuation: false,
        ...(signal && { abortSignal: signal }),
        httpOptions: { fetch, ...(Object.keys(further).length > 0 && { extraBody: further }) },
      },
    });
  } catch (error) {
    // The SDK could make nothing of a reply that its reader says more about.
    if (reply) return reply;
    if (sentMs === undefined) {
      signal?.throwIfAborted();
      throw new NoRightError(messageOf(error), { cause: error });
    }
    throw error;
  }
  if (!reply) throw new Error('the SDK sent nothing');
  return reply;
}

/**
 * Whether the SDK finds credentials: it looks for them before it sends anything, and here nothing is sent.
 *
 * @returns undefined where it finds some
 */
export async function problemOfRight(client: GoogleGenAI): Promise<NoRightError | undefined> {
  let isFound = false;
  const fetch = async (): Promise<Response> => {
    isFound = true;
    return Response.json({});
  };
  try {
    await client.models.list({ config: { httpOptions: { fetch } } });
  } catch (error) {
    if (!isFound) return new NoRightError(messageOf(error), { cause: error });
  }
  return undefined;
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** A token of application-default credentials stands in no variable; errors may repeat it all the same. */
function noteRight(headers: HeadersInit | undefined): void {
  const authorization = new Headers(headers).get('authorization');
  if (authorization) noteConfiguredSecrets({ authorization }, 'credentials');
}
