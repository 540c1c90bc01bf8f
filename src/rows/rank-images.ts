import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { oneLine } from '../common/one-line.ts';
import { withoutSecrets } from '../common/without-secrets.ts';
import { readImageFile } from '../images/image-file.ts';
import { sharedPixelPool } from '../method/pixel-pool.ts';
import {
  askPairs,
  type CompareRound,
  type PairAnswer,
  type PairModelName,
  type Ranking,
  rankingOf,
} from '../statistics/index.ts';
import { estimatePair, prepareForPair } from './compare-images.ts';
import type { RowEstimate } from './estimate-row.ts';
import { keptImages } from './kept-images.ts';
import {
  type AnsweredPair,
  createPairComparer,
  PAIRS_AT_ONCE,
  type PairPlace,
} from './pair-comparer.ts';
import type { Asker } from './scorer.ts';

/** Pairs whose cost is estimated, to say what one costs. */
const PAIRS_ESTIMATED = 8;

/** An image to be ranked. */
export interface RankableImage {
  /** Path, or address where those are allowed. */
  image: string;
  /** SHA-256 (hex) of the file. */
  sha256: string;
}

export interface RankedImages {
  /** Of the images that were compared at least once; `item` is an image's place in the list. */
  ranking: Ranking;
  /** Places of those that were not. */
  uncompared: number[];
  pairs: AnsweredPair[];
  /** Pairs that were chosen and have no answer, each with the reason. */
  unanswered: { first: number; second: number; reason: string }[];
  /** Why it ended: as `AskedPairs`, or because the budget was at its end. */
  endedBy: 'comparisons' | 'all' | 'budget' | 'failures';
  /** What has to be said beside the numbers, see `RowOutput`. */
  notice?: string;
}

export interface RankOptions {
  model: PairModelName;
  /** Pairs to ask about at most. */
  comparisons: number;
  confidence: number;
  /** Called when a pair has been asked about. */
  onPair?: () => void;
}

/**
 * What is to be ranked: images that can be read, each file once, in the order of their hashes. So the same images
 * are asked about in the same pairs, whatever they are called, and an order of names that goes with quality has no
 * part in which pairs are chosen.
 *
 * @returns the images, and what is left out with the reason
 */
export async function rankableImages(
  sources: readonly string[],
  { prompt, config, askingFor }: Asker,
): Promise<{ images: RankableImage[]; leftOut: { image: string; reason: string }[] }> {
  const limit = pLimit(PAIRS_AT_ONCE);
  const leftOut: { image: string; reason: string }[] = [];
  const read = await Promise.all(
    sources.map((image) =>
      limit(async () => {
        try {
          const file = await readImageFile(image, config);
          const asking = await askingFor(image);
          const comparing = { prompt, config, pool: sharedPixelPool, asking };
          const { sha256 } = await prepareForPair(file, comparing);
          return [{ image, sha256 }];
        } catch (error) {
          leftOut.push({ image, reason: withoutSecrets(oneLine(error)) });
          return [];
        }
      }),
    ),
  );
  const byHash = Map.groupBy(read.flat(), ({ sha256 }) => sha256);
  for (const [first, ...others] of byHash.values()) {
    for (const { image } of others) {
      leftOut.push({ image, reason: `the same file as ${oneLine(first!.image)}` });
    }
  }
  const images = [...byHash.values()].map(([first]) => first!);
  return { images: images.sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1)), leftOut };
}

/** One name for the images of a ranking: a budget counts what was bought for the same ones. */
const runOf = (images: readonly RankableImage[]): string =>
  `ranking ${createHash('sha256')
    .update(JSON.stringify(images.map(({ sha256 }) => sha256)))
    .digest('hex')}`;

