import { nameSome } from '../../src/common/name-some.ts';
import { oneLine } from '../../src/common/one-line.ts';
import { plainTable } from '../../src/common/plain-table.ts';
import { significant } from '../../src/common/significant.ts';
import { NOT_ASKED } from '../../src/rows/pair-comparer.ts';
import { count, usd } from '../amounts.ts';
import {
  areIntervalsShort,
  costOf,
  isAllTies,
  positionBiasOf,
  type RankedFolder,
  shortIntervalsText,
  undecidedRuns,
} from './ranked.ts';

/** Decimals of scores and of probabilities. */
const DIGITS = 2;

/** The ranking as a table, with what has to be known of it. */
export function describeRanking(ranked: RankedFolder): string {
  const { ranking, images } = ranked;
  const rows = ranking.items.map(({ item, rank, score, low, high, comparisons, aboveNext }) => [
    rank,
    oneLine(images[item]!.image),
    signed(score),
    `[${signed(low)}, ${signed(high)}]`,
    comparisons,
    aboveNext === undefined ? '' : aboveNext.toFixed(DIGITS),
  ]);
  const table = plainTable(
    ['rank', 'image', 'score', interval(ranked), 'pairs', 'P(above next)'],
    rows,
    ['right', 'left', 'right', 'left', 'right', 'right'],
  );
  return [...(rows.length > 0 ? [table, ''] : []), ...remarks(ranked)].join('\n');
}

const interval = ({ confidence }: RankedFolder): string =>
  `${Number((100 * confidence).toFixed(2))} % interval`;

/** With a plus: scores are against the mean of all. */
export const signed = (value: number): string => {
  const text = value.toFixed(DIGITS);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text.replace(/^-(?=[0.]*$)/, '');
};

export const SCALES = {
  'bradley-terry':
    'P(a is better than b) is the logistic function of the difference of their scores',
  thurstone:
    'P(a is better than b) is the normal distribution function of the difference of their scores',
} as const;

/** Sentences under the table, one a line. */
export function remarks(ranked: RankedFolder): string[] {
  const { notice, model, confidence, images, uncompared, leftOut, unanswered } = ranked;
  const failed = unanswered.filter(({ reason }) => reason !== NOT_ASKED);
  const reasons = [...Map.groupBy(failed, ({ reason }) => reason)];
  const aboutOrder = () => [
    `${notice === undefined ? '' : `${notice}. `}Scores are against the mean of all images: ${SCALES[model]}.`,
    ...(isAllTies(ranked)
      ? [
          'In none of the pairs one image is preferred, both orders together: the order says nothing, and the intervals say no more than that the answers are alike.',
        ]
      : []),
    undecidedText(ranked, confidence),
    pairsText(ranked),
    ...weightText(ranked),
    ...positionText(ranked),
    costText(ranked),
  ];
  return [
    ...(ranked.pairs.length === 0
      ? ['No pair has an answer, so there is no order.']
      : aboutOrder()),
    ...endText(ranked),
    ...reasons.map(
      ([reason, { length }]) =>
        `${count(length)} ${length === 1 ? 'pair has' : 'pairs have'} no answer: ${reason}`,
    ),
    ...(uncompared.length > 0
      ? [
          `Without a place, because they were never compared: ${nameSome(uncompared.map((item) => oneLine(images[item]!.image)))}.`,
        ]
      : []),
    ...leftOut.map(({ image, reason }) => `${oneLine(image)} is left out: ${reason}`),
  ];
}

const possiblePairs = ({ images }: RankedFolder): number =>
  (images.length * (images.length - 1)) / 2;

const areAllCompared = (ranked: RankedFolder): boolean =>
  ranked.pairs.length === possiblePairs(ranked);

function undecidedText(ranked: RankedFolder, confidence: number): string {
  const { ranking } = ranked;
  const level = `${Number((100 * confidence).toFixed(2))} %`;
  const least = Number(((1 + confidence) / 2).toFixed(4));
  const runs = undecidedRuns(ranking);
  if (ranking.items.length < 2) return 'There is no order of fewer than two images.';
  if (runs.length === 0) return `All neighbours are decided at ${level}.`;
  const neighbours = ranking.items.length - 1;
  const undecided = runs.reduce((sum, { length }) => sum + length - 1, 0);
  const named = runs.map((run) => `${run[0]}–${run.at(-1)}`).join(', ');
  return `${count(undecided)} of ${count(neighbours)} neighbours are not decided at ${level}, two-sided (P(above next) below ${least}): ranks ${named}.${areAllCompared(ranked) ? '' : ' More pairs (--pairs) decide more of them.'}`;
}

function pairsText(ranked: RankedFolder): string {
  const { ranking, pairs } = ranked;
  const all = possiblePairs(ranked);
  const against = ranking.contradicted;
  const clear = ranking.clearlyContradicted;
  return `${count(pairs.length)} of ${count(all)} possible pairs were compared, each in both orders. ${against === 0 ? 'No answer contradicts' : `${count(against)} ${against === 1 ? 'answer contradicts' : 'answers contradict'}`} the order${against === 0 ? '' : `, ${count(clear)} of them clearly (0.9 or more)`}.`;
}

/** Rounded as far as it is known. */
function weightText(ranked: RankedFolder): string[] {
  const { weight, isWeightShown, comparisons } = ranked.ranking;
  if (comparisons === 0) return [];
  if (!isWeightShown) {
    return [
      'Each answer counts as one comparison: there are too few of them to show by each other what one is worth. The intervals rest on that.',
    ];
  }
  return [
    ...(areIntervalsShort(ranked) ? [shortIntervalsText(ranked)] : []),
    `Each answer counts as ${weight >= 999 ? '1000 comparisons or more' : `about ${significant(weight, 2)} comparisons`}, by how well the others foretell it; the intervals rest on that.`,
  ];
}

function positionText(ranked: RankedFolder): string[] {
  const bias = positionBiasOf(ranked);
  if (bias === undefined) return [];
  const inconsistent = ranked.pairs.filter(({ isInconsistent }) => isInconsistent).length;
  return [
    `Position bias ${signed(bias)}: how much more often the image shown first is preferred than chance, -0.5 to 0.5. In ${count(inconsistent)} of ${count(ranked.pairs.length)} pairs the two orders prefer different images.`,
  ];
}

function costText(ranked: RankedFolder): string {
  const { costUsd, paidUsd, answers, asked } = costOf(ranked);
  return `${count(answers)} answers cost ${usd(costUsd)}; ${count(asked)} of them were bought now, for ${usd(paidUsd)}.`;
}

/** Why a ranking has fewer pairs than were planned. */
export const ENDS = {
  comparisons: undefined,
  all: undefined,
  budget:
    'The budget is at its end: the pairs that were left would have decided more. Raise --budget-usd and run it again, which buys no answer twice.',
  failures:
    'It ended early, because pair after pair failed, or one in a way in which all others would. Mend what is named below and run it again, which buys no answer twice.',
} as const;

function endText({ endedBy, pairs, comparisons, unanswered }: RankedFolder): string[] {
  const text = ENDS[endedBy];
  if (text === undefined) return [];
  const left = comparisons - pairs.length;
  const chosen = unanswered.length;
  return [
    `${text} ${count(left)} of ${count(comparisons)} planned pairs are left out, ${count(chosen)} of which were chosen already.`,
  ];
}
