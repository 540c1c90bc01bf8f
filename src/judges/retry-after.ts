import { setTimeout } from 'node:timers/promises';
import { errorWords } from './error-words.ts';
import { JudgeError } from './judge-error.ts';
import type { JudgeOptions } from './judge-options.ts';
import { ABOUT_LOADING, quote } from './reply-failure.ts';

/** A server that is loading its model is asked again after this time. */
const LOADING_STEP_MS = 5_000;

/** The SDKs wait by themselves for as long as a reply asks for, up to this time. */
const SDK_WAITS_MS = 60_000;

/** A year; more is no time to come back at. */
const MAX_WAIT_MS = 365 * 86_400_000;

/** Waits are told at most this often. */
const TOLD_EVERY_MS = 10_000;

/** What the SDKs try again after, beside 5xx. */
const RETRIED: readonly number[] = [408, 409, 429];

/** When an endpoint may be asked again, by what its replies say. */
export interface Waiting {
  /**
   * Waits as long as the endpoint has asked to.
   *
   * @throws JudgeError it asks for more than the configured wait
   */
  turn(signal: AbortSignal | undefined): Promise<void>;
  /**
   * Reads what a reply asks for.
   *
   * @returns the reply as the SDK is to see it: it waits no longer than configured
   */
  heed(reply: Response): Promise<Response>;
  /**
   * Whether a request that failed now is worth another try, as the SDK does not wait that long: the
   * endpoint is `limited` for so long, or it is `loading`; or `closed`: `turn` says why not.
   */
  reason(): 'limited' | 'loading' | 'closed' | undefined;
}

type WaitOptions = Pick<JudgeOptions, 'maxRetryAfterS' | 'maxLoadingS'>;

/**
 * A wait longer than `maxRetryAfterS` is cut to that; when the endpoint then asks for one that long
 * again, nothing is asked of it until the time that it named.
 *
 * @param say gets one line about a wait
 */
export function createWaiting(
  judgeId: string,
  { maxRetryAfterS, maxLoadingS }: WaitOptions,
  say: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
): Waiting {
  const longestMs = maxRetryAfterS * 1000;
  let pausedUntilMs = 0;
  /** The end of a wait that was cut; left out: none was, or a request has worked since. */
  let lookAtMs: number | undefined;
  let closed: { untilMs: number; message: string } | undefined;
  let loadingSinceMs: number | undefined;
  let isTooLongForSdk = false;
  let toldMs = Number.NEGATIVE_INFINITY;

  const tell = (line: string) => {
    if (Date.now() - toldMs < TOLD_EVERY_MS) return;
    toldMs = Date.now();
    say(`judge ${judgeId}: ${line}`);
  };

  const pause = (ms: number) => {
    pausedUntilMs = Math.max(pausedUntilMs, Date.now() + ms);
  };

  const limited = (reply: Response, text: string, askedMs: number): Response => {
    const nowMs = Date.now();
    const asks = `it asks to wait ${seconds(askedMs)}`;
    if (askedMs > longestMs && lookAtMs !== undefined && nowMs >= lookAtMs) {
      closed = {
        untilMs: nowMs + askedMs,
        message: `HTTP ${reply.status}: ${quote(errorWords(text) ?? 'no words')}; ${asks}, longer than judgeOptions.maxRetryAfterS ${maxRetryAfterS}, and did so again after that time; nothing is asked of it until ${new Date(nowMs + askedMs).toISOString()}; run again then, which buys no answer twice, or raise maxRetryAfterS`,
      };
      return withHeaders(reply, { 'x-should-retry': 'false' });
    }
    const waitMs = Math.min(askedMs, longestMs);
    if (askedMs > longestMs) lookAtMs ??= nowMs + waitMs;
    isTooLongForSdk = waitMs > SDK_WAITS_MS;
    pause(waitMs);
    tell(
      askedMs > longestMs
        ? `HTTP ${reply.status}, ${asks}; waits ${seconds(waitMs)} (judgeOptions.maxRetryAfterS)`
        : `HTTP ${reply.status}, ${asks}; waits`,
    );
    return withHeaders(
      reply,
      isTooLongForSdk
        ? { 'x-should-retry': 'false' }
        : { 'retry-after-ms': String(Math.max(1, waitMs)) },
    );
  };

  const loading = (reply: Response): Response => {
    const nowMs = Date.now();
    loadingSinceMs ??= nowMs;
    if (nowMs - loadingSinceMs >= maxLoadingS * 1000) {
      closed = {
        untilMs: Number.POSITIVE_INFINITY,
        message: `the server is still loading its model after ${maxLoadingS} s (judgeOptions.maxLoadingS), nothing more is asked of it in this run; run again when it has, which buys no answer twice`,
      };
    } else {
      pause(Math.min(LOADING_STEP_MS, loadingSinceMs + maxLoadingS * 1000 - nowMs));
      tell(
        `the server is loading its model; waits up to ${maxLoadingS} s (judgeOptions.maxLoadingS)`,
      );
    }
    // Waited for before the next request, not by the SDK, whose tries are few.
    return withHeaders(reply, { 'x-should-retry': 'false' });
  };

  return {
    async turn(signal) {
      for (;;) {
        if (closed && Date.now() < closed.untilMs) throw new JudgeError(judgeId, closed.message);
        closed = undefined;
        const waitMs = pausedUntilMs - Date.now();
        if (waitMs <= 0) return;
        await setTimeout(waitMs, undefined, signal && { signal });
      }
    },
    async heed(reply) {
      if (reply.ok) {
        lookAtMs = undefined;
        loadingSinceMs = undefined;
        return reply;
      }
      const { status, headers } = reply;
      const isRetried =
        RETRIED.includes(status) || status >= 500 || headers.get('x-should-retry') === 'true';
      if (!isRetried) return reply;
      const text = await reply.text();
      const copy = new Response(text, { status, headers });
      if (status === 503 && ABOUT_LOADING.test(text.toLowerCase())) return loading(copy);
      const askedMs = retryAfterMs(headers);
      // What cannot be read here, an SDK may read as an hour, and sleep it.
      return askedMs === undefined
        ? withHeaders(copy, { 'retry-after': undefined, 'retry-after-ms': undefined })
        : limited(copy, text, askedMs);
    },
    reason() {
      if (closed) return 'closed';
      if (Date.now() >= pausedUntilMs) return undefined;
      if (loadingSinceMs !== undefined) return 'loading';
      return isTooLongForSdk ? 'limited' : undefined;
    },
  };
}

