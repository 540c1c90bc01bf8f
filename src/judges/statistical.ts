import type { JudgeImage } from '../images/judge-image.ts';
import type { AnswerContent } from './answer.ts';
import type { Judge } from './judge.ts';
import { JudgeError } from './judge-error.ts';
import type { PixelWork } from './pixel-work.ts';
import { type Choice, comparedImages, type Question } from './question.ts';
import {
  preference,
  quality,
  relativeQuality,
  type StatisticalFeatures,
} from './statistical/index.ts';

/**
 * It knows no objects, so it cannot tell whether two images show the same one. The method only asks
 * it about an image and a copy of that image, where the answer is yes by construction; any constant
 * gives equal weights.
 */
const SAME_OBJECT_SCORE = 1;

/**
 * The embedded judge: classical no-reference image statistics, computed here. It is no LMM, needs no
 * key and no network, and reads no text: quality questions are answered from the pixels, rating the
 * query image relative to the conditional image where both are shown, else the one that is. Of two images that
 * are compared it prefers the one with the higher index, wherever it stands.
 */
export function createStatisticalJudge(pool: PixelWork): Judge {
  const featuresOf = new WeakMap<JudgeImage, Promise<StatisticalFeatures>>();

  const features = (image: JudgeImage, signal?: AbortSignal): Promise<StatisticalFeatures> => {
    let pending = featuresOf.get(image);
    if (!pending) {
      pending = image
        .pixels()
        .then((pixels) => pool.run('statisticalFeatures', { image: pixels }, { signal }));
      featuresOf.set(image, pending);
    }
    return pending;
  };

  const score = async (question: Question, signal?: AbortSignal): Promise<number> => {
    if (question.kind === 'similarity') return SAME_OBJECT_SCORE;
    if (question.kind === 'pair') {
      const compared = comparedImages(question);
      if (!compared)
        throw new JudgeError('statistical', 'a question of a pair compares no two images');
      // A poor copy of one of the two says nothing of the other, so it is left out.
      const [first, second] = compared;
      return preference(await features(first, signal), await features(second, signal));
    }
    const query = question.images.find(({ role }) => role === 'query');
    const conditional = question.images.find(({ role }) => role === 'conditional');
    if (!query || !conditional) {
      const only = query ?? conditional;
      if (!only) throw new JudgeError('statistical', 'the question shows no image');
      return quality(await features(only, signal));
    }
    return relativeQuality(await features(query, signal), await features(conditional, signal));
  };

  return {
    id: 'statistical',
    kind: 'local',
    usesStore: false,
    isFree: true,
    ratesQualityAlone: true,
    defaultMaxConcurrency: Number.POSITIVE_INFINITY,
    async ask(question, { signal }) {
      signal?.throwIfAborted();
      const startMs = performance.now();
      const value = await score(question, signal);
      const base = { source: 'computed', model: 'statistical', costUsd: 0, reused: false } as const;
      const latencyMs = Math.round(performance.now() - startMs);
      return { ...base, latencyMs, ...answerFor(question, value) };
    },
  };
}

function answerFor(question: Question, score: number): AnswerContent {
  if (!question.scale) return { probabilities: spread(question.choices, score) };
  const { min, max } = question.scale;
  return { value: min + score * (max - min) };
}

/**
 * Probabilities, in the order of `choices`, whose expected value is `score`: all mass on the two
 * neighbouring values; outside the range of values, on the nearest.
 */
export function spread(choices: readonly Choice[], score: number): number[] {
  const values = choices.map(({ value }) => value);
  const inside = Math.min(Math.max(...values), Math.max(Math.min(...values), score));
  const below = Math.max(...values.filter((value) => value <= inside));
  const above = Math.min(...values.filter((value) => value >= inside));
  const shareAbove = above === below ? 0 : (inside - below) / (above - below);
  const belowIndex = values.indexOf(below);
  const aboveIndex = values.indexOf(above);
  return values.map(
    (_, index) =>
      (index === belowIndex ? 1 - shareAbove : 0) + (index === aboveIndex ? shareAbove : 0),
  );
}
