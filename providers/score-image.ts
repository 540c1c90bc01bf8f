import { scoreConditions } from '../assertions/score-conditions.ts';
import { estimateOf, originOf } from './answer-origin.ts';
import type { ProviderConfig } from './config.ts';
import type { ImageFacts } from './image-facts.ts';
import type { RawImage } from './images/raw-image.ts';
import type { ImageFile } from './images/source.ts';
import type { Answer, Judge, JudgeImage, Question } from './judges/judge.ts';
import type { PixelPool } from './pixel-pool.ts';
import { type PreparedImage, prepareImage } from './prepare-image.ts';
import { methodOf, type PromptFile } from './prompt-file.ts';
import { questionOf } from './question.ts';
import type { ConditionResult, RowOutput } from './row-output.ts';

/**
 * A degraded copy this close to the query image cannot be called poor, so it is no prior. Errors of
 * lossy compression become invisible at 40 dB to 50 dB; a copy at 40 dB differs by 2.6 of 255 levels
 * (root mean square). Grey and nearly grey photographs under `saturate` are above it.
 */
export const NO_EFFECT_PSNR_DB = 40;

/** The score of one image by one method, and what reproduces it. */
export interface ImageScore {
  output: RowOutput;
  image: {
    /** SHA-256 (hex) of the file: the image's identity within its data set. */
    sha256: string;
    width: number;
    height: number;
    sentWidth: number;
    sentHeight: number;
  };
  answers: RecordedAnswer[];
}

/** An answer as it is kept in a row's metadata. */
export type RecordedAnswer = {
  kind: Question['kind'];
  degradation: string | null;
  severity: number | null;
  seed: number | null;
} & Answer;

/** Small copies of what a judge was shown, for a contact sheet. */
export interface Pictures {
  query: RawImage;
  /** In the order of the conditions; empty when the image was rated alone. */
  conditions: RawImage[];
}

export interface Setting {
  prompt: PromptFile;
  config: ProviderConfig;
  judge: Judge;
  pool: PixelPool;
  facts: ImageFacts;
  /** Runs one condition, from degrading to its answers; bounds how many copies exist at once. */
  limitConditions: <Result>(run: () => Promise<Result>) => Promise<Result>;
  signal?: AbortSignal;
  /** Called with each answer as it arrives, so that those to an image without a score are known too. */
  onAnswer?: (answer: RecordedAnswer) => void;
  /**
   * Called once with the score, before it is returned; `pictures` makes small copies of the images.
   * Left out: none can be had.
   */
  onScore?: (score: ImageScore, pictures: () => Promise<Pictures>) => Promise<void>;
}

/**
 * Rates one image by the method of a prompt file: one question, or a quality and a similarity
 * question per degraded copy.
 *
 * @throws ImageError, JudgeError, DegradationError; RangeError when no condition is left
 */
export async function scoreImage(file: ImageFile, setting: Setting): Promise<ImageScore> {
  const { prompt } = setting;
  const image = await prepareImage(file, {
    ...setting,
    withPictures: setting.onScore !== undefined,
  });
  const rated =
    prompt.condition === 'none'
      ? [await rateAlone(image.query, setting)]
      : await rateUnderConditions(file, image, setting);
  const conditions = rated.map(({ condition }) => condition);
  if (rated.length === 0) {
    throw new RangeError(
      `image "${file.name}": the prompt asks under conditions, and the provider has "conditions: []"; configure some`,
    );
  }
  if (conditions.every(({ skipped }) => skipped)) {
    throw new RangeError(
      `image "${file.name}": no condition is left, so there is no debiased score (${conditions.map((c) => `${c.degradation} ${c.severity}: ${c.skipped}`).join('; ')}); configure other conditions`,
    );
  }
  const { score, weights, scheme } = scoreConditions(conditions);
  const answers = rated.flatMap((part) => part.answers);
  const result: ImageScore = {
    output: {
      score,
      conditions: conditions.map((condition, index) => ({
        ...condition,
        weight: weights[index] as number,
      })),
      method: methodOf(prompt),
      weights: scheme,
      ...originOf(answers),
    },
    image: {
      sha256: image.fileSha256,
      width: image.original.width,
      height: image.original.height,
      sentWidth: image.sent.width,
      sentHeight: image.sent.height,
    },
    answers,
  };
  await setting.onScore?.(result, async () => ({
    query: await image.picture(),
    conditions: await Promise.all(rated.flatMap(({ picture }) => picture?.() ?? [])),
  }));
  return result;
}

