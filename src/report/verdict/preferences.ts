import { imageName } from '../../images/image-name.ts';
import { describePooling } from '../../rows/one-source.ts';
import { unorderedPairKey } from '../../rows/pair-row-input.ts';
import { isBelowCoverage } from '../../statistics/coverage.ts';
import {
  confusionOf,
  LOG_BOUND,
  PREFERENCE_METRICS,
  type Preference,
  type PreferenceMetric,
  pairUnits,
  preferenceMetric,
  unitsOf,
} from '../../statistics/index.ts';
import {
  bestLogLikelihood,
  boundedCount,
  countedIn,
} from '../../statistics/preferences/metrics.ts';
import { sideOf } from '../../statistics/preferences/preference.ts';
import { preferenceScale } from '../../statistics/preferences/scale.ts';
import type { Estimate, PreferenceEntry, PreferenceReport } from '../report-schema.ts';
import type { PairRow } from '../run/read-pair.ts';
import type { Column } from '../run/scored-run.ts';
import { spendingOf } from './column-cost.ts';
import type { Draws } from './correlations.ts';
import { noEstimate, orReason } from './or-reason.ts';
import { type ColumnPreferences, comparePreferences } from './preference-pairs.ts';
import { drawnOf, statisticEstimate } from './statistic-estimate.ts';

/** How the columns agree with people's preferences over one data set of pairs. */
export interface PreferenceVerdict {
  report: PreferenceReport;
  /** The worst pairs of each entry, in their order. */
  worst: PairRow[][];
}

interface Options {
  draws: Draws;
  /** Pairs with the largest disagreement listed per entry. */
  worst: number;
}

/** One for each data set of pairs, in the order of the run. */
export function preferenceVerdicts(
  columns: readonly { number: number; column: Column }[],
  options: Options,
): PreferenceVerdict[] {
  const names = new Set(
    columns.flatMap(({ column }) => column.pairs.map(({ dataset }) => dataset)),
  );
  return [...names].map((name) => {
    const made = columns.flatMap(({ number, column }) => {
      const rows = column.pairs.filter(({ dataset }) => dataset === name);
      return rows.length > 0 ? [entryOf(name, rows, column, number, options)] : [];
    });
    return {
      report: {
        ...{ name, bound: LOG_BOUND, entries: made.map(({ entry }) => entry) },
        comparisons: comparePreferences(
          made.map(({ sample }) => sample),
          options.draws,
        ),
      },
      worst: made.map(({ worst }) => worst),
    };
  });
}

/** A row with what it needs to be counted. */
type Counted = PairRow & { share: number; answered: NonNullable<PairRow['answered']> };

const isCounted = (row: PairRow): row is Counted =>
  row.answered !== undefined && row.share !== undefined;

function entryOf(
  dataset: string,
  rows: readonly PairRow[],
  column: Column,
  number: number,
  { draws, worst: most }: Options,
): { entry: PreferenceEntry; worst: PairRow[]; sample: ColumnPreferences } {
  const repetitions = column.pairRepetitions.filter((row) => row.dataset === dataset);
  const counted = rows.filter(isCounted);
  const preferences = counted.map(preferenceOf);
  const units = pairUnits(
    counted.map(({ answered: { firstSha256, secondSha256 }, group }) => ({
      ...{ first: firstSha256, second: secondSha256, group },
    })),
  );
  // What is no one data set has no figures, as it has no verdict.
  const pooling = describePooling(
    dataset,
    rows.map((row) => ({ image: unorderedPairKey({ ...row }), source: row.source })),
    'pair',
  );
  const minCoverage = column.pairCoverage.get(dataset) ?? 1;
  const problem =
    pooling ??
    (isBelowCoverage(counted.length, rows.length, minCoverage)
      ? `${rows.length - counted.length} of ${rows.length} pairs have no answer, so there are no figures`
      : undefined);
  const estimateOf = (metric: PreferenceMetric): Estimate => {
    if (problem !== undefined) return noEstimate(problem);
    const own = countedIn(metric, preferences, units.names);
    const [drawn] = drawnOf(
      [orReason(() => preferenceMetric(metric, own.preferences))],
      unitsOf(own.preferences.length, own.units),
      draws,
    );
    return statisticEstimate(drawn!, preferenceScale(metric, own.preferences, own.units));
  };
  const metrics = Object.fromEntries(
    PREFERENCE_METRICS.map((metric) => [metric, estimateOf(metric)]),
  ) as Record<PreferenceMetric, Estimate>;
  const worst = worstPairs(counted, most);
  const outputs = counted.map(({ answered }) => answered.output);
  return {
    worst,
    sample: {
      ...{ column: number, pairs: rows.length, minCoverage, problem },
      answered: counted.map(({ answered: { firstSha256, secondSha256 }, group }, place) => ({
        ...preferences[place]!,
        ...{ first: firstSha256, second: secondSha256, group },
      })),
    },
    entry: {
      column: number,
      provider: column.provider,
      prompt: column.prompt,
      pairs: rows.length,
      answered: counted.length,
      missing: rows.filter((row) => !isCounted(row)).map(missingOf),
      units: { count: new Set(units.names).size, kind: units.kind },
      metrics,
      bounded: boundedCount(preferences),
      bestLogLikelihood: preferences.length > 0 ? bestLogLikelihood(preferences) : null,
      confusion: confusionOf(preferences).counts,
      positionBias:
        outputs.length > 0
          ? outputs.reduce((sum, { positionBias }) => sum + positionBias, 0) / outputs.length
          : null,
      inconsistent: outputs.filter(({ isInconsistent }) => isInconsistent).length,
      ...spendingOf([...rows, ...repetitions].map(({ answers }) => answers)),
      repetitions: repetitions.length,
      worst: worst.map(worstOf),
      gates: column.gates
        .filter((gate) => gate.of === 'pairs' && gate.dataset === dataset)
        .map(({ passed, judged, reason, repetitions }) => ({
          ...{ passed, judged, reason },
          ...(repetitions && { repetitions }),
        })),
    },
  };
}

const preferenceOf = ({ share, answered }: Counted): Preference => ({
  share,
  probability: answered.output.probability,
});

const missingOf = ({ first, second, error }: PairRow) => ({
  first: imageName(first),
  second: imageName(second),
  reason: error ?? 'the row says no share of people',
});

/** Those on which people and judge prefer different images, the surer both are the earlier. */
function worstPairs(rows: readonly Counted[], most: number): Counted[] {
  const distance = ({ share, answered }: Counted) =>
    Math.abs(share - 0.5) * Math.abs(answered.output.probability - 0.5);
  return rows
    .filter(({ share, answered: { output } }) => {
      const sides = [sideOf(share), sideOf(output.probability)];
      return sides.includes('first') && sides.includes('second');
    })
    .sort((a, b) => distance(b) - distance(a) || (a.first < b.first ? -1 : 1))
    .slice(0, most);
}

function worstOf(row: PairRow): PreferenceEntry['worst'][number] {
  const { first, second, share, answered } = row as Counted;
  const { probability, shownFirst, shownSecond } = answered.output;
  return {
    first: imageName(first),
    second: imageName(second),
    ...{ share, probability, shownFirst, shownSecond },
  };
}
