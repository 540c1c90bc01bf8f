import pLimit from 'p-limit';
import { createFinalRefusal } from './final-refusal.ts';
import { JudgeError } from './judge-error.ts';
import { describeFailure, type RequestFailure, type RequestSetting } from './reply-failure.ts';

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
  const refusal = createFinalRefusal();
  return (signal, request) =>
    limit(async () => {
      signal?.throwIfAborted();
      refusal.throwIfRefused();
      try {
        return await request();
      } catch (cause) {
        signal?.throwIfAborted();
        if (cause instanceof JudgeError) throw cause;
        const failure = failureOf(cause) ?? { kind: 'other', words: messageOf(cause) };
        const error = new JudgeError(judgeId, describeFailure(failure, setting), { cause });
        if (failure.kind === 'status') refusal.note(failure.status, error);
        throw error;
      }
    });
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
