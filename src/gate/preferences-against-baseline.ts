import type { PreferenceAnswer } from '../rows/preference-row.ts';
import { PREFERENCES } from './baseline/baseline-source.ts';
import { comparablePairs } from './baseline/comparable-pairs.ts';
import { compareWithBaseline } from './baseline/compare-with-baseline.ts';
import type { MatchedPairs } from './baseline/match-pairs.ts';
import { baselineReader } from './baseline/read-baseline.ts';
import type { BaselineConfig } from './config-fields.ts';
import { pairedPreferences } from './paired-preferences.ts';
import type { PairAgreementConfig } from './preference-config.ts';
import { partIn, preferenceSample } from './preference-sample.ts';
import type { PairedSamples } from './unseen-losses.ts';
import type { Verdict } from './verdict.ts';

type Settings = Pick<
  PairAgreementConfig,
  'metric' | 'confidence' | 'margin' | 'minCoverage' | 'bound'
> & {
  baseline: BaselineConfig;
  /** Label of this column's provider, where it is known. */
  provider?: string | undefined;
};

const readPreferences = baselineReader(PREFERENCES);

/**
 * Whether the paired interval of (new - baseline) over the same pairs stays above `-margin`.
 *
 * @throws ConfigError as `resolveBaseline`; UndefinedCorrelationError, UndefinedIntervalError as `pairedPreferences`
 */
export function preferencesAgainstBaseline(now: PreferenceAnswer, settings: Settings): Verdict {
  const { baseline, minCoverage, provider } = settings;
  return compareWithBaseline(now, baseline, {
    ...{ source: PREFERENCES, read: readPreferences, provider },
    rowsOf: (before, earlier) => comparablePairs(now, before, { minCoverage, earlier }),
    judge: (pairs) => pairedPreferences(samplesOf(pairs, settings.metric), pairs.leftOut, settings),
  });
}

/** Both runs over the same pairs: which of them count in the metric is for people's shares to say. */
function samplesOf(pairs: MatchedPairs, metric: Settings['metric']): PairedSamples {
  const newer = preferenceSample({ rows: pairs.now });
  const preferences = newer.preferences.map(({ share }, place) => ({
    share,
    probability: pairs.before[place]!,
  }));
  return { newer: partIn(metric, newer), older: partIn(metric, { ...newer, preferences }) };
}
