import type { Interval } from '../statistics/index.ts';
import { type Sample, unitCount, unitsText } from './correlated-sample.ts';
import { DEFAULT_MIN_IMAGES, type GateConfig } from './gate-config.ts';
import { decimalsFor, withInterval } from './phrases.ts';
import type { Verdict } from './verdict.ts';

type Settings = Pick<GateConfig, 'confidence' | 'minImages'> & { min: number };

/**
 * Whether a correlation, or with `confidence` the lower end of its interval, reaches `min`; over fewer
 * than `minImages` images, or groups where there are groups, it does not.
 */
export function againstMin(
  estimate: number,
  interval: Interval | undefined,
  sample: Sample,
  { min, confidence, minImages = DEFAULT_MIN_IMAGES }: Settings,
): Verdict {
  if (unitCount(sample) < minImages) {
    const phrase = `; too few to judge min ${min}: ${unitsText(sample)}, fewer than minImages ${minImages}`;
    return { pass: false, judged: false, phrase, remarks: [] };
  }
  const byInterval = confidence !== undefined;
  if (byInterval && !interval) {
    const phrase = `; without an interval, min ${min} is not reached`;
    return { pass: false, judged: false, phrase, remarks: [] };
  }
  const value = byInterval && interval ? interval.low : estimate;
  const pass = value >= min;
  const shown = withInterval(value, undefined, decimalsFor([[value, min]]));
  const phrase = byInterval
    ? `; its lower end ${shown} is ${pass ? 'at least' : 'below'} ${min}`
    : `, ${pass ? 'at least' : 'below'} ${min}`;
  return { pass, judged: true, phrase, remarks: [] };
}
