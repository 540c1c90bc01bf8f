import { JudgeError } from '../judges/judge-error.ts';
import { connectionFailure } from '../judges/sdk-failure.ts';
import { anthropicSdk, openaiSdk } from '../judges/sdks.ts';
import { UPLOAD_STEP_BYTES } from '../judges/upload-client.ts';

/** The vendor understood the request and will not take it, however often it comes. */
const REFUSED = [400, 401, 402, 403, 404, 405, 413, 422];

/** It may take it another time; so may those from 500 on. */
const PASSING = [408, 409, 429];

/** Of Node's sockets and of undici. */
const BROKEN_CONNECTION =
  /^(UND_ERR_|ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH)/;

/** Nothing was made of it: the vendor refused, or nothing could be sent, as without a key. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof JudgeError || REFUSED.includes(statusOf(error) ?? 0);

/**
 * What is said of a file or a batch that is too large, or has too many requests: `File is too large.`,
 * `Request body too large. Maximum allowed: 10 MB`, `exceeds the maximum number of requests`.
 */
const TOO_LARGE = [
  /\b(file|batch|body|payload|entity|upload|content length)\b.{0,60}\b(too (large|big|long)|exceed|larger than|above|maximum|limit)/i,
  /\b(too (large|big)|exceed\w*|larger than|maximum|at most|limit of)\b.{0,60}\b(file|batch|body|payload|upload|mb|mib|bytes)\b/i,
  /\btoo many (requests|lines|rows|items|entries|records)\b.{0,40}\b(in|per|for) (a |the |this |one )?(batch|file|job)\b/i,
  /\b(maximum|at most|exceed\w*|limit|more than)\b.{0,60}\b(requests|lines|rows|items|entries|records)\b/i,
  /\b(requests|lines|rows|items|entries|records|(request|line) count)\b.{0,30}(\b(exceed\w*|above|more than)\b|>)/i,
  /\b(file|batch|body|payload|upload)\b.{0,40}\b(less than|smaller than|under|below|up to|not be over)\b.{0,20}\b(\d+ ?)?([kmg]i?b|bytes|requests|lines)\b/i,
];

/** Limits of what may wait, be asked or paid in a time, which no smaller batch keeps. */
const OTHER_LIMIT =
  /token|quota|credit|billing|balance|spend|rate.?limit|per (second|minute|hour|day)|concurren|enqueued|in progress|pending|active|context|image|pixel/i;

/** Whether words are about a batch that is too large, and a smaller one may be taken. */
export const isAboutSize = (words: string): boolean =>
  !OTHER_LIMIT.test(words) &&
  // `file_too_large`
  TOO_LARGE.some((pattern) => pattern.test(words.replaceAll('_', ' ')));

/** Whether words are about a file that the vendor does not have, or not any more. */
export const isAboutLostFile = (words: string): boolean =>
  /file/i.test(words) && /no such|not found|\bfind\b|exist|expired|deleted/i.test(words);

/** The vendor refused a batch, or its file, for its size: smaller ones may be taken. */
export const isSizeRefusal = (error: unknown): boolean =>
  statusOf(error) === 413 || (isRefusal(error) && isAboutSize(wordsOf(error)));

/** The vendor knows nothing of this name. */
export const isUnknown = (error: unknown): boolean => statusOf(error) === 404;

/** The vendor knows nothing of this batch, and may yet: it has just been made. */
export const isUnknownYet = (
  error: unknown,
  { submitted_at_ms }: { submitted_at_ms: number | null },
  { knownAfterMs = 0 }: { knownAfterMs?: number },
): boolean => isUnknown(error) && Date.now() - (submitted_at_ms ?? 0) < knownAfterMs;

/** An outage, which is no verdict. */
export function isPassing(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== undefined) return PASSING.includes(status) || status >= 500;
  return isOf('APIConnectionError', error) || isBroken(error);
}

/** An error in words: what kept a connection from being made, and where it took too long, what to set. */
export function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const start = message.replace(/\.$/, '');
  if (isOf('APIConnectionTimeoutError', error)) {
    return `${start}: raise judgeOptions.timeoutMs (a file may take that long for every ${UPLOAD_STEP_BYTES / 1e6} MB)`;
  }
  // Of which SDKs and `fetch` say no more than that there was none.
  if (!isOf('APIConnectionError', error) && message !== 'fetch failed') return message;
  const failure = connectionFailure(error);
  return failure.kind === 'connection' && failure.words !== message
    ? `${start} (${failure.words})`
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
