import type { AnsweredPair } from '../rows/preference-row.ts';
import {
  type PairUnits,
  type Preference,
  type PreferenceMetric,
  pairUnits,
} from '../statistics/index.ts';
import { countedIn } from '../statistics/preferences/metrics.ts';

/** People's and the judge's preferences over pairs, and which pairs belong together. */
export interface PreferenceSample {
  preferences: Preference[];
  units: PairUnits;
}

export const preferenceSample = ({
  rows,
}: {
  rows: readonly AnsweredPair[];
}): PreferenceSample => ({
  preferences: rows.map(({ share, output }) => ({ share, probability: output.probability })),
  units: pairUnits(
    rows.map(({ firstSha256, secondSha256, group }) => ({
      ...{ first: firstSha256, second: secondSha256, group },
    })),
  ),
});

/** The pairs that have a part in a metric: by people's shares alone, whatever the judge says. */
export function partIn(
  metric: PreferenceMetric,
  { preferences, units }: PreferenceSample,
): PreferenceSample {
  const counted = countedIn(metric, preferences, units.names);
  return { preferences: counted.preferences, units: { ...units, names: counted.units } };
}

/** What independent units of pairs are. */
export const UNITS = 'pairs that share an image or a group are one';
