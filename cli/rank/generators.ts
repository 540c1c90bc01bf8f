import { nameSome } from '../../src/common/name-some.ts';
import { oneLine } from '../../src/common/one-line.ts';
import { plainTable } from '../../src/common/plain-table.ts';
import { csvOf } from '../../src/report/exports/csv-text.ts';
import { NOT_ASKED } from '../../src/rows/pair-comparer.ts';
import type { LeftOut, RankedGenerators } from '../../src/rows/rank-generators.ts';
import type { Bounded, PairModelName } from '../../src/statistics/index.ts';
import { count, usd } from '../amounts.ts';
import { ENDS, SCALES, signed } from './describe.ts';
import { costOf, positionBiasOf } from './ranked.ts';

/** All that is said of a ranking of generators. */
export interface RankedResults extends RankedGenerators {
  judge: string;
  prompt: string;
  model: PairModelName;
  confidence: number;
  comparisons: number;
  leftOut: readonly LeftOut[];
  /** Further answers of one generator to one prompt, which are not looked at. */
  repeated: number;
}

const LEAST = 2;

/** The ranking as a table, with what has to be known of it. */
export function describeGenerators(ranked: RankedResults): string {
  const { head, rows } = generatorsTable(ranked);
  const table = plainTable(
    head,
    rows,
    ALIGN.map((side) => (side === 'r' ? 'right' : 'left')),
  );
  return [...(rows.length > 0 ? [table, ''] : []), ...generatorsRemarks(ranked)].join('\n');
}

/** `l` for text, `r` for numbers, one a column. */
export const ALIGN = ['r', 'l', 'r', 'l', 'r', 'r', 'r', 'l'] as const;

const levelOf = ({ confidence }: RankedResults): string =>
  `${Number((100 * confidence).toFixed(2))} %`;

export function generatorsTable(ranked: RankedResults): { head: string[]; rows: string[][] } {
  const rows = ranked.ranking.map(
    ({ item, rank, score, preferred, comparisons, units, overNext }) => [
      String(rank),
      oneLine(ranked.generators[item]!),
      signed(score.estimate),
      intervalText(score),
      preferred === undefined ? '' : preferred.toFixed(LEAST),
      String(comparisons),
      String(units),
      overNext ? (overNext.isDecided ? 'yes' : 'no') : '',
    ],
  );
  return {
    head: [
      ...['rank', 'generator', 'score', `${levelOf(ranked)} interval`],
      ...['preferred', 'pairs', 'prompts', 'decided'],
    ],
    rows,
  };
}

const intervalText = ({ low, high }: Bounded): string =>
  low === undefined || high === undefined ? '' : `[${signed(low)}, ${signed(high)}]`;

/** Sentences under the table, one a line. */
export function generatorsRemarks(ranked: RankedResults): string[] {
  const level = levelOf(ranked);
  const { notice, model, pairs, same, alone, unanswered, leftOut, ranking, endedBy } = ranked;
  const { costUsd, paidUsd, answers, asked } = costOf(ranked);
  const bias = positionBiasOf(ranked);
  const inconsistent = pairs.filter(({ isInconsistent }) => isInconsistent).length;
  const failed = unanswered.filter(({ reason }) => reason !== NOT_ASKED);
  const problem = ranking.find(({ score }) => score.problem !== undefined)?.score.problem;
  return [
    `${notice === undefined ? '' : `${notice}. `}Scores are against the mean of all generators: ${SCALES[model]}. "Preferred" is the mean of P(better) over its pairs; "decided" says whether it is better than the next at ${level}.`,
    ...(problem === undefined
      ? [`Intervals are over prompts, the same for all generators.`]
      : [`No intervals: ${problem}.`]),
    `${count(pairs.length)} pairs of pictures for the same prompt were compared, each in both orders.${same > 0 ? ` ${count(same)} pairs are one file twice and count as ties.` : ''}`,
    ...(bias === undefined
      ? []
      : [
          `Position bias ${signed(bias)}: how much more often the picture shown first is preferred than chance. In ${count(inconsistent)} of ${count(pairs.length)} pairs the two orders prefer different pictures.`,
        ]),
    `${count(answers)} answers cost ${usd(costUsd)}; ${count(asked)} of them were bought now, for ${usd(paidUsd)}.`,
    ...(ranked.repeated > 0
      ? [
          `${count(ranked.repeated)} answers are further ones of a generator to the same prompt (the same vars); only the first was compared.`,
        ]
      : []),
    ...(alone > 0
      ? [`${count(alone)} prompts have a picture of one generator alone and are left out.`]
      : []),
    ...(endedBy === 'budget'
      ? [
          `The budget is at its end: ${count(ranked.comparisons - pairs.length - same)} of ${count(ranked.comparisons)} planned pairs are left out. Raise --budget-usd and run it again, which buys no answer twice.`,
        ]
      : []),
    ...(endedBy === 'failures'
      ? [
          `${ENDS.failures} ${count(ranked.comparisons - pairs.length - same)} of ${count(ranked.comparisons)} planned pairs are left out.`,
        ]
      : []),
    ...(failed.length > 0
      ? [
          `${count(failed.length)} pairs have no answer: ${nameSome([...new Set(failed.map(({ reason }) => reason))], '; ')}`,
        ]
      : []),
    ...(leftOut.length > 0
      ? [
          `${count(leftOut.length)} answers are left out: ${nameSome(
            leftOut.map(({ image, reason }) => `${oneLine(image)} (${reason})`),
            '; ',
          )}`,
        ]
      : []),
  ];
}

/** The ranking as CSV: one generator a line. */
export const generatorsCsv = ({ ranking, generators, judge, notice }: RankedResults): string =>
  csvOf(
    [
      'rank',
      'generator',
      'score',
      'low',
      'high',
      'preferred',
      'pairs',
      'prompts',
      'decided',
      'judge',
    ],
    ranking.map(({ item, rank, score, preferred, comparisons, units, overNext }) => [
      ...[rank, generators[item]!, score.estimate, score.low ?? null, score.high ?? null],
      ...[preferred ?? null, comparisons, units],
      overNext === undefined ? null : overNext.isDecided ? 'yes' : 'no',
      notice ?? judge,
    ]),
  );

/** Version of the JSON's shape. */
const SCHEMA_VERSION = 1;

/** The ranking as JSON, with every pair that was asked about. */
export function generatorsJson(ranked: RankedResults): string {
  const { generators, ranking, pairs, unanswered } = ranked;
  const { judge, prompt, model, confidence, comparisons, endedBy, notice, same, alone } = ranked;
  const named = <Pair extends { first: number; second: number }>(pair: Pair) => ({
    ...pair,
    ...{ first: generators[pair.first]!, second: generators[pair.second]! },
  });
  const value = {
    schemaVersion: SCHEMA_VERSION,
    ...{ judge, prompt, model, confidence },
    ...(notice !== undefined && { notice }),
    generators: ranking.map(({ item, ...place }) => ({ generator: generators[item]!, ...place })),
    positionBias: positionBiasOf(ranked) ?? null,
    comparisons: { made: pairs.length, same, alone, planned: comparisons, endedBy },
    repeated: ranked.repeated,
    cost: costOf(ranked),
    pairs: pairs.map(named),
    unanswered: unanswered.map(named),
    leftOut: ranked.leftOut,
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}
