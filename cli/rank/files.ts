import { csvOf } from '../../src/report/exports/csv-text.ts';
import {
  areIntervalsShort,
  costOf,
  positionBiasOf,
  type RankedFolder,
  undecidedRuns,
} from './ranked.ts';

/** The ranking as CSV: one image a line. */
export const rankingCsv = ({ ranking, images, judge, notice }: RankedFolder): string =>
  csvOf(
    [
      ...['rank', 'image', 'score', 'standard_error', 'low', 'high'],
      ...['pairs', 'p_above_next', 'decided', 'judge', 'sha256'],
    ],
    ranking.items.map((ranked) => [
      ...[ranked.rank, images[ranked.item]!.image, ranked.score, ranked.standardError],
      ...[ranked.low, ranked.high, ranked.comparisons, ranked.aboveNext ?? null],
      ranked.decidedNext === undefined ? null : ranked.decidedNext ? 'yes' : 'no',
      notice ?? judge,
      images[ranked.item]!.sha256,
    ]),
  );

/** Version of the JSON's shape. */
const SCHEMA_VERSION = 1;

/** The ranking as JSON, with every pair that was asked about. */
export function rankingJson(ranked: RankedFolder): string {
  const { ranking, images, pairs, unanswered, uncompared, leftOut } = ranked;
  const { judge, prompt, model, confidence, comparisons, endedBy, notice } = ranked;
  const nameOf = (item: number): string => images[item]!.image;
  const named = <Pair extends { first: number; second: number }>(pair: Pair) => ({
    ...pair,
    ...{ first: nameOf(pair.first), second: nameOf(pair.second) },
  });
  const value = {
    schemaVersion: SCHEMA_VERSION,
    ...{ judge, prompt, model, confidence },
    ...(notice !== undefined && { notice }),
    images: ranking.items.map(({ item, ...place }) => ({
      ...{ image: nameOf(item), sha256: images[item]!.sha256, ...place },
    })),
    undecided: undecidedRuns(ranking),
    contradicted: ranking.contradicted,
    weight: ranking.weight,
    isWeightShown: ranking.isWeightShown,
    areIntervalsShort: areIntervalsShort(ranked),
    positionBias: positionBiasOf(ranked) ?? null,
    comparisons: { made: pairs.length, planned: comparisons, endedBy },
    cost: costOf(ranked),
    pairs: pairs.map(named),
    unanswered: unanswered.map(named),
    uncompared: uncompared.map(nameOf),
    leftOut,
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}
