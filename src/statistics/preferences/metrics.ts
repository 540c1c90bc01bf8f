import type { Statistic } from '../statistic.ts';
import { UndefinedCorrelationError } from '../undefined-correlation-error.ts';
import { hitOf, type Preference, SIDES, sideOf } from './preference.ts';

/**
 * How well a judge's answers about pairs agree with people's:
 *
 * - `ACCURACY`: share of pairs on which it prefers the image that most people prefer. Where it prefers none, it
 *   counts half, as a guess would. Pairs on which people are evenly divided are left out: nobody could be right.
 * - `WEIGHTED`: the same, each pair weighted by people's agreement, `|2 share - 1|`: 1 where they are of one mind, 0
 *   where they are evenly divided.
 * - `2AFC`: mean share of people who prefer the image that the judge prefers, over all pairs (Zhang et al. 2018, "The
 *   unreasonable effectiveness of deep features as a perceptual metric"); no judge reaches 1 where people differ.
 * - `KAPPA`: Cohen's kappa (1960) over three answers: first, tie, second. A tie is exactly one half.
 * - `LOGLIK`: mean over all pairs of `share ln P + (1 - share) ln (1 - P)`, in nats; at most minus the entropy of people's
 *   shares, and ln(1/2) = -0.693 for a judge that knows nothing. Probabilities nearer to 0 or 1 than the bound are
 *   held at it, and counted.
 */
export const PREFERENCE_METRICS = ['ACCURACY', 'WEIGHTED', '2AFC', 'KAPPA', 'LOGLIK'] as const;
export type PreferenceMetric = (typeof PREFERENCE_METRICS)[number];

/** The log-likelihood holds probabilities this far from 0 and 1: one answer costs at most ln 0.01 = -4.61. */
export const LOG_BOUND = 0.01;

/** A metric over pairs; pair i may also count in part, by a multiplicity that is no whole number. */
export interface PreferenceStatistic extends Statistic {
  resample: (multiplicities: ArrayLike<number>) => number;
}

/**
 * A metric over pairs, prepared for its bootstrap.
 *
 * @param bound of probabilities in `LOGLIK`, above 0 and below one half
 * @throws UndefinedCorrelationError with the reason; RangeError a share or a probability outside 0..1
 * @example
 * const preferences = [
 *   { share: 0.9, probability: 0.7 },
 *   { share: 0.2, probability: 0.6 },
 *   { share: 0.6, probability: 0.5 },
 * ];
 * preferenceMetric('ACCURACY', preferences).estimate; // 0.5
 */
export function preferenceMetric(
  metric: PreferenceMetric,
  preferences: readonly Preference[],
  bound = LOG_BOUND,
): PreferenceStatistic {
  check(preferences);
  switch (metric) {
    case 'ACCURACY':
    case 'WEIGHTED':
      return weightedMean(preferences.map(hitOf), weightsIn(metric, preferences));
    case '2AFC':
      return weightedMean(preferences.map(peopleAgreeing), weightsIn(metric, preferences));
    case 'KAPPA':
      return kappa(preferences);
    case 'LOGLIK':
      return weightedMean(
        preferences.map((each) => logLikelihood(each, bound)),
        weightsIn(metric, preferences),
      );
  }
}

/**
 * The pairs that have a part in a metric, with the names of their units: for `ACCURACY` and `WEIGHTED` those on which
 * people are not evenly divided. All where there are none of these, so that the metric says why it is not defined.
 */
export function countedIn(
  metric: PreferenceMetric,
  preferences: readonly Preference[],
  units: readonly string[],
): { preferences: Preference[]; units: string[] } {
  const places = [...preferences.keys()];
  const decided = places.filter((place) => weightOf(metric, preferences[place]!) > 0);
  const counted = decided.length > 0 ? decided : places;
  return {
    preferences: counted.map((place) => preferences[place]!),
    units: counted.map((place) => units[place]!),
  };
}

