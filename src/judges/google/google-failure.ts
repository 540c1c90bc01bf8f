import { errorWords } from '../error-words.ts';
import type { RequestFailure } from '../reply-failure.ts';
import { connectionFailure } from '../sdk-failure.ts';
import { googleSdk } from '../sdks.ts';

/** Reads what Google's SDK threw; undefined where it was no error of the SDK or of the way. */
export function googleFailure(error: unknown): RequestFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof googleSdk().ApiError) {
    // Its message is the error's body as JSON.
    return {
      kind: 'status',
      status: error.status,
      words: errorWords(error.message) ?? error.message,
    };
  }
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return { kind: 'timeout' };
  const isOfTheWay = error instanceof TypeError ? error.message === 'fetch failed' : hasCode(error);
  return isOfTheWay ? connectionFailure(error) : undefined;
}

/** Of Node's sockets and of undici. */
const hasCode = (error: Error): boolean =>
  'code' in error && typeof error.code === 'string' && /^(UND_ERR_|E[A-Z]+$)/.test(error.code);
