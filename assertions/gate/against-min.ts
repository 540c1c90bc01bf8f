import type { Interval } from '../statistics/index.ts';
import { decimalsFor, withInterval } from './phrases.ts';
import type { Verdict } from './verdict.ts';

/** Whether a correlation, or with `confidence` the lower end of its interval, reaches `min`. */
export function againstMin(
  estimate: number,
  interval: Interval | undefined,
  { min, confidence }: { min: number; confidence?: number | undefined },
): Verdict {
  const byInterval = confidence !== undefined;
  if (byInterval && !interval) {
    return { pass: false, phrase: `; without an interval, min ${min} is not reached`, remarks: [] };
  }
  const value = byInterval && interval ? interval.low : estimate;
  const pass = value >= min;
  const shown = withInterval(value, undefined, decimalsFor([[value, min]]));
  const phrase = byInterval
    ? `; its lower end ${shown} is ${pass ? 'at least' : 'below'} min ${min}`
    : `, ${pass ? 'at least' : 'below'} min ${min}`;
  return { pass, phrase, remarks: [] };
}
