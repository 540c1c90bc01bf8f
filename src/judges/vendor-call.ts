import { setTimeout } from 'node:timers/promises';
import pLimit from 'p-limit';
import { errorWords } from './error-words.ts';
import { JudgeError } from './judge-error.ts';
import {
  describeFailure,
  isFinalFailure,
  isPassing,
  isPassingInReply,
  type RequestFailure,
  type RequestSetting,
  VendorFailure,
} from './reply-failure.ts';
import type { Waiting } from './retry-after.ts';

/** Requests under way at once, unless configured. */
export const DEFAULT_MAX_CONCURRENCY = 8;

/** Questions that must find no server, one after the other, before it is asked only once more. */
const UNREACHED_BEFORE_LOOK = 3;

/** Makes one request; what goes wrong becomes a JudgeError that says what to do. */
export type VendorCall = <Reply>(
  signal: AbortSignal | undefined,
  request: () => Promise<Reply>,
) => Promise<Reply>;

export interface VendorCallOptions {
  setting: RequestSetting;
  maxConcurrency: number;
  /** Reads what a request threw; undefined: a reply that cannot be read. */
  failureOf: (error: unknown) => RequestFailure | undefined;
  /** Left out: the endpoint's own waiting is not known. */
  waiting?: Pick<Waiting, 'turn' | 'reason'>;
  /** The SDK tries nothing again by itself. */
  sdkNeverRetries?: true;
}

/**
 * What holds for the requests of one judge: no more at once than configured, the SDK's errors in
 * readable words, a wait where the endpoint asks for it, and no request at all after a final refusal. A
 * server that cannot be reached is given up after a few questions, as long as none has worked.
 */
export function createVendorCall(
  judgeId: string,
  { setting, maxConcurrency, failureOf, waiting, sdkNeverRetries }: VendorCallOptions,
): VendorCall {
  const limit = pLimit(maxConcurrency);
  /** After it no request makes sense. */
  let final: JudgeError | undefined;
  let hasWorked = false;
  let unreached = 0;
  /** The one question that is asked when several have found no server. */
  let look: Promise<unknown> | undefined;

  const read = (cause: unknown): RequestFailure | undefined =>
    cause instanceof VendorFailure ? cause.failure : failureOf(cause);

  /** Whether another try may do that the SDK has not made. */
  const mayPass = (cause: unknown): boolean => {
    const failure = read(cause);
    if (!failure) return false;
    return isPassingInReply(failure) || (sdkNeverRetries === true && isPassing(failure));
  };

  const readable = (cause: unknown, isLook: boolean): JudgeError => {
    const failure = read(cause) ?? ({ kind: 'other', words: messageOf(cause) } as const);
    const isUnreached = failure.kind === 'connection' && failure.isUnreached === true;
    // Whatever else went wrong, there is a server.
    if (isUnreached) unreached += 1;
    else unreached = 0;
    const isGivenUp = isUnreached && isLook && !hasWorked;
    const isFinal = isGivenUp || isFinalFailure(failure);
    const told = `${describeFailure(failure, setting)}${isGivenUp ? '; nothing more is asked of this judge in this run' : ''}`;
    return new JudgeError(judgeId, told, { cause, isFinal });
  };

  const attempt = async <Reply>(
    signal: AbortSignal | undefined,
    request: () => Promise<Reply>,
    isLook: boolean,
  ): Promise<Reply> => {
    const { maxRetries } = setting.options;
    for (let left = maxRetries; ; ) {
      if (final) throw final;
      await waiting?.turn(signal);
      try {
        const reply = await request();
        hasWorked = true;
        unreached = 0;
        return reply;
      } catch (cause) {
        signal?.throwIfAborted();
        if (cause instanceof JudgeError) throw cause;
        const reason = waiting?.reason();
        const isAgain = !reason && mayPass(cause);
        if (isAgain && left > 0)
          await setTimeout(pauseMs(maxRetries - left), undefined, { signal });
        if (reason === 'limited' || isAgain) left -= 1;
        if (!(reason || isAgain) || left < 0) throw readable(cause, isLook);
      }
    }
  };

  return (signal, request) =>
    limit(async () => {
      signal?.throwIfAborted();
      while (look && !hasWorked) await look.catch(() => {});
      const isLook = !hasWorked && unreached >= UNREACHED_BEFORE_LOOK;
      const reply = attempt(signal, request, isLook);
      if (isLook) look = reply;
      try {
        return await reply;
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof JudgeError && error.isFinal) final ??= error;
        throw error;
      } finally {
        if (look === reply) look = undefined;
      }
    });
}

/** As long as the SDKs wait before they try again. */
const pauseMs = (triedBefore: number): number =>
  Math.min(500 * 2 ** triedBefore, 8_000) * (1 - Math.random() / 4);

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : (errorWords(error) ?? String(error));
