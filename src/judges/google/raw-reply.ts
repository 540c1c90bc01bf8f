import type { HttpOptions } from '@google/genai';
import { parseBody } from '../reply-body.ts';

/**
 * A reply's body as it came: the SDK hands on those fields alone that it knows.
 *
 * @param fetch the client's own
 * @param ask makes one request with the SDK
 */
export async function rawReply(
  fetch: typeof globalThis.fetch,
  ask: (httpOptions: HttpOptions) => Promise<unknown>,
): Promise<unknown> {
  let raw: unknown;
  await ask({
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (response.ok) raw = parseBody(await response.clone().text());
      return response;
    },
  });
  return raw;
}
