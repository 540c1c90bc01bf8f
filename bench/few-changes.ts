/**
 * How often the gate of `pair-agreement` passes a judge that is worse than its baseline by exactly the margin:
 * `node bench/few-changes.ts [trials]`. Of independent pairs the judge loses as large a share as the margin and gains
 * none, so that few preferred images change. Printed beside the 2.5 % that an interval of 95 % allows: what passes by
 * the paired bootstrap alone, and what the gate passes, which allows for changes that few pairs do not show.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { pairedPreferences } from '../src/gate/paired-preferences.ts';
import {
  bootstrapStatistics,
  differenceOfStatistics,
  LOG_BOUND,
  preferenceMetric,
  unitsOf,
} from '../src/statistics/index.ts';

const trials = Number(process.argv[2] ?? 1000);
const MARGINS = [0.02, 0.05];
const PAIRS = [30, 50, 100, 200, 400];
/** Of the baseline. */
const ACCURACY = 0.8;

const random = xoroshiro128plus(1);
const isSo = (probability: number): boolean => uniformFloat64(random) < probability;

/** People prefer the first image of each pair; so does a judge that is right. */
const preferencesOf = (right: readonly boolean[], sureness: number) =>
  right.map((isRight) => ({ share: 1, probability: isRight ? sureness : 1 - sureness }));

function trial(pairs: number, margin: number): { bootstrap: boolean; gate: boolean } {
  const before = Array.from({ length: pairs }, () => isSo(ACCURACY));
  const now = before.map((isRight) => isRight && !isSo(margin / ACCURACY));
  const [newer, older] = [preferencesOf(now, 0.8), preferencesOf(before, 0.9)];
  const statistics = [newer, older].map((each) => preferenceMetric('ACCURACY', each));
  const [a, b] = bootstrapStatistics(statistics, unitsOf(pairs));
  const { low } = differenceOfStatistics(a!, b!);
  const units = {
    names: before.map((_, place) => `pair ${place}`),
    kind: 'connected sets of pairs' as const,
  };
  const samples = {
    newer: { preferences: newer, units },
    older: { preferences: older, units },
  };
  const { pass } = pairedPreferences(samples, [], {
    ...{ metric: 'ACCURACY', margin, bound: LOG_BOUND },
  });
  return { bootstrap: low >= -margin, gate: pass };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

console.log(`pairs   margin   bootstrap     gate   (of ${trials} trials, beside 2.5 %)`);
for (const margin of MARGINS) {
  for (const pairs of PAIRS) {
    const outcomes = Array.from({ length: trials }, () => trial(pairs, margin));
    const passes = (by: 'bootstrap' | 'gate') =>
      percent(outcomes.filter((each) => each[by]).length / trials);
    console.log(
      `${String(pairs).padStart(5)}   ${margin.toFixed(2).padStart(6)}   ${passes('bootstrap').padStart(9)}   ${passes('gate').padStart(6)}`,
    );
  }
}
