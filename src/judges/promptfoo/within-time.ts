import { VendorFailure } from '../reply-failure.ts';

/** Gives up after `timeoutMs`, even on a provider that ignores the signal. */
export async function withinTime<Result>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  const givenUp = Promise.withResolvers<never>();
  const giveUp = () =>
    givenUp.reject(timeout.aborted ? new VendorFailure({ kind: 'timeout' }) : either.reason);
  either.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([run(either), givenUp.promise]);
  } finally {
    either.removeEventListener('abort', giveUp);
  }
}
