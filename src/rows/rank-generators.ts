import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { oneLine } from '../common/one-line.ts';
import { withoutSecrets } from '../common/without-secrets.ts';
import { readImageFile } from '../images/image-file.ts';
import { sharedPixelPool } from '../method/pixel-pool.ts';
import {
  askPairs,
  type CompareRound,
  comparisonsFor,
  type GroupedItem,
  type PairModelName,
  rankingOverUnits,
  type UnitAnswer,
} from '../statistics/index.ts';
import { estimatePair, type PreparedForPair, prepareForPair } from './compare-images.ts';
import type { RowEstimate } from './estimate-row.ts';
import {
  type AnsweredPair,
  createPairComparer,
  PAIRS_AT_ONCE,
  type PairPlace,
} from './pair-comparer.ts';
import { meanEstimate } from './rank-images.ts';
import type { Asker } from './scorer.ts';

/** A picture that one generator made for one prompt. */
export interface GeneratedPicture {
  generator: string;
  /** What tells prompts apart. */
  prompt: string;
  source: string | Uint8Array;
}

export interface GeneratedPair extends AnsweredPair {
  prompt: string;
}

export interface RankedGenerators {
  /** In the order in which they were first seen; `first`, `second` and `item` are places in it. */
  generators: string[];
  ranking: GroupedItem[];
  pairs: GeneratedPair[];
  /** Pairs whose two pictures are one file, which are ties without a question. */
  same: number;
  unanswered: { first: number; second: number; prompt: string; reason: string }[];
  /** Prompts of which fewer than two generators have a picture. */
  alone: number;
  endedBy: 'comparisons' | 'budget' | 'failures';
  notice?: string;
}

interface Options {
  model: PairModelName;
  confidence: number;
  /** Pairs to ask about at most, over all prompts. */
  comparisons: number;
  onPair?: () => void;
}

/** Something that has no part in a ranking, and why. */
export interface LeftOut {
  image: string;
  reason: string;
}

/** The pictures that can be read, and the others with the reason. */
export async function readablePictures(
  pictures: readonly GeneratedPicture[],
  { prompt, config, askingFor }: Asker,
): Promise<{ pictures: GeneratedPicture[]; leftOut: LeftOut[] }> {
  const limit = pLimit(PAIRS_AT_ONCE);
  const asking = await askingFor('pictures');
  const comparing = { prompt, config, pool: sharedPixelPool, asking };
  const problems = await Promise.all(
    pictures.map(({ source }) =>
      limit(() =>
        readImageFile(source, config)
          .then((file) => prepareForPair(file, comparing))
          .then(
            () => undefined,
            (error: unknown) => withoutSecrets(oneLine(error)),
          ),
      ),
    ),
  );
  return {
    pictures: pictures.filter((_, place) => problems[place] === undefined),
    leftOut: pictures.flatMap(({ generator, prompt: unit }, place) => {
      const reason = problems[place];
      return reason === undefined ? [] : [{ image: `${generator}, ${unit}`, reason }];
    }),
  };
}

/** Pairs that all prompts take together at most. */
export function comparisonsOf(pictures: readonly GeneratedPicture[]): number {
  const byPrompt = Map.groupBy(pictures, ({ prompt }) => prompt);
  return [...byPrompt.values()].reduce((sum, { length }) => sum + comparisonsFor(length), 0);
}

/** Pairs whose cost is estimated, to say what one costs. */
const PAIRS_ESTIMATED = 8;

/** What one comparison would cost, the mean of some pairs; answers that are kept count as bought. */
export async function estimateGenerated(
  pictures: readonly GeneratedPicture[],
  { prompt, config, askingFor }: Asker,
): Promise<{ calls: number; costUsd: number | null }> {
  const asking = {
    ...(await askingFor('estimate')),
    hasAllReplies: async () => false,
  };
  const estimates: RowEstimate[] = [];
  for (const [a, b] of Map.groupBy(pictures, (each) => each.prompt).values()) {
    if (estimates.length === PAIRS_ESTIMATED) break;
    if (!a || !b) continue;
    const files = await Promise.all([a, b].map(({ source }) => readImageFile(source, config)));
    estimates.push(
      await estimatePair([files[0]!, files[1]!], { prompt, config, asking }, new Set()),
    );
  }
  return meanEstimate(estimates);
}

/**
 * Ranks generators by which of two pictures for the same prompt is better. Within a prompt pairs are chosen as for
 * images (`askPairs`); prompts are the units of the intervals.
 *
 * @param pictures one for a generator and a prompt
 */
export async function rankGenerators(
  pictures: readonly GeneratedPicture[],
  asker: Asker,
  { model, confidence, comparisons, onPair }: Options,
): Promise<RankedGenerators> {
  const { prompt, config, askingFor } = asker;
  const generators = [...new Set(pictures.map(({ generator }) => generator))];
  const run = `generators ${createHash('sha256')
    .update(JSON.stringify(pictures.map(({ generator, prompt }) => [generator, prompt])))
    .digest('hex')}`;
  const comparer = createPairComparer<PairPlace & { prompt: string }>(asker, run, onPair);
  const answers: UnitAnswer[] = [];
  let left = comparisons;
  let alone = 0;

  const prepared = async ({ source }: GeneratedPicture, name: string): Promise<PreparedForPair> => {
    const asking = await askingFor(name, { run });
    const comparing = { prompt, config, pool: sharedPixelPool, asking };
    return prepareForPair(await readImageFile(source, config), comparing);
  };

  const pairOf = (a: GeneratedPicture, b: GeneratedPicture) => {
    const name = `${a.generator} ${b.generator} ${a.prompt}`;
    const [first = 0, second = 0] = [a, b].map(({ generator }) => generators.indexOf(generator));
    return {
      place: { first, second, prompt: a.prompt },
      name,
      images: () => Promise.all([prepared(a, name), prepared(b, name)]),
    };
  };

  const rankPrompt = async (own: readonly GeneratedPicture[]): Promise<void> => {
    if (own.length < 2) {
      alone += 1;
      return;
    }
    const most = Math.min(comparisonsFor(own.length), left);
    left -= most;
    if (most === 0) return;
    const compareRound: CompareRound = async (round) => {
      const asked = round.map(({ first, second }) => pairOf(own[first]!, own[second]!));
      const outcomes = await comparer.compare(asked);
      for (const [index, probability] of outcomes.entries()) {
        const { first, second, prompt: unit } = asked[index]!.place;
        if (probability !== undefined) answers.push({ first, second, probability, unit });
      }
      return outcomes;
    };
    await askPairs(own.length, compareRound, {
      ...{ model, comparisons: most },
      isStopped: () => comparer.end !== undefined,
    });
  };

  await Promise.all([...Map.groupBy(pictures, (each) => each.prompt).values()].map(rankPrompt));
  if (answers.length === 0 && comparer.unanswered.length > 0) comparer.giveUp();
  // As they were asked, and not as they were answered, so that the same answers give the same numbers.
  const sorted = answers.sort(
    (a, b) => a.first - b.first || a.second - b.second || (a.unit < b.unit ? -1 : 1),
  );
  return {
    generators,
    ranking:
      sorted.length > 0 ? rankingOverUnits(generators.length, sorted, { model, confidence }) : [],
    ...{ pairs: [...comparer.pairs], unanswered: [...comparer.unanswered] },
    ...{ same: comparer.same, alone },
    endedBy: comparer.end ?? 'comparisons',
    ...(comparer.notice !== undefined && { notice: comparer.notice }),
  };
}
