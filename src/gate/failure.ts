import type { GradingResult } from 'promptfoo';

/** A failed assertion whose reason is the error's message. A throw would show promptfoo's stack. */
export const failure = (error: unknown): GradingResult => ({
  pass: false,
  score: 0,
  reason: error instanceof Error ? error.message : String(error),
});
