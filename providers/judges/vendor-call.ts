import pLimit from 'p-limit';
import { JudgeError } from './judge-error.ts';
import { describeFailure, type RequestFailure, type RequestSetting } from './reply-failure.ts';

/** A wrong key and an unknown model do not become right within a run. */
const FINAL_STATUSES: readonly number[] = [401, 404];

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
    const failure = failureOf(cause) ?? { kind: 'other', words: messageOf(cause) };
    const isFinal = failure.kind === 'status' && FINAL_STATUSES.includes(failure.status);
    return new JudgeError(judgeId, describeFailure(failure, setting), { cause, isFinal });
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
