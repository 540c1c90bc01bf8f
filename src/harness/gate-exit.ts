import { isCommandLine } from './running-promptfoo.ts';

/** promptfoo's exit code for a row that failed, where the environment does not name another. */
export const FAILED_EXIT_CODE = 100;

/**
 * promptfoo ends with the exit code of its rows: with 0 where there are none, where it was paused, or
 * where `PROMPTFOO_PASS_RATE_THRESHOLD` allows a failed one. So a run with gates begins with the exit
 * code of a failure, which promptfoo leaves as it is. A program that calls promptfoo keeps its own.
 */
export function holdExitCode(): void {
  if (isCommandLine()) process.exitCode = failedExitCode();
}

/** All gates were judged and passed: from here on the exit code is promptfoo's own. */
export function releaseExitCode(): void {
  if (isCommandLine()) process.exitCode = undefined;
}

/** The exit code of a run in which a row failed or is in error: 100, or what the environment says. */
export function failedExitCode(): number {
  const configured = Number(process.env.PROMPTFOO_FAILED_TEST_EXIT_CODE || FAILED_EXIT_CODE);
  return Number.isSafeInteger(configured) ? configured : FAILED_EXIT_CODE;
}
