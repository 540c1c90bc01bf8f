import { Readable } from 'node:stream';
import {
  type Dispatcher,
  FormData,
  getGlobalDispatcher,
  request,
  fetch as undiciFetch,
} from 'undici';
import { errorWords } from './error-words.ts';
import { JsonBody } from './json-body.ts';
import { environmentProxy } from './proxy.ts';
import type { Waiting } from './retry-after.ts';
import { retryInfoSeconds } from './retry-info.ts';
import { unpackBody } from './unpack-body.ts';

/** Node's own fetch gives up waiting for a reply's head, or for more of its body, after this time. */
const NODE_FETCH_LIMIT_MS = 300_000;

/**
 * Client options that let a reply take `timeoutMs`, however long, that go through the proxy which the
 * environment names, and that send a JsonBody in its pieces: `fetch` would copy it several times over.
 *
 * @param waiting what a reply says about waiting is told to it
 */
export function fetchFor(
  timeoutMs: number,
  waiting: Pick<Waiting, 'heed'> = { heed: async (reply) => reply },
): { fetch: typeof globalThis.fetch } {
  const patient = patientFetch(timeoutMs);
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const proxy = environmentProxy();
    if (init?.body instanceof JsonBody) {
      return post(input, init as PostInit, { timeoutMs, dispatcher: proxy });
    }
    const isOrdinary = timeoutMs < NODE_FETCH_LIMIT_MS && !proxy;
    return isOrdinary ? nodeFetch(input, init) : patient(input, init, proxy);
  };
  const heeding: typeof globalThis.fetch = async (input, init) =>
    waiting.heed(await fetch(input, init));
  // The SDKs look at it to know whether forms with files can be sent.
  return { fetch: Object.assign(heeding, { Response: globalThis.Response }) };
}

/** Looked up with each call, as the SDKs do. */
const nodeFetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init);

/** By the way given, or the ordinary way out, which may be a proxy, with another limit. */
function patientFetch(timeoutMs: number) {
  const fetch = undiciFetch as unknown as typeof globalThis.fetch;
  const limits = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
  return (
    input: Parameters<typeof fetch>[0],
    init: RequestInit | undefined,
    way: Dispatcher = getGlobalDispatcher(),
  ): Promise<Response> => {
    const dispatcher = way.compose(
      (dispatch) => (options, handler) => dispatch({ ...options, ...limits }, handler),
    );
    const body = init?.body instanceof globalThis.FormData ? ownForm(init.body) : init?.body;
    return fetch(input, { ...init, body, dispatcher } as RequestInit);
  };
}

/** A form as undici knows it; that of Node is another class to it, and would be sent as `[object FormData]`. */
function ownForm(form: globalThis.FormData): FormData {
  const own = new FormData();
  for (const [name, value] of form) {
    if (typeof value === 'string') own.append(name, value);
    else own.append(name, value, value.name);
  }
  return own;
}

type PostInit = RequestInit & { body: JsonBody };

/** Statuses to which `Response` takes no body. */
const WITHOUT_BODY: readonly number[] = [204, 205, 304];

/** Headers that tell how the body came, which it no longer is. */
const OF_THE_WAY: readonly string[] = ['content-encoding', 'content-length', 'transfer-encoding'];

/** An error in the one shape in which both SDKs hand on a server's words; they lose those of others. */
function readable(status: number, bytes: Buffer): Uint8Array<ArrayBuffer> | string {
  if (status < 400) return new Uint8Array(bytes);
  const message = errorWords(bytes.toString('utf8')) ?? 'an error without words';
  return JSON.stringify({ error: { message } });
}

/** One request and its whole reply, as `fetch` would give it; an answer is small. */
async function post(
  input: Parameters<typeof globalThis.fetch>[0],
  { body, headers, signal }: PostInit,
  { timeoutMs, dispatcher }: { timeoutMs: number; dispatcher: Dispatcher | undefined },
): Promise<Response> {
  const reply = await request(input instanceof Request ? input.url : input, {
    method: 'POST',
    headers: {
      ...Object.fromEntries(new Headers(headers)),
      'content-length': String(body.size),
      // Packing an answer of some hundred bytes gains nothing.
      'accept-encoding': 'identity',
    },
    body: Readable.from(body.pieces),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    ...(signal && { signal }),
    ...(dispatcher && { dispatcher }),
  }).catch((error: Error) => {
    // A proxy's refusal has the name that the SDKs take for their own time limit.
    if (error.name !== 'AbortError' || signal?.aborted) throw error;
    throw new TypeError('fetch failed', { cause: new Error(error.message) });
  });
  const bytes = unpackBody(
    await reply.body.arrayBuffer(),
    [reply.headers['content-encoding'] ?? []].flat().join(','),
  );
  const replyHeaders = Object.entries(reply.headers).flatMap(([name, value]) =>
    OF_THE_WAY.includes(name)
      ? []
      : [value ?? []].flat().map((each): [string, string] => [name, each]),
  );
  const waitS = reply.statusCode < 400 ? undefined : retryInfoSeconds(bytes.toString('utf8'));
  if (waitS !== undefined && !('retry-after' in reply.headers)) {
    replyHeaders.push(['retry-after', String(waitS)]);
  }
  const { statusCode } = reply;
  const isMoved = statusCode >= 300 && statusCode < 400;
  const content = isMoved
    ? JSON.stringify({
        error: {
          message: `moved to ${reply.headers.location ?? 'an address that it does not say'}`,
        },
      })
    : readable(statusCode, bytes);
  return new Response(WITHOUT_BODY.includes(statusCode) ? null : content, {
    status: statusCode,
    headers: replyHeaders,
  });
}