/** What one comparison would cost, the mean of some pairs; answers that are kept count as bought. */
export async function estimateComparison(
  images: readonly RankableImage[],
  asker: Asker,
): Promise<{ calls: number; costUsd: number | null }> {
  const { prompt, config } = asker;
  const asking = await asker.askingFor('estimate', { run: runOf(images) });
  const estimates: RowEstimate[] = [];
  const step = Math.max(1, Math.floor((images.length - 1) / PAIRS_ESTIMATED));
  for (let i = 0; i + 1 < images.length && estimates.length < PAIRS_ESTIMATED; i += step) {
    const files = await Promise.all(
      [images[i]!, images[i + 1]!].map(({ image }) => readImageFile(image, config)),
    );
    const fresh = { ...asking, hasAllReplies: async () => false };
    estimates.push(
      await estimatePair([files[0]!, files[1]!], { prompt, config, asking: fresh }, new Set()),
    );
  }
  return meanEstimate(estimates);
}

/** Of one comparison; null: unknown. */
export function meanEstimate(estimates: readonly RowEstimate[]): {
  calls: number;
  costUsd: number | null;
} {
  const mean = (of: (estimate: RowEstimate) => number): number =>
    estimates.reduce((sum, each) => sum + of(each), 0) / Math.max(1, estimates.length);
  const isPriced = estimates.every(({ costUsd }) => costUsd !== null);
  return {
    calls: mean(({ calls }) => calls),
    costUsd: isPriced ? mean(({ costUsd }) => costUsd ?? 0) : null,
  };
}

/**
 * Ranks images by asking which of two is better, pair by pair (`askPairs`). A pair that fails is named and left out;
 * a budget that is at its end, or pair after pair that fails, ends the asking, and what was answered is ranked.
 *
 * @param images as `rankableImages` gives them
 * @throws ConfigError
 */
export async function rankImages(
  images: readonly RankableImage[],
  asker: Asker,
  { model, comparisons, confidence, onPair }: RankOptions,
): Promise<RankedImages> {
  const { prompt, config } = asker;
  const pool = sharedPixelPool;
  const run = runOf(images);
  const kept = keptImages(async (place: number) => {
    const { image } = images[place]!;
    const file = await readImageFile(image, config);
    const asking = await asker.askingFor(image, { run });
    return prepareForPair(file, { prompt, config, pool, asking });
  });
  const comparer = createPairComparer<PairPlace>(asker, run, onPair);
  const compareRound: CompareRound = (round) =>
    comparer.compare(
      round.map(({ first, second }) => ({
        place: { first, second },
        name: `${images[first]!.sha256} ${images[second]!.sha256}`,
        images: () => Promise.all([kept.get(first), kept.get(second)]),
      })),
    );
  const { answers, endedBy } = await askPairs(images.length, compareRound, {
    ...{ model, comparisons },
    isStopped: () => comparer.end !== undefined,
  });
  return {
    ...rankCompared(images.length, answers, { model, confidence }),
    ...{ pairs: [...comparer.pairs], unanswered: [...comparer.unanswered] },
    endedBy: endedBy === 'stopped' ? comparer.end! : endedBy,
    ...(comparer.notice !== undefined && { notice: comparer.notice }),
  };
}

/** An image that was never compared has no place among the others. */
function rankCompared(
  count: number,
  answers: readonly PairAnswer[],
  options: { model: PairModelName; confidence: number },
): Pick<RankedImages, 'ranking' | 'uncompared'> {
  const met = new Set(answers.flatMap(({ first, second }) => [first, second]));
  const compared = [...met].sort((a, b) => a - b);
  const place = new Map(compared.map((item, index) => [item, index]));
  const ranking = rankingOf(
    compared.length,
    answers.map(({ first, second, probability }) => ({
      ...{ first: place.get(first)!, second: place.get(second)!, probability },
    })),
    options,
  );
  return {
    ranking: {
      ...ranking,
      items: ranking.items.map((ranked) => ({ ...ranked, item: compared[ranked.item]! })),
    },
    uncompared: Array.from({ length: count }, (_, item) => item).filter((item) => !met.has(item)),
  };
}
