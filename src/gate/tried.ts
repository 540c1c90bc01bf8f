import type { Verdict } from './verdict.ts';

/** A baseline that cannot be used fails the gate, and leaves the metric itself standing. */
export function tried(judge: () => Verdict): Verdict {
  try {
    return judge();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { pass: false, judged: false, phrase: `; no comparison: ${reason}`, remarks: [] };
  }
}
