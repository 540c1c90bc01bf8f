import type { AnsweredPair } from '../../src/rows/pair-comparer.ts';
import type { RankableImage, RankedImages } from '../../src/rows/rank-images.ts';
import type { PairModelName } from '../../src/statistics/index.ts';
import { sideOf } from '../../src/statistics/preferences/preference.ts';

/** All that is said of a ranking of images. */
export interface RankedFolder extends RankedImages {
  images: readonly RankableImage[];
  /** Images that have no place, each with the reason. */
  leftOut: readonly { image: string; reason: string }[];
  judge: string;
  prompt: string;
  model: PairModelName;
  confidence: number;
  /** Pairs that were to be asked about at most. */
  comparisons: number;
}

/** What was asked for, of images or of generators. */
interface Asked {
  pairs: readonly AnsweredPair[];
}

/**
 * Neighbours whose order is not decided, in runs: `[[1, 2, 3], [6, 7]]` says that 1 and 2 are not decided, nor 2
 * and 3, nor 6 and 7.
 */
export function undecidedRuns({ items }: RankedFolder['ranking']): number[][] {
  const runs: number[][] = [];
  for (const { rank, decidedNext } of items) {
    if (decidedNext !== false) continue;
    const last = runs.at(-1);
    if (last?.at(-1) === rank) last.push(rank + 1);
    else runs.push([rank, rank + 1]);
  }
  return runs;
}

/** Answers that count as fewer comparisons than this are as good as one vote each. */
const ONE_VOTE = 1.25;

/**
 * Whether intervals hold the truth less often than they say: where each answer is one vote, which pairs are asked
 * follows from the votes, and scores come to lie too far apart. Where all pairs were asked, none was chosen.
 */
export const areIntervalsShort = ({ ranking, images, pairs }: RankedFolder): boolean =>
  ranking.isWeightShown &&
  ranking.weight < ONE_VOTE &&
  pairs.length < (images.length * (images.length - 1)) / 2;

/** What is said then. */
export const shortIntervalsText = ({ pairs }: Asked): string =>
  `${SHORT_INTERVALS}${pairs.some(({ source }) => source.includes('samples')) ? ' Take token probabilities, or more samples (judgeOptions.samples).' : ''}`;

const SHORT_INTERVALS =
  'The intervals are too short: each answer is worth little more than one vote, and pairs chosen by such votes draw scores too far apart, so that about 93 % of the intervals of 16 images and 70 % of those of 100 hold what 95 % should.';

/** Whether no pair has a preferred image, both orders together: as of a judge that finds all alike, or goes by places. */
export const isAllTies = ({ pairs }: Asked): boolean =>
  pairs.length > 0 && pairs.every(({ better }) => sideOf(better) === 'tie');

/** How much more often the image that stood first was preferred than chance: a mean over pairs; undefined: no pair. */
export const positionBiasOf = ({ pairs }: Asked): number | undefined =>
  pairs.length === 0
    ? undefined
    : pairs.reduce((sum, { positionBias }) => sum + positionBias, 0) / pairs.length;

/** What all answers cost, and what of it was paid now; null: unknown. */
export function costOf({ pairs }: Asked) {
  const sum = (key: 'costUsd' | 'paidUsd'): number | null =>
    pairs.reduce<number | null>((total, pair) => {
      const cost = pair[key];
      return total === null || cost === null ? null : total + cost;
    }, 0);
  return {
    costUsd: sum('costUsd'),
    paidUsd: sum('paidUsd'),
    answers: pairs.reduce((total, { answers }) => total + answers, 0),
    asked: pairs.reduce((total, { asked }) => total + asked, 0),
  };
}
