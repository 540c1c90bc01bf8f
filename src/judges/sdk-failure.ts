import { z } from 'zod';
import type { RequestFailure } from './reply-failure.ts';

type ErrorClass<Instance> = abstract new (...parameters: never[]) => Instance;

/** The error classes that the vendors' SDKs have in common. */
export interface SdkErrors {
  APIError: ErrorClass<Error & { status: number | undefined; error: unknown }>;
  APIConnectionError: ErrorClass<Error>;
  APIConnectionTimeoutError: ErrorClass<Error>;
}

/** OpenAI's SDK hands out the inner object of an error's body, Anthropic's the outer one. */
const bodySchema = z.object({
  message: z.string().optional(),
  error: z.object({ message: z.string() }).optional(),
});

/** Reads what an SDK threw when its own retries were used up; undefined where it was no error of the SDK. */
export function sdkFailure(error: unknown, sdk: SdkErrors): RequestFailure | undefined {
  if (error instanceof sdk.APIConnectionTimeoutError) return { kind: 'timeout' };
  if (error instanceof sdk.APIConnectionError) return connectionFailure(error);
  if (error instanceof sdk.APIError && error.status !== undefined) {
    const said = bodySchema.safeParse(error.error).data;
    const words = said?.message ?? said?.error?.message ?? withoutStatus(error);
    return { kind: 'status', status: error.status, words };
  }
  return undefined;
}

/** What `fetch` threw. */
export function connectionFailure(error: unknown): RequestFailure {
  if (!(error instanceof Error)) return { kind: 'connection', words: String(error) };
  const { words, code } = innermost(error);
  return TIMED_OUT.has(code)
    ? { kind: 'timeout' }
    : { kind: 'connection', words, isUnreached: UNREACHED.has(code) };
}

/** undici's own limits, which are those of the configuration. */
const TIMED_OUT: ReadonlySet<string> = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

const withoutStatus = ({ status, message }: { status: number | undefined; message: string }) =>
  message.replace(new RegExp(`^${status} `), '');

/** No server at this address, no such name, no way there. */
const UNREACHED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** `fetch failed` says less than what caused it: `connect ECONNREFUSED 127.0.0.1:8000`. */
function innermost(error: Error): { words: string; code: string } {
  let current = error;
  while (current.cause instanceof Error) current = current.cause;
  // A name with several addresses fails with one error for each.
  if (current instanceof AggregateError && current.errors[0] instanceof Error) {
    current = current.errors[0];
  }
  const code = 'code' in current && typeof current.code === 'string' ? current.code : '';
  return { words: current.message || code || error.message, code };
}
