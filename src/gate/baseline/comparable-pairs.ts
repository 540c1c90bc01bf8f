import type { PreferenceAnswer } from '../../rows/preference-row.ts';
import { differencesInAsking } from './compare-asked.ts';
import { lowCoverage } from './low-coverage.ts';
import { type MatchedPairs, matchPairs } from './match-pairs.ts';

/**
 * The pairs over which two runs are compared, and in `differences` why they are not comparable: other pairs, shares,
 * groups, sources of the probabilities, or too few pairs that both have answered.
 *
 * @param earlier how phrases call the run before
 */
export function comparablePairs(
  now: PreferenceAnswer,
  before: PreferenceAnswer,
  { minCoverage, earlier }: { minCoverage: number; earlier: string },
): MatchedPairs {
  const pairs = matchPairs(now, before, earlier);
  return {
    ...pairs,
    differences: [
      ...pairs.differences,
      ...differencesInAsking(now.asked, before.asked, earlier),
      ...(pairs.differences.length > 0
        ? []
        : lowCoverage(
            pairs.now.length,
            { 'this run': pairsOf(now), [earlier]: pairsOf(before) },
            minCoverage,
            { rows: 'pairs', done: 'answered' },
          )),
    ],
  };
}

const pairsOf = ({ rows, missing }: PreferenceAnswer): number => rows.length + missing.length;
