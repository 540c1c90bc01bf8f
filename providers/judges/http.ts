import { Agent, fetch } from 'undici';

/** Node's own fetch gives up waiting for a reply's head, or for more of its body, after this time. */
const NODE_FETCH_LIMIT_MS = 300_000;

/** Client options that let a reply take `timeoutMs`, however long. */
export function fetchFor(timeoutMs: number) {
  if (timeoutMs < NODE_FETCH_LIMIT_MS) return {};
  const dispatcher = new Agent({ headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
  return { fetch: fetch as unknown as typeof globalThis.fetch, fetchOptions: { dispatcher } };
}