/** Pairs whose probability `LOGLIK` holds at the bound. */
export const boundedCount = (preferences: readonly Preference[], bound = LOG_BOUND): number =>
  preferences.filter(({ probability }) => held(probability, bound) !== probability).length;

/** What `LOGLIK` would be if the judge knew people's shares: minus their mean entropy. */
export const bestLogLikelihood = (preferences: readonly Preference[]): number =>
  preferences.reduce((sum, { share }) => sum + plogp(share) + plogp(1 - share), 0) /
  preferences.length;

/** How much a pair counts in a metric, 0..1. */
export function weightOf(metric: PreferenceMetric, preference: Preference): number {
  if (metric === 'WEIGHTED') return agreementOf(preference);
  return metric === 'ACCURACY' && sideOf(preference.share) === 'tie' ? 0 : 1;
}

const weightsIn = (metric: PreferenceMetric, preferences: readonly Preference[]): number[] =>
  preferences.map((each) => weightOf(metric, each));

/** Of people, between 0 for evenly divided and 1 for all. */
const agreementOf = ({ share }: Preference): number =>
  sideOf(share) === 'tie' ? 0 : Math.abs(2 * share - 1);

/** Share of people who prefer what the judge prefers. */
function peopleAgreeing({ share, probability }: Preference): number {
  const judge = sideOf(probability);
  if (judge === 'tie') return 0.5;
  return judge === 'first' ? share : 1 - share;
}

const held = (probability: number, bound: number): number =>
  Math.min(1 - bound, Math.max(bound, probability));

function logLikelihood({ share, probability }: Preference, bound: number): number {
  const p = held(probability, bound);
  return share * Math.log(p) + (1 - share) * Math.log(1 - p);
}

const plogp = (p: number): number => (p === 0 ? 0 : p * Math.log(p));

function weightedMean(values: readonly number[], weights: readonly number[]): PreferenceStatistic {
  const resample = (multiplicities: ArrayLike<number>): number => {
    let sum = 0;
    let total = 0;
    for (let i = 0; i < values.length; i++) {
      const weight = multiplicities[i]! * weights[i]!;
      sum += weight * values[i]!;
      total += weight;
    }
    return sum / total;
  };
  return defined(resample, values.length, 'people are evenly divided on every pair');
}

function kappa(preferences: readonly Preference[]): PreferenceStatistic {
  const people = preferences.map(({ share }) => SIDES.indexOf(sideOf(share)));
  const judge = preferences.map(({ probability }) => SIDES.indexOf(sideOf(probability)));
  const resample = (multiplicities: ArrayLike<number>): number => {
    const ofPeople = [0, 0, 0];
    const ofJudge = [0, 0, 0];
    let same = 0;
    let n = 0;
    for (let i = 0; i < people.length; i++) {
      const times = multiplicities[i]!;
      const [own, other] = [people[i]!, judge[i]!];
      ofPeople[own]! += times;
      ofJudge[other]! += times;
      if (own === other) same += times;
      n += times;
    }
    const chance = ofPeople.reduce((sum, count, i) => sum + count * ofJudge[i]!, 0) / (n * n);
    return chance === 1 ? Number.NaN : (same / n - chance) / (1 - chance);
  };
  return defined(
    resample,
    people.length,
    'people and judge give one and the same answer to every pair, so there is no kappa',
  );
}

function defined(
  resample: (multiplicities: ArrayLike<number>) => number,
  pairs: number,
  otherwise: string,
): PreferenceStatistic {
  const estimate = resample(new Uint8Array(pairs).fill(1));
  if (Number.isNaN(estimate)) throw new UndefinedCorrelationError(otherwise);
  return { estimate, resample };
}

function check(preferences: readonly Preference[]): void {
  if (preferences.length === 0) throw new UndefinedCorrelationError('there are no pairs');
  for (const [index, preference] of preferences.entries()) {
    for (const key of ['share', 'probability'] as const) {
      const value = preference[key];
      if (!(value >= 0 && value <= 1)) {
        throw new RangeError(`pair ${index + 1}: ${key} is ${value}; it must lie in 0..1`);
      }
    }
  }
}
