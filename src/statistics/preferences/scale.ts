import { FISHER, LOGIT, NEGATIVE, type Scale } from '../interval.ts';
import { wilson } from '../wilson.ts';
import { type PreferenceMetric, weightOf } from './metrics.ts';
import { type Preference, SIDES, sideOf } from './preference.ts';

/**
 * The scale on which a metric of few units is nearly in Student's distribution. Where a judge agrees with people on all
 * pairs, or on none, all resamples do, and their percentiles would say that it always will: then the interval is
 * Wilson's, of a share of as many independent cases as the units are worth by their sizes (Kish 1965).
 *
 * @param units name of each pair's unit
 */
export function preferenceScale(
  metric: PreferenceMetric,
  preferences: readonly Preference[],
  units: readonly string[],
): Scale {
  if (metric === 'LOGLIK') return NEGATIVE;
  const weights = preferences.map((each) => weightOf(metric, each));
  const cases = casesOf(weights, units);
  const share = (estimate: number, confidence: number) => {
    const { low, high } = wilson(estimate * cases, cases, confidence);
    return { low, high };
  };
  if (metric !== 'KAPPA') return { ...LOGIT, atEnd: share };
  return {
    ...FISHER,
    atEnd(estimate, confidence) {
      if (estimate !== 1) return undefined;
      const chance = SIDES.map(
        (side) => preferences.filter((each) => sideOf(each.share) === side).length,
      ).reduce((sum, count) => sum + (count / preferences.length) ** 2, 0);
      return { low: (share(1, confidence).low - chance) / (1 - chance), high: 1 };
    },
  };
}

/** Independent cases of one weight that say as much as the units do, at least 1 (Kish 1965). */
export function casesOf(weights: readonly number[], units: readonly string[]): number {
  const sums = new Map<string, number>();
  for (const [index, weight] of weights.entries()) {
    sums.set(units[index]!, (sums.get(units[index]!) ?? 0) + weight);
  }
  const sizes = [...sums.values()];
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const squares = sizes.reduce((sum, size) => sum + size * size, 0);
  // Rounding must not cost a case.
  return Math.max(1, Math.floor(total ** 2 / squares + 1e-9));
}
