import { createHash } from 'node:crypto';
import { scoreConditions } from '../assertions/score-conditions.ts';
import { conditionSeed } from './condition-seed.ts';
import type { ProviderConfig } from './config.ts';
import { encodingName } from './images/encode.ts';
import { createJudgeImage } from './images/judge-image.ts';
import type { RawImage } from './images/raw-image.ts';
import { sentSize } from './images/resize.ts';
import { type ImageFile, readImageFile } from './images/source.ts';
import { answerScore } from './judges/check-answer.ts';
import type { Answer, Judge, JudgeImage, Question } from './judges/judge.ts';
import type { PixelPool } from './pixel-pool.ts';
import type { HashedImage } from './pixel-worker.ts';
import type { PromptFile, PromptQuestion } from './prompt-file.ts';
import type { ConditionResult, RowOutput } from './row-output.ts';

/**
 * A degraded copy this close to the query image cannot be called poor, so it is no prior. Errors of
 * lossy compression become invisible at 40 dB to 50 dB; a copy at 40 dB differs by 2.6 of 255 levels
 * (root mean square). Grey and nearly grey photographs under `saturate` are above it.
 */
export const NO_EFFECT_PSNR_DB = 40;

/** Images sent over a network have at most this many pixels, unless configured. */
const NETWORK_MAX_PIXELS = 1_048_576;

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

interface Setting {
  prompt: PromptFile;
  config: ProviderConfig;
  judge: Judge;
  pool: PixelPool;
  /** Runs one condition, from degrading to its answers; bounds how many copies exist at once. */
  limitConditions: <Result>(run: () => Promise<Result>) => Promise<Result>;
  signal?: AbortSignal;
  /** Given small copies of the images, once, before the score is returned. Left out: none are made. */
  onPictures?: (pictures: Pictures) => void;
}

/**
 * Rates one image by the method of a prompt file: one question, or a quality and a similarity
 * question per degraded copy.
 *
 * @param source path, `file://` URL, `data:` URI or bytes
 * @throws ImageError, JudgeError, DegradationError; RangeError when no condition is left
 */
export async function scoreImage(
  source: string | Uint8Array,
  setting: Setting,
): Promise<ImageScore> {
  const { config, judge, pool, prompt, signal } = setting;
  const file = await readImageFile(source);
  const original = await pool.run(
    'decode',
    { file, maxInputPixels: config.image.maxInputPixels },
    { signal },
  );
  const defaultMaxPixels = judge.kind === 'network' ? NETWORK_MAX_PIXELS : 'unlimited';
  const size = sentSize(original, config.image.maxPixels ?? defaultMaxPixels);
  const sent = await pool.run('resize', { image: original, size }, { signal });
  const query = judgeImage('query', sent, setting);

  const rated =
    prompt.condition === 'none'
      ? [await rateAlone(query, setting)]
      : await rateUnderConditions(file, original, query, setting);
  const conditions = rated.map(({ condition }) => condition);
  if (conditions.every(({ skipped }) => skipped)) {
    throw new RangeError(
      `image "${file.name}": no condition is left, so there is no debiased score (${conditions.map((c) => `${c.degradation} ${c.severity}: ${c.skipped}`).join('; ')}); configure other conditions`,
    );
  }
  if (setting.onPictures) {
    setting.onPictures({
      query: await pool.run('picture', { image: original }, { signal }),
      conditions: rated.flatMap(({ picture }) => picture ?? []),
    });
  }
  const { score, weights, scheme } = scoreConditions(conditions);
  const answers = rated.flatMap((part) => part.answers);
  return {
    output: {
      score,
      conditions: conditions.map((condition, index) => ({
        ...condition,
        weight: weights[index] as number,
      })),
      method: prompt.condition === 'none' ? 'single-image' : 'debiased',
      weights: scheme,
      source: [...new Set(answers.map((answer) => answer.source))].join('+'),
    },
    image: {
      sha256: createHash('sha256').update(file.bytes).digest('hex'),
      width: original.width,
      height: original.height,
      sentWidth: size.width,
      sentHeight: size.height,
    },
    answers,
  };
}

