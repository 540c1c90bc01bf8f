import { preferenceMetric } from '../statistics/index.ts';
import { type PreferenceMetric, weightOf } from '../statistics/preferences/metrics.ts';
import { type Preference, sideOf } from '../statistics/preferences/preference.ts';
import { casesOf } from '../statistics/preferences/scale.ts';
import { wilsonEnds } from '../statistics/wilson.ts';
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
 * How many independent sets of pairs the changes lie in that move the metric: one that is worth less than the sets, or
 * whose changed pairs are worth less than the pairs, that make most of the metric counts for as much less. Twelve changes
 * of pairs on which people hardly agree say little of how often the others change.
 *
 * @param samples as for `unseenLoss`
 */
export function changedSets(samples: PairedSamples, metric: PreferenceMetric): number {
  const { preferences, units } = samples.newer;
  const worths = worthsOf(metric, preferences);
  const inSets = Map.groupBy(worths.keys(), (place) => units.names[place]!);
  const worthIn = (places: readonly number[]) => sumOf(places.map((place) => worths[place]!));
  const changed = Map.groupBy(changedPairs(samples), (place) => units.names[place]!);
  const typicalPair = typicalOf(worths);
  const typicalSet = typicalOf([...inSets.values()].map(worthIn));
  return sumOf(
    [...changed].map(([name, places]) => {
      const pair = Math.max(...places.map((place) => worths[place]!));
      return Math.min(1, pair / typicalPair, worthIn(inSets.get(name)!) / typicalSet);
    }),
  );
}

/** What that is worth which a unit of worth is in on average; 1 where nothing is worth anything. */
const typicalOf = (worths: readonly number[]): number =>
  sumOf(worths.map((worth) => worth ** 2)) / sumOf(worths) || 1;

/**
 * How much lower the newer run's metric may be by changes that these pairs do not happen to show: as large a share more of
 * pairs as Wilson's interval leaves open may have changed, all of them from right to wrong. Pairs count by what they are
 * worth, independent cases as `preferenceScale` counts them.
 *
 * @param samples of the pairs that have a part in the metric, which looks at the preferred image
 * @returns in units of the metric
 * @throws UndefinedCorrelationError as `preferenceMetric`
 */
export function unseenLoss(
  samples: PairedSamples,
  metric: PreferenceMetric,
  confidence?: number,
): number {
  const { preferences, units } = samples.newer;
  const worths = worthsOf(metric, preferences);
  const worst = preferences.map(wrong);
  const isLosable = (place: number): boolean =>
    sideOf(preferences[place]!.probability) !== sideOf(worst[place]!.probability);
  const losable = sumOf(worths.filter((_, place) => isLosable(place)));
  if (losable === 0) return 0;
  const all = sumOf(worths);
  const changed = sumOf(changedPairs(samples).map((place) => worths[place]!)) / all;
  const { high } = wilsonEnds(changed, casesOf(worths, units.names), confidence);
  // In part, and not a part of them: a kappa does not fall in proportion to what is lost.
  const lost = Math.min(1, ((high - changed) * all) / losable);
  const { resample } = preferenceMetric(metric, [...preferences, ...worst]);
  const at = (share: number): number =>
    resample([...preferences.map(() => 1 - share), ...worst.map(() => share)]);
  return at(0) - at(lost);
}

/**
 * What each pair is worth: how much the metric falls where the judge is wrong of it instead of right, in a unit that all
 * pairs have in common.
 */
function worthsOf(metric: PreferenceMetric, preferences: readonly Preference[]): number[] {
  if (metric !== 'KAPPA') {
    // Where people prefer both alike, 2AFC is one half whatever the judge says.
    const weighing = metric === '2AFC' ? 'WEIGHTED' : metric;
    return preferences.map((each) => weightOf(weighing, each));
  }
  const withOneMore = (more: Preference): number =>
    preferenceMetric('KAPPA', [...preferences, more]).estimate;
  const worths = new Map(
    [0, 0.5, 1].map((share) => {
      const right = { share, probability: share };
      return [sideOf(share), Math.max(0, withOneMore(right) - withOneMore(wrong(right)))];
    }),
  );
  return preferences.map(({ share }) => worths.get(sideOf(share))!);
}

/** The same pair, of which the judge prefers the image that most people do not. */
const wrong = ({ share }: Preference): Preference => ({ share, probability: share > 0.5 ? 0 : 1 });

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
