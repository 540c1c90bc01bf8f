import { preferenceMetric } from '../statistics/index.ts';
import { type PreferenceMetric, weightOf } from '../statistics/preferences/metrics.ts';
import { type Preference, sideOf } from '../statistics/preferences/preference.ts';
import { casesOf } from '../statistics/preferences/scale.ts';
import { wilson } from '../statistics/wilson.ts';
import type { PreferenceSample } from './preference-sample.ts';

/** Two runs' preferences over the same pairs, in the same order. */
export type PairedSamples = Record<'newer' | 'older', PreferenceSample>;

/** Pairs of which the two runs prefer different images. */
export const changedPairs = ({ newer, older }: PairedSamples): number[] =>
  [...newer.preferences.keys()].filter(
    (place) =>
      sideOf(newer.preferences[place]!.probability) !==
      sideOf(older.preferences[place]!.probability),
  );

/**
 * How much lower the newer run's metric may be by changes that these pairs do not happen to show: as large a share more of
 * pairs as Wilson's interval leaves open may have changed, all of them from right to wrong, each for as much as a pair
 * of these is worth on average. Independent cases are counted as `preferenceScale` does.
 *
 * @param samples of the pairs that have a part in the metric, which looks at the preferred image
 * @returns at least 0, in units of the metric
 * @throws UndefinedCorrelationError as `preferenceMetric`
 */
export function unseenLoss(
  samples: PairedSamples,
  metric: PreferenceMetric,
  confidence?: number,
): number {
  const { preferences, units } = samples.newer;
  const weights = preferences.map((each) => weightOf(metric, each));
  const cases = casesOf(weights, units.names);
  const seen = Math.ceil((changedPairs(samples).length / preferences.length) * cases);
  const { estimate, high } = wilson(Math.min(cases, seen), cases, confidence);
  const worst = preferences.map(wrong);
  const places = [...worst.keys()];
  const losable = places.filter(
    (place) => sideOf(preferences[place]!.probability) !== sideOf(worst[place]!.probability),
  ).length;
  if (losable === 0) return 0;
  const [now, lowest] = [preferences, worst].map((each) => preferenceMetric(metric, each).estimate);
  return (high - estimate) * ((now! - lowest!) * (preferences.length / losable));
}

/** The same pair, of which the judge prefers the image that most people do not. */
const wrong = ({ share }: Preference): Preference => ({ share, probability: share > 0.5 ? 0 : 1 });
