import { preferenceMetric, UndefinedIntervalError } from '../statistics/index.ts';
import { isSameShare } from '../statistics/preferences/preference.ts';
import { preferenceScale } from '../statistics/preferences/scale.ts';
import { pairedVerdict, type UnseenLoss } from './paired-verdict.ts';
import type { PairAgreementConfig } from './preference-config.ts';
import { type PreferenceSample, UNITS } from './preference-sample.ts';
import { changedPairs, changedSets, type PairedSamples, unseenLoss } from './unseen-losses.ts';
import type { Verdict } from './verdict.ts';

/**
 * With changes in fewer independent sets of pairs, resamples of these pairs alone show less than there may be: by
 * `node bench/few-changes.ts`, a judge that is worse by just the margin passed more often than 2.5 % allow, 55 times of
 * 100 where 30 pairs were to show a share of 0.02.
 */
const FEW_CHANGES = 10;

/**
 * Whether the paired interval of a metric(new) - metric(baseline) stays above `-margin`.
 *
 * @param samples of the pairs that have a part in the metric
 * @param leftOut names of the pairs that only one of the two has
 * @throws UndefinedCorrelationError, UndefinedIntervalError as `pairedVerdict`
 */
export function pairedPreferences(
  samples: PairedSamples,
  leftOut: readonly string[],
  settings: Pick<PairAgreementConfig, 'metric' | 'bound' | 'margin' | 'confidence'>,
): Verdict {
  const { metric, bound, confidence } = settings;
  const ofRun = ({ preferences, units }: PreferenceSample) => ({
    statistic: () => preferenceMetric(metric, preferences, bound),
    scale: preferenceScale(metric, preferences, units.names),
  });
  const { newer, older } = samples;
  const runs = { newer: ofRun(newer), older: ofRun(older) };
  const unseen = metric === 'LOGLIK' ? undefined : unseenIn(samples, metric, confidence);
  try {
    return pairedVerdict(
      { ...runs, units: newer.units, leftOut, done: 'answered', ...(unseen && { unseen }) },
      settings,
    );
  } catch (error) {
    if (!(error instanceof UndefinedIntervalError)) throw error;
    throw new UndefinedIntervalError(`${error.message} (${UNITS})`, { cause: error });
  }
}

/** What is said of the pairs of which the runs prefer different images, and how much more there may be of them. */
function unseenIn(
  samples: PairedSamples,
  metric: PairAgreementConfig['metric'],
  confidence: number | undefined,
): UnseenLoss | undefined {
  const { newer, older } = samples;
  const places = [...newer.preferences.keys()];
  // The same answers are no sample of others.
  const isSame = places.every((place) =>
    isSameShare(newer.preferences[place]!.probability, older.preferences[place]!.probability),
  );
  if (isSame) return undefined;
  const changed = changedPairs(samples);
  const sentence = `the two prefer different images of ${changed.length} of ${places.length} pairs`;
  if (changedSets(samples, metric) >= FEW_CHANGES) {
    return { loss: 0, seen: sentence, because: '' };
  }
  const sets = new Set(changed.map((place) => newer.units.names[place])).size;
  const few = sets < FEW_CHANGES ? 'so few' : 'which move the metric so little';
  return {
    loss: unseenLoss(samples, metric, confidence),
    seen: sentence,
    because: `, ${few} that the lower end of the difference is that of Wilson, which allows for more`,
  };
}
