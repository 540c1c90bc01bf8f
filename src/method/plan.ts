import type { JudgeImage } from '../images/judge-image.ts';
import type { RawImage } from '../images/raw-image.ts';
import type { Question } from '../judges/question.ts';
import { pairQuestions } from './ask-pair.ts';
import type { ProviderConfig } from './config.ts';
import { noEffect } from './no-effect.ts';
import type { PromptFile } from './prompt-file.ts';
import { type Anchor, questionOf, type ShownImages } from './question.ts';
import type { View } from './views.ts';

/**
 * What a prompt file asks about one image: the one description that scoring, estimating, checking and
 * batches walk. A plan asks nothing; whoever walks it decides what becomes of a question.
 */
export interface ImagePlan {
  /** How errors name the image. */
  name: string;
  /** In the order of the configuration; first one without a degradation where the image is rated alone. */
  conditions: readonly PlannedCondition[];
}

export interface PlannedCondition extends ConditionPlace {
  /** Has the degraded copy made, where it is not known already. */
  open(): Promise<OpenCondition>;
}

/** Null where the image is rated alone. */
export interface ConditionPlace {
  degradation: string | null;
  severity: number | null;
}

/** A condition whose copy is at hand. */
export interface OpenCondition extends ConditionPlace {
  /** Of the degradation's random streams; null where there is none. */
  seed: number | null;
  /** The copy against the query image at full size, in dB; null where they are equal or there is no copy. */
  psnrDb: number | null;
  /** Why nothing is asked under this condition. */
  skipped?: string;
  /** The quality question of each part, then the similarity question where the prompt file asks one. */
  questions: readonly PlannedQuestion[];
  /** A small copy of the degraded image, for a contact sheet. */
  picture?: () => Promise<RawImage>;
  /** Gives the copy's pixels up; a picture made with them stays. */
  release(): void;
}

/** One question, and which wording it has and what it shows. */
export interface PlannedQuestion extends Part {
  question: Question;
}

export interface Part {
  /** Which of the prompt file's wordings, from 1; left out where it has one. */
  wording?: number;
  /** What is shown, as `View.name`; left out where the whole alone is. */
  view?: string;
  /** Which of the row's anchors the image is compared with, from 1; left out where it is with none. */
  anchor?: number;
  /** Which of the two that are compared is shown first. */
  first?: 'query' | 'anchor';
}

/** The images of a row, made or only known by their sizes and hashes. */
export interface PlannedImages {
  /** What is shown of the image and of each copy. */
  views: readonly View[];
  /** A view each, in the order of `views`. */
  query: readonly JudgeImage[];
  /** What the prompt file shows before; left out where it shows none. */
  anchors?: readonly Anchor[];
  degraded(condition: ProviderConfig['conditions'][number]): Promise<DegradedCopy>;
}

export interface DegradedCopy {
  seed: number;
  /** Against the query image at full size, in dB; null when they are equal; undefined: not known before it is made. */
  psnrDb: number | null | undefined;
  /** A view each, in the order of `PlannedImages.views`. */
  images: readonly JudgeImage[];
  picture?: () => Promise<RawImage>;
  release(): void;
}

/** Why a prompt file of pairs scores no image. */
export const NO_ANCHORS =
  'the prompt compares images, and does not say with which; add anchors to the prompt file';

/** @throws RangeError the prompt asks under conditions, or compares with anchors, and there are none */
export function planOf(
  name: string,
  prompt: PromptFile,
  images: PlannedImages,
  conditions: ProviderConfig['conditions'],
): ImagePlan {
  if (prompt.pair && !images.anchors?.length)
    throw new RangeError(`image "${name}": ${NO_ANCHORS}`);
  if (isAlone(prompt)) return { name, conditions: [alone(prompt, images)] };
  if (conditions.length === 0) {
    throw new RangeError(
      `image "${name}": the prompt asks under conditions, and the provider has "conditions: []"; configure some`,
    );
  }
  const copies = conditions.map((condition) => under(condition, prompt, images));
  return {
    name,
    conditions: prompt.condition === 'contrast' ? [alone(prompt, images), ...copies] : copies,
  };
}

const isAlone = ({ condition, pair }: PromptFile): boolean =>
  pair ? !pair.isUnderPrior : condition === 'none';

function alone(prompt: PromptFile, images: PlannedImages): PlannedCondition {
  const place = { degradation: null, severity: null };
  const { query, views, anchors } = images;
  const questions = prompt.pair
    ? comparisons(prompt, images)
    : qualityQuestions(prompt, views, (view) => ({
        query: query[view]!,
        ...(anchors && { anchors }),
      }));
  const open = { ...place, seed: null, psnrDb: null, questions, release() {} };
  return { ...place, open: async () => open };
}

