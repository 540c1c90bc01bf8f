import { Readable } from 'node:stream';
import { getGlobalDispatcher, request, fetch as undiciFetch } from 'undici';
import { JsonBody } from './json-body.ts';

/** Node's own fetch gives up waiting for a reply's head, or for more of its body, after this time. */
const NODE_FETCH_LIMIT_MS = 300_000;

/**
 * Client options that let a reply take `timeoutMs`, however long, and that send a JsonBody in its pieces:
 * `fetch` would copy it several times over.
 */
export function fetchFor(timeoutMs: number): { fetch: typeof globalThis.fetch } {
  const others = timeoutMs < NODE_FETCH_LIMIT_MS ? nodeFetch : patientFetch(timeoutMs);
  return {
    fetch: (input, init) =>
      init?.body instanceof JsonBody
        ? post(input, init as PostInit, timeoutMs)
        : others(input, init),
  };
}

/** Looked up with each call, as the SDKs do. */
const nodeFetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init);

/** By the ordinary way out, which may be a proxy, with another limit. */
function patientFetch(timeoutMs: number): typeof globalThis.fetch {
  const fetch = undiciFetch as unknown as typeof globalThis.fetch;
  const limits = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
  return (input, init) => {
    const dispatcher = getGlobalDispatcher().compose(
      (dispatch) => (options, handler) => dispatch({ ...options, ...limits }, handler),
    );
    return fetch(input, { ...init, dispatcher } as RequestInit);
  };
}

type PostInit = RequestInit & { body: JsonBody };

/** One request and its whole reply, as `fetch` would give it; an answer is small. */
async function post(
  input: Parameters<typeof globalThis.fetch>[0],
  { body, headers, signal }: PostInit,
  timeoutMs: number,
): Promise<Response> {
  const reply = await request(input instanceof Request ? input.url : input, {
    method: 'POST',
    headers: {
      ...Object.fromEntries(new Headers(headers)),
      'content-length': String(body.size),
      // Nothing here unpacks a reply.
      'accept-encoding': 'identity',
    },
    body: Readable.from(body.pieces),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    ...(signal && { signal }),
  }).catch((error: Error) => {
    // A proxy's refusal has the name that the SDKs take for their own time limit.
    if (error.name !== 'AbortError' || signal?.aborted) throw error;
    throw new TypeError('fetch failed', { cause: new Error(error.message) });
  });
  const bytes = await reply.body.arrayBuffer();
  if (reply.statusCode >= 300 && reply.statusCode < 400) {
    throw new Error(
      `the endpoint answered ${reply.statusCode}, see ${reply.headers.location ?? '(no address)'}: set judgeOptions.baseUrl to where it is now`,
    );
  }
  return new Response(reply.statusCode === 204 ? null : bytes, {
    status: reply.statusCode,
    headers: Object.entries(reply.headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((each): [string, string] => [name, each]),
    ),
  });
}
