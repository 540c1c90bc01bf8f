import { JudgeError } from '../judges/judge-error.ts';
import { UPLOAD_STEP_BYTES } from '../judges/patient-client.ts';
import { anthropicSdk, openaiSdk } from '../judges/sdks.ts';

/** The vendor understood the request and will not take it, however often it comes. */
const REFUSED = [400, 401, 403, 404, 413, 422];

/** It may take it another time; so may those from 500 on. */
const PASSING = [408, 409, 429];

/** Of Node's sockets and of undici. */
const BROKEN_CONNECTION =
  /^(UND_ERR_|ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH)/;

/** Nothing was made of it: the vendor refused, or nothing could be sent, as without a key. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof JudgeError || REFUSED.includes(statusOf(error) ?? 0);

/** The vendor knows nothing of this name. */
export const isUnknown = (error: unknown): boolean => statusOf(error) === 404;

/** An outage, which is no verdict. */
export function isPassing(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== undefined) return PASSING.includes(status) || status >= 500;
  return isOf('APIConnectionError', error) || isBroken(error);
}

/** An error in words; where it took too long, what to set. */
export function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return isOf('APIConnectionTimeoutError', error)
    ? `${message.replace(/\.$/, '')}: raise judgeOptions.timeoutMs (a file may take that long for every ${UPLOAD_STEP_BYTES / 1e6} MB)`
    : message;
}

/** Whether either SDK threw it. */
const isOf = (name: 'APIConnectionError' | 'APIConnectionTimeoutError', error: unknown): boolean =>
  error instanceof openaiSdk()[name] || error instanceof anthropicSdk()[name];

const statusOf = (error: unknown): number | undefined =>
  error instanceof Error && 'status' in error && typeof error.status === 'number'
    ? error.status
    : undefined;

function isBroken(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return BROKEN_CONNECTION.test(code) || isBroken(error.cause);
}