function under(
  condition: ProviderConfig['conditions'][number],
  prompt: PromptFile,
  images: PlannedImages,
): PlannedCondition {
  const { degradation, severity } = condition;
  return {
    degradation,
    severity,
    async open() {
      const copy = await images.degraded(condition);
      const { seed, psnrDb, picture, release } = copy;
      const skipped = psnrDb === undefined ? undefined : noEffect(psnrDb);
      return {
        ...{ degradation, severity, seed, release },
        psnrDb: psnrDb ?? null,
        ...(picture && { picture }),
        ...(skipped !== undefined && { skipped }),
        questions: skipped === undefined ? questionsAbout(copy, prompt, images) : [],
      };
    },
  };
}

function questionsAbout(
  { images: copy }: DegradedCopy,
  prompt: PromptFile,
  images: PlannedImages,
): PlannedQuestion[] {
  const { query, views, anchors } = images;
  if (prompt.condition === 'contrast') {
    return qualityQuestions(prompt, views, (view) => ({ query: copy[view]! }));
  }
  const shown = (view: number) => ({
    ...{ degraded: copy[view]!, query: query[view]! },
    ...(anchors && { anchors }),
  });
  return [
    ...(prompt.pair
      ? comparisons(prompt, images, copy[0])
      : qualityQuestions(prompt, views, shown)),
    // Whether both show the same object is asked about the first view alone, the whole where it is shown.
    ...(prompt.similarity
      ? [{ question: questionOf('similarity', prompt.similarity, shown(0)) }]
      : []),
  ];
}

/** Every wording about the image and every anchor, in both orders. */
const comparisons = (
  prompt: PromptFile,
  { query, anchors = [] }: PlannedImages,
  degraded?: JudgeImage,
): PlannedQuestion[] =>
  anchors.flatMap(({ image }, index) =>
    pairQuestions(prompt, { a: query[0]!, b: image, degraded }).map(({ first, ...asked }) => ({
      ...asked,
      anchor: index + 1,
      first: first === 'a' ? ('query' as const) : ('anchor' as const),
    })),
  );

/** Every wording about every view. */
const qualityQuestions = (
  { quality }: PromptFile,
  views: readonly View[],
  shown: (view: number) => ShownImages,
): PlannedQuestion[] =>
  views.flatMap(({ name, crop }, view) =>
    quality.map((wording, index) => ({
      question: questionOf('quality', wording, shown(view)),
      ...(quality.length > 1 && { wording: index + 1 }),
      ...((views.length > 1 || crop) && { view: name }),
    })),
  );

/**
 * Visits every condition of a plan, several at once. All are waited for even when one fails: answers
 * under way are paid for, and are stored.
 *
 * @param limit runs one condition, from degrading to its answers; bounds how many copies exist at once
 * @throws RangeError every degraded copy is like the image; Error naming what failed
 */
export async function walkPlan<Result>(
  { name, conditions }: ImagePlan,
  limit: <Value>(run: () => Promise<Value>) => Promise<Value>,
  visit: (condition: OpenCondition) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result[]> {
  /** In the order of the plan, whichever is made first. */
  const skipped: (OpenCondition | undefined)[] = conditions.map(() => undefined);
  const run = async ({ open }: PlannedCondition, index: number): Promise<Result> => {
    const condition = await open();
    if (condition.skipped !== undefined) skipped[index] = condition;
    try {
      return await visit(condition);
    } finally {
      condition.release();
    }
  };
  const [only] = conditions;
  if (only && conditions.length === 1 && only.degradation === null) return [await run(only, 0)];
  const outcomes = await Promise.allSettled(
    conditions.map((condition, index) => limit(() => run(condition, index))),
  );
  signal?.throwIfAborted();
  const failed = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason] : [],
  );
  if (failed.length > 0) {
    const messages = failed.map((reason) =>
      reason instanceof Error ? reason.message : String(reason),
    );
    throw new Error(
      `image "${name}": ${failed.length} of ${outcomes.length} conditions failed: ${[...new Set(messages)].join('; ')}`,
      { cause: failed[0] },
    );
  }
  const left = conditions.filter(
    ({ degradation }, index) => degradation !== null && !skipped[index],
  );
  if (left.length === 0) {
    throw noConditionLeft(
      name,
      skipped.flatMap((condition) => condition ?? []),
    );
  }
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

/** What is wrong with an image that every degradation leaves as it is. */
export const noConditionLeft = (name: string, skipped: readonly OpenCondition[]): RangeError =>
  new RangeError(
    `image "${name}": no condition is left, so there is no debiased score (${skipped.map((c) => `${c.degradation} ${c.severity}: ${c.skipped}`).join('; ')}); configure other conditions`,
  );
