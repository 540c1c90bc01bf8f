import type { ImageFacts } from '../answers/image-facts.ts';
import type { ImageFile } from '../images/image-file.ts';
import type { RawImage } from '../images/raw-image.ts';
import type { Judge } from '../judges/judge.ts';
import type { Question } from '../judges/question.ts';
import { estimateOf, originOf } from './answer-origin.ts';
import { pairReply } from './ask-pair.ts';
import { conditionsOf, type RatedCondition } from './combine-parts.ts';
import type { ProviderConfig } from './config.ts';
import { isSampled, noLogit } from './needs-probabilities.ts';
import { pairScore } from './pair-score.ts';
import type { PixelPool } from './pixel-pool.ts';
import { type OpenCondition, type Part, type PlannedQuestion, planOf, walkPlan } from './plan.ts';
import { prepareImage } from './prepare-image.ts';
import { methodOf, type PromptFile } from './prompt-file.ts';
import type { Anchor } from './question.ts';
import type { RecordedAnswer } from './recorded-answer.ts';
import type { RowOutput } from './row-output.ts';
import { scoreConditions } from './score-conditions.ts';

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

/** Small copies of what a judge was shown, for a contact sheet. */
export interface Pictures {
  query: RawImage;
  /** In the order of the conditions; empty when the image was rated alone. */
  conditions: RawImage[];
  /** Those that the image was compared with, in their order; empty where it was with none. */
  anchors: RawImage[];
}

export interface Setting {
  prompt: PromptFile;
  /** Shown before the image, where the prompt file asks for anchors. */
  anchors?: readonly Anchor[] | undefined;
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
  const { prompt, config, anchors } = setting;
  const image = await prepareImage(file, {
    ...setting,
    views: prompt.views,
    withPictures: setting.onScore !== undefined,
  });
  const plan = planOf(
    file.name,
    prompt,
    { ...image, ...(anchors && { anchors }) },
    config.conditions,
  );
  const rated = await walkPlan(
    plan,
    setting.limitConditions,
    (condition) => rate(condition, setting),
    setting.signal,
  );
  const conditions = conditionsOf(rated);
  const { score, weights, scheme } = scoreConditions(conditions);
  const answers = rated.flatMap((part) => part.answers);
  const result: ImageScore = {
    output: {
      score,
      conditions: conditions.map((condition, index) => ({
        ...condition,
        weight: weights[index]!,
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
    anchors: prompt.pair ? await anchorPictures(setting) : [],
  }));
  return result;
}

/** An anchor stands on the sheets of many rows. */
const picturesOfAnchors = new WeakMap<object, Promise<RawImage>>();

/** Small copies of the anchors. */
const anchorPictures = ({ anchors = [], pool }: Setting): Promise<RawImage[]> =>
  Promise.all(
    anchors.map(({ image }) => {
      const known = picturesOfAnchors.get(image);
      if (known) return known;
      const making = image.pixels().then((pixels) => pool.run('picture', { image: pixels }));
      picturesOfAnchors.set(image, making);
      making.catch(() => picturesOfAnchors.delete(image));
      return making;
    }),
  );

/** Asks the questions of one condition. All are waited for even when one fails, as they are paid for. */
async function rate(condition: OpenCondition, setting: Setting): Promise<RatedCondition> {
  const { degradation, severity, seed, psnrDb, skipped, questions, picture } = condition;
  const asking = questions.map((planned) => ask(planned, { degradation, severity, seed }, setting));
  await Promise.allSettled(asking);
  const asked = await Promise.all(asking);
  return {
    ...{ degradation, severity, psnrDb },
    ...(skipped !== undefined && { skipped }),
    ...(picture && { picture }),
    parts: asked.flatMap(({ answer, part, estimate }) =>
      answer.kind === 'quality' ? [{ ...part, ...estimate }] : [],
    ),
    ...comparedIn(asked, setting),
    similarity: asked.find(({ answer }) => answer.kind === 'similarity')?.estimate.quality ?? null,
    answers: asked.map(({ answer }) => answer),
  };
}

/** What came of the comparisons with anchors; nothing where there are none. */
function comparedIn(
  asked: readonly Asked[],
  { prompt, anchors = [] }: Setting,
): Pick<RatedCondition, 'pairs'> {
  const compared = anchors.map(({ name, sha256 }, index) => ({
    ...{ name, sha256 },
    replies: asked.flatMap(({ question, answer, part }) =>
      part.anchor === index + 1
        ? [pairReply({ question, first: part.first === 'query' ? 'a' : 'b' }, answer)]
        : [],
    ),
  }));
  if (!prompt.pair || compared.every(({ replies }) => replies.length === 0)) return {};
  return { pairs: pairScore(compared, prompt.pair.model) };
}

interface Asked {
  question: Question;
  answer: RecordedAnswer;
  part: Part;
  estimate: ReturnType<typeof estimateOf>;
}

async function ask(
  { question, ...part }: PlannedQuestion,
  place: Pick<RecordedAnswer, 'degradation' | 'severity' | 'seed'>,
  { judge, prompt, signal, onAnswer }: Setting,
): Promise<Asked> {
  const { kind } = question;
  if (prompt.condition === 'contrast') refuseSampled(judge, question);
  const given = await judge.ask(question, { ...(signal && { signal }) });
  const answer = { kind, ...place, ...part, ...given };
  onAnswer?.(answer);
  if (prompt.condition === 'contrast' && given.source === 'samples') throw noLogit(judge.id);
  return { question, answer, part, estimate: estimateOf(question, answer) };
}

/** Says it before anything is bought, where the judge tells that it will draw samples. */
function refuseSampled(judge: Judge, question: Question): void {
  if (isSampled(judge, question)) throw noLogit(judge.id);
}
