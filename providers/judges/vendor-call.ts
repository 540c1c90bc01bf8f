import pLimit from 'p-limit';
import { JudgeError } from './judge-error.ts';
import {
  describeFailure,
  isFinalFailure,
  type RequestFailure,
  type RequestSetting,
  VendorFailure,
} from './reply-failure.ts';

/** Requests under way at once, unless configured. */
export const DEFAULT_MAX_CONCURRENCY = 8;

/** Makes one request; what goes wrong becomes a JudgeError that says what to do. */
export type VendorCall = <Reply>(
  signal: AbortSignal | undefined,
  request: () => Promise<Reply>,
) => Promise<Reply>;

/**
 * What holds for the requests of one judge: no more at once than configured, the SDK's errors in
 * readable words, and none at all after a final refusal.
 *
 * @param failureOf reads what a request threw; undefined: a reply that cannot be read
 */
export function createVendorCall(
  judgeId: string,
  setting: RequestSetting,
  maxConcurrency: number,
  failureOf: (error: unknown) => RequestFailure | undefined,
): VendorCall {
  const limit = pLimit(maxConcurrency);
  /** After it no request makes sense. */
  let final: JudgeError | undefined;
  const readable = (cause: unknown): JudgeError => {
    const failure =
      (cause instanceof VendorFailure ? cause.failure : failureOf(cause)) ??
      ({ kind: 'other', words: messageOf(cause) } as const);
    const message = describeFailure(failure, setting);
    return new JudgeError(judgeId, message, { cause, isFinal: isFinalFailure(failure) });
  };
  return (signal, request) =>
    limit(async () => {
      signal?.throwIfAborted();
      if (final) throw final;
      try {
        return await request();
      } catch (cause) {
        signal?.throwIfAborted();
        const error = cause instanceof JudgeError ? cause : readable(cause);
        if (error.isFinal) final ??= error;
        throw error;
      }
    });
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