interface RatedCondition {
  condition: Omit<ConditionResult, 'weight'>;
  picture?: () => Promise<RawImage>;
  answers: RecordedAnswer[];
}

async function rateAlone(query: JudgeImage, setting: Setting): Promise<RatedCondition> {
  const place = { degradation: null, severity: null, seed: null };
  const quality = await ask('quality', { query }, place, setting);
  return {
    condition: {
      degradation: null,
      severity: null,
      ...quality.estimate,
      similarity: null,
      psnrDb: null,
    },
    answers: [quality.answer],
  };
}

async function rateUnderConditions(
  file: ImageFile,
  image: PreparedImage,
  setting: Setting,
): Promise<RatedCondition[]> {
  // All are waited for even when one fails: answers under way are paid for, and are stored.
  const outcomes = await Promise.allSettled(
    setting.config.conditions.map((condition) =>
      setting.limitConditions(() => rateUnder(condition, image, setting)),
    ),
  );
  setting.signal?.throwIfAborted();
  const failed = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason] : [],
  );
  if (failed.length > 0) {
    const messages = failed.map((reason) =>
      reason instanceof Error ? reason.message : String(reason),
    );
    throw new Error(
      `image "${file.name}": ${failed.length} of ${outcomes.length} conditions failed: ${[...new Set(messages)].join('; ')}`,
      { cause: failed[0] },
    );
  }
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

async function rateUnder(
  condition: ProviderConfig['conditions'][number],
  { query, degraded: degradedCopyOf }: PreparedImage,
  setting: Setting,
): Promise<RatedCondition> {
  const { degradation, severity } = condition;
  const { prompt } = setting;
  const { seed, psnrDb, image: degraded, picture, release } = await degradedCopyOf(condition);
  const place = { degradation, severity, seed };
  try {
    const skipped = noEffect(psnrDb);
    if (skipped) {
      const none = { quality: null, similarity: null };
      return {
        condition: { degradation, severity, ...none, psnrDb, skipped },
        picture,
        answers: [],
      };
    }
    const questions = [
      ask('quality', { degraded, query }, place, setting),
      prompt.similarity && ask('similarity', { degraded, query }, place, setting),
    ] as const;
    await Promise.allSettled(questions);
    const [quality, similarity] = await Promise.all(questions);
    return {
      condition: {
        degradation,
        severity,
        ...quality.estimate,
        similarity: similarity?.estimate.quality ?? null,
        psnrDb,
      },
      picture,
      answers: [quality.answer, ...(similarity ? [similarity.answer] : [])],
    };
  } finally {
    release();
  }
}

/**
 * Why a degraded copy is left out, if it is.
 *
 * @param psnrDb against the query image; null when they are equal
 */
export function noEffect(psnrDb: number | null): string | undefined {
  if (psnrDb !== null && psnrDb < NO_EFFECT_PSNR_DB) return undefined;
  const why =
    psnrDb === null
      ? 'the copy is identical to it'
      : `PSNR ${psnrDb.toFixed(1)} dB, from ${NO_EFFECT_PSNR_DB} dB on the copy is not poor`;
  return `no effect on this image: ${why}`;
}

async function ask(
  kind: Question['kind'],
  images: { degraded?: JudgeImage; query: JudgeImage },
  place: Pick<RecordedAnswer, 'degradation' | 'severity' | 'seed'>,
  { judge, prompt, signal, onAnswer }: Setting,
): Promise<{ answer: RecordedAnswer; estimate: ReturnType<typeof estimateOf> }> {
  const question = questionOf(kind, prompt, images);
  const answer = { kind, ...place, ...(await judge.ask(question, { ...(signal && { signal }) })) };
  onAnswer?.(answer);
  return { answer, estimate: estimateOf(question, answer) };
}
