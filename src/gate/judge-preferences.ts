import { nameSome } from '../common/name-some.ts';
import type { PreferenceAnswer } from '../rows/preference-row.ts';
import {
  bootstrapStatistics,
  DEFAULT_CONFIDENCE,
  type Interval,
  type PreferenceMetric,
  preferenceMetric,
  type StatisticSeries,
  UndefinedCorrelationError,
  UndefinedIntervalError,
  unitsOf,
} from '../statistics/index.ts';
import { intervalOf } from '../statistics/interval.ts';
import { boundedCount } from '../statistics/preferences/metrics.ts';
import { sideOf } from '../statistics/preferences/preference.ts';
import { preferenceScale } from '../statistics/preferences/scale.ts';
import { counted, decimalsFor, describeInterval, withInterval } from './phrases.ts';
import { minUnitsOf, type PairAgreementConfig } from './preference-config.ts';
import { type PreferenceSample, partIn, preferenceSample, UNITS } from './preference-sample.ts';
import { preferencesAgainstBaseline } from './preferences-against-baseline.ts';
import { tried } from './tried.ts';
import type { Verdict } from './verdict.ts';

/** A metric of a sample with its interval, or why it has none. */
export interface PreferenceEstimate {
  estimate: number;
  interval?: Interval;
  undefinedBecause?: string;
}

/** @throws UndefinedCorrelationError */
export function preferenceEstimate(
  { preferences, units }: PreferenceSample,
  metric: PreferenceMetric,
  { confidence = DEFAULT_CONFIDENCE, bound }: { confidence?: number | undefined; bound: number },
): PreferenceEstimate {
  const statistic = preferenceMetric(metric, preferences, bound);
  const { estimate } = statistic;
  const drawn = unitsOf(preferences.length, units.names);
  const [series] = bootstrapStatistics([statistic], drawn, { confidence }) as [StatisticSeries];
  try {
    return {
      estimate,
      interval: intervalOf(series, preferenceScale(metric, preferences, units.names)),
    };
  } catch (error) {
    if (!(error instanceof UndefinedIntervalError)) throw error;
    return { estimate, undefinedBecause: `${error.message} (${UNITS})` };
  }
}

/** The metrics of a sample that are defined, by name. */
export function publishedPreferences(
  { preferences }: PreferenceSample,
  bound: number,
  suffix: string,
): Record<string, number> {
  const metrics: PreferenceMetric[] = ['ACCURACY', 'WEIGHTED', '2AFC', 'KAPPA', 'LOGLIK'];
  return Object.fromEntries(
    metrics.flatMap((metric) => {
      try {
        return [[`${metric}${suffix}`, preferenceMetric(metric, preferences, bound).estimate]];
      } catch (error) {
        // One that is not defined is not published, and a gate on it says why.
        if (error instanceof UndefinedCorrelationError) return [];
        throw error;
      }
    }),
  );
}

/** What `pair-agreement` says of a preference row. */
export interface PreferenceJudgement {
  pass: boolean;
  /** Whether every bound was held against something. */
  judged: boolean;
  estimate: number;
  /** Why it passes or does not, without a full stop. */
  sentence: string;
  /** Sentences after it. */
  remarks: string[];
}

/**
 * Holds the agreement of a preference row against its gates.
 *
 * @param provider label of the column's provider, where it is known
 * @throws UndefinedCorrelationError
 */
export function judgePreferences(
  answer: PreferenceAnswer,
  config: PairAgreementConfig,
  provider?: string,
): PreferenceJudgement {
  const { metric, min, baseline, confidence, bound } = config;
  const all = preferenceSample(answer);
  const sample = partIn(metric, all);
  const found = preferenceEstimate(sample, metric, { confidence, bound });
  const { estimate, interval, undefinedBecause } = found;
  const verdicts = [
    ...(min === undefined ? [] : [againstMin(min, found, sample, config)]),
    ...(baseline === undefined
      ? []
      : [tried(() => preferencesAgainstBaseline(answer, { ...config, baseline, provider }))]),
  ];
  // A comparison says itself what it rests on.
  const isCompared = baseline !== undefined && verdicts.at(-1)?.judged === true;
  const decimals = decimalsFor(
    min !== undefined && confidence === undefined ? [[estimate, min]] : [],
  );
  const notice = answer.notice === undefined ? '' : `${answer.notice}: `;
  return {
    pass: verdicts.every(({ pass }) => pass),
    judged: verdicts.every(({ judged }) => judged),
    estimate,
    sentence: `${notice}${metric} ${withInterval(estimate, interval, decimals)} on ${counted(sample.preferences.length, 'pairs')}${verdicts.map(({ phrase }) => phrase).join('')}`,
    remarks: [
      ...(undefinedBecause === undefined ? [] : [undefinedBecause]),
      ...(interval && !isCompared ? describeInterval(interval, sample.units.kind) : []),
      ...verdicts.flatMap(({ remarks }) => remarks),
      ...describeTies(metric, sample, all),
      ...describeBound(metric, sample, bound),
      ...describeMissing(answer),
    ],
  };
}

function againstMin(
  min: number,
  { estimate, interval }: PreferenceEstimate,
  { units }: PreferenceSample,
  config: PairAgreementConfig,
): Verdict {
  const count = new Set(units.names).size;
  const fewest = minUnitsOf(config);
  if (count < fewest) {
    const phrase = `; too few to judge min ${min}: ${counted(count, units.kind)}, fewer than minUnits ${fewest}`;
    return { pass: false, judged: false, phrase, remarks: [] };
  }
  const byInterval = config.confidence !== undefined;
  if (byInterval && !interval) {
    const phrase = `; without an interval, min ${min} is not reached`;
    return { pass: false, judged: false, phrase, remarks: [] };
  }
  const value = byInterval && interval ? interval.low : estimate;
  const pass = value >= min;
  const shown = withInterval(value, undefined, decimalsFor([[value, min]]));
  const side = pass ? 'at least' : 'below';
  return {
    ...{ pass, judged: true, remarks: [] },
    phrase: byInterval ? `; its lower end ${shown} is ${side} ${min}` : `, ${side} ${min}`,
  };
}

function describeTies(
  metric: PreferenceMetric,
  { preferences }: PreferenceSample,
  all: PreferenceSample,
): string[] {
  if (metric !== 'ACCURACY' && metric !== 'WEIGHTED') return [];
  const even = all.preferences.length - preferences.length;
  const ties = preferences.filter(({ probability }) => sideOf(probability) === 'tie').length;
  return [
    ...(even > 0
      ? [
          `people are evenly divided on ${even} of ${all.preferences.length} pairs, which are left out of it`,
        ]
      : []),
    ...(ties > 0
      ? [
          `the judge prefers neither image of ${counted(ties, 'pairs')}, which ${ties === 1 ? 'counts' : 'count'} half`,
        ]
      : []),
  ];
}

function describeBound(
  metric: PreferenceMetric,
  { preferences }: PreferenceSample,
  bound: number,
): string[] {
  if (metric !== 'LOGLIK') return [];
  const held = boundedCount(preferences, bound);
  return [
    `probabilities are held within ${bound} and ${1 - bound}, as ${held} of ${preferences.length} had to be`,
  ];
}

function describeMissing({ missing, rows }: PreferenceAnswer): string[] {
  if (missing.length === 0) return [];
  const all = missing.length + rows.length;
  const names = nameSome(missing.map(({ pair, reason }) => `${pair} (${reason})`));
  const have = missing.length === 1 ? 'has no answer and is' : 'have no answer and are';
  return [`${missing.length} of ${all} pairs ${have} left out: ${names}`];
}