/**
 * How long a reply asks to wait: `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3), or the SDKs' own
 * header in milliseconds. Some write a unit behind it (`30s`) or the time itself in seconds since 1970, and a proxy may
 * add the header once more (`30, 30`): then the longest holds.
 *
 * @returns undefined where it asks for none, or nobody can tell for how long
 */
export function retryAfterMs(headers: Headers, nowMs: number = Date.now()): number | undefined {
  const own = Number.parseFloat(headers.get('retry-after-ms') ?? '');
  if (own >= 0) return Math.min(own, MAX_WAIT_MS);
  const given = headers.get('retry-after')?.trim() ?? '';
  if (given === '') return undefined;
  const numbers = given.split(',').map((part) => DURATION.exec(part.trim())?.groups);
  const waitMs = numbers.every((each) => each !== undefined)
    ? Math.max(...numbers.map(({ value, unit = 's' }) => durationMs(Number(value), unit, nowMs)))
    : Date.parse(given) - nowMs;
  return waitMs >= 0 ? Math.min(waitMs, MAX_WAIT_MS) : undefined;
}

const DURATION =
  /^(?<value>\d+(?:\.\d+)?)\s*(?<unit>ms|s|m|h)?(?:ec(?:onds?)?|in(?:utes?)?|ours?)?\.?$/i;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** No wait is that many seconds; as a time it is one of September 2001 or later. */
const TIME_FROM_S = 1e9;

function durationMs(value: number, unit: string, nowMs: number): number {
  const ms = value * (UNIT_MS[unit.toLowerCase()] ?? 1000);
  return ms >= TIME_FROM_S * 1000 ? ms - nowMs : ms;
}

/** @param changes undefined: without this header */
function withHeaders(reply: Response, changes: Record<string, string | undefined>): Response {
  const headers = new Headers(reply.headers);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) headers.delete(name);
    else headers.set(name, value);
  }
  return new Response(reply.body, { status: reply.status, headers });
}

const seconds = (ms: number): string => `${Math.ceil(ms / 1000)} s`;