interface RatedCondition {
  condition: Omit<ConditionResult, 'weight'>;
  picture: RawImage | null;
  answers: RecordedAnswer[];
}

async function rateAlone(query: JudgeImage, setting: Setting): Promise<RatedCondition> {
  const place = { degradation: null, severity: null, seed: null };
  const quality = await ask('quality', setting.prompt.quality, { query }, setting);
  return {
    condition: {
      degradation: null,
      severity: null,
      quality: quality.score,
      similarity: null,
      psnrDb: null,
    },
    picture: null,
    answers: [{ kind: 'quality', ...place, ...quality.answer }],
  };
}

async function rateUnderConditions(
  file: ImageFile,
  original: HashedImage,
  query: JudgeImage,
  setting: Setting,
): Promise<RatedCondition[]> {
  // All are waited for even when one fails: answers under way are paid for, and are stored.
  const outcomes = await Promise.allSettled(
    setting.config.conditions.map((condition) =>
      setting.limitConditions(() => rateUnder(condition, original, query, setting)),
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
  { degradation, severity }: ProviderConfig['conditions'][number],
  original: HashedImage,
  query: JudgeImage,
  setting: Setting,
): Promise<RatedCondition> {
  const { config, pool, prompt, signal } = setting;
  const seed = conditionSeed(config.seed, original.sha256, degradation);
  const { image, psnrDb, picture } = await pool.run(
    'degradeAndResize',
    {
      image: original,
      degradation,
      severity,
      seed,
      size: { width: query.width, height: query.height },
      withPicture: setting.onPictures !== undefined,
    },
    { signal },
  );
  const place = { degradation, severity, seed };
  const finitePsnrDb = Number.isFinite(psnrDb) ? psnrDb : null;
  if (psnrDb >= NO_EFFECT_PSNR_DB) {
    const difference =
      finitePsnrDb === null ? 'identical to it' : `PSNR ${finitePsnrDb.toFixed(1)} dB`;
    return {
      condition: {
        degradation,
        severity,
        quality: null,
        similarity: null,
        psnrDb: finitePsnrDb,
        skipped: `no effect on this image: ${difference}, from ${NO_EFFECT_PSNR_DB} dB on the copy is not poor`,
      },
      picture,
      answers: [],
    };
  }
  const degraded = judgeImage('conditional', image, setting);
  const [quality, similarity] = await Promise.all([
    ask('quality', prompt.quality, { degraded, query }, setting),
    prompt.similarity && ask('similarity', prompt.similarity, { degraded, query }, setting),
  ]);
  return {
    condition: {
      degradation,
      severity,
      quality: quality.score,
      similarity: similarity?.score ?? null,
      psnrDb: finitePsnrDb,
    },
    picture,
    answers: [
      { kind: 'quality', ...place, ...quality.answer },
      ...(similarity ? [{ kind: 'similarity' as const, ...place, ...similarity.answer }] : []),
    ],
  };
}

function judgeImage(
  role: JudgeImage['role'],
  image: HashedImage,
  { config, pool, signal }: Setting,
): JudgeImage {
  return createJudgeImage(role, image, encodingName(config.image.format), (pixels) =>
    pool.run('encode', { image: pixels, format: config.image.format }, { signal }),
  );
}

async function ask(
  kind: Question['kind'],
  { choices, scale, content, ...rest }: PromptQuestion,
  images: { degraded?: JudgeImage; query: JudgeImage },
  { judge, signal }: Setting,
): Promise<{ answer: Answer; score: number }> {
  const list: JudgeImage[] = [];
  const parts = content.map((part) => {
    if ('text' in part) return part;
    const image = images[part.image];
    if (!image) throw new Error(`the prompt shows a ${part.image} image where there is none`);
    return { image: list.push(image) - 1 };
  });
  const base = { kind, images: list, content: parts, ...rest };
  const question: Question = scale ? { ...base, scale } : { ...base, choices: choices ?? [] };
  const answer = await judge.ask(question, { ...(signal && { signal }) });
  return { answer, score: answerScore(question, answer) };
}
