import { parseBody } from './reply-body.ts';

/** What the vendors' SDKs have in common for posting. */
interface Client {
  post(
    path: string,
    options: { body: unknown; headers: Record<string, string>; signal?: AbortSignal },
  ): { asResponse(): Promise<Response> };
}

interface JsonReply {
  raw: unknown;
  headers: Headers;
  latencyMs: number;
}

/**
 * Posts with a vendor's SDK as `messages.create` and `chat.completions.create` do. Those would serialise
 * the images anew for each question, and read a reply as JSON only where the server says that it is JSON.
 *
 * @param path below the client's address
 * @param body JSON in UTF-8, or an object
 * @throws what the SDK throws; an error of {@link parseBody} where the reply cannot be read
 */
export async function postJson(
  client: Client,
  path: string,
  body: unknown,
  signal?: AbortSignal,
): Promise<JsonReply> {
  const startMs = performance.now();
  const response = await client
    .post(path, {
      body,
      headers: { 'content-type': 'application/json' },
      ...(signal && { signal }),
    })
    .asResponse();
  const raw = parseBody(await response.text());
  return { raw, headers: response.headers, latencyMs: Math.round(performance.now() - startMs) };
}
