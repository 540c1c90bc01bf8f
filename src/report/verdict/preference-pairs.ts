import { partIn } from '../../gate/preference-sample.ts';
import { isBelowCoverage } from '../../statistics/coverage.ts';
import {
  bootstrapStatistics,
  differenceOfStatistics,
  holm,
  type Preference,
  pairUnits,
  preferenceMetric,
  unitsOf,
} from '../../statistics/index.ts';
import type { PreferencePair } from '../report-schema.ts';
import type { Draws } from './correlations.ts';
import { decide } from './decide.ts';
import { withinEnds } from './mean-estimate.ts';
import { noEstimate, orReason } from './or-reason.ts';

/** A pair of images that a column has answered. */
export interface AnsweredPreference extends Preference {
  /** SHA-256 (hex) of both files. */
  first: string;
  second: string;
  group: string | undefined;
}

/** A column's answers over one data set of pairs. */
export interface ColumnPreferences {
  /** Place in the report's `columns`. */
  column: number;
  answered: readonly AnsweredPreference[];
  /** Pairs of the data set, with an answer or without. */
  pairs: number;
  minCoverage: number;
  /** Why the column has no figures. */
  problem: string | undefined;
}

/**
 * All pairs of columns: the difference of their accuracies over the pairs of images that both have answered, with its
 * paired bootstrap interval over independent sets of them, and p-values corrected by Holm's method.
 */
export function comparePreferences(
  samples: readonly ColumnPreferences[],
  draws: Draws,
): PreferencePair[] {
  const compared = samples.flatMap((a, index) =>
    samples.slice(index + 1).map((b): PreferencePair => {
      const found = differenceOf(a, b, draws);
      return { a: a.column, b: b.column, ...found, holmPValue: null, verdict: null };
    }),
  );
  const tested = compared.filter(({ pValue }) => pValue !== null);
  const corrected = holm(tested.map(({ pValue }) => pValue as number));
  for (const [index, pair] of tested.entries()) {
    pair.holmPValue = corrected[index]!;
    pair.verdict = decide(pair.holmPValue, pair.ACCURACY.estimate ?? 0, draws.confidence);
  }
  return compared;
}

type Difference = Pick<PreferencePair, 'pairs' | 'ACCURACY' | 'pValue' | 'pValueFrom'>;

function differenceOf(a: ColumnPreferences, b: ColumnPreferences, draws: Draws): Difference {
  const none = { pValue: null, pValueFrom: null };
  if (a.problem !== undefined || b.problem !== undefined) {
    return { ...none, pairs: 0, ACCURACY: noEstimate('one of the two has no figures') };
  }
  const ofB = new Map(b.answered.map((each) => [keyOf(each), each]));
  const common = a.answered.flatMap((own) => {
    const other = ofB.get(keyOf(own));
    return other ? [{ own, other }] : [];
  });
  const all = Math.max(a.pairs, b.pairs);
  const needed = Math.min(a.minCoverage, b.minCoverage);
  const without = (problem: string): Difference => ({
    ...{ ...none, pairs: common.length },
    ACCURACY: noEstimate(problem),
  });
  if (common.length === 0 || isBelowCoverage(common.length, all, needed)) {
    return without(`not comparable: both have answered ${common.length} of ${all} pairs alike`);
  }
  const units = pairUnits(common.map(({ own }) => own));
  const [ofOwn, ofOther] = [
    partIn('ACCURACY', { preferences: common.map(({ own }) => own), units }),
    partIn('ACCURACY', { preferences: common.map(({ other }) => other), units }),
  ];
  const found = orReason(() => {
    const [first, second] = bootstrapStatistics(
      [ofOwn, ofOther].map(({ preferences }) => preferenceMetric('ACCURACY', preferences)),
      unitsOf(ofOwn.preferences.length, ofOwn.units.names),
      draws,
    );
    return differenceOfStatistics(first!, second!);
  });
  if ('problem' in found) return without(found.problem);
  const { estimate, low, high, pValue, pValueFrom } = found;
  const ACCURACY = withinEnds({ estimate, low, high }, [-1, 1]);
  return { pairs: common.length, ACCURACY, pValue, pValueFrom };
}

/** The same for the same images in the same order, of which people are said to prefer the same. */
const keyOf = ({ first, second, share, group }: AnsweredPreference): string =>
  JSON.stringify([first, second, share, group]);
