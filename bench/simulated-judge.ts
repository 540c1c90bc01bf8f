import type { Mt19937 } from '../src/degradations/mt19937.ts';
import type { JudgeImage } from '../src/images/judge-image.ts';
import { answerScore } from '../src/judges/check-answer.ts';
import type { Judge } from '../src/judges/judge.ts';
import { judgeOptionsSchema } from '../src/judges/judge-options.ts';
import type { PixelWork } from '../src/judges/pixel-work.ts';
import type { SimulatedLook } from '../src/judges/simulated/look.ts';
import { createSimulatedJudge } from '../src/judges/simulated.ts';
import { pairQuestions, pairReply } from '../src/method/ask-pair.ts';
import { pairScore } from '../src/method/pair-score.ts';
import type { PromptFile } from '../src/method/prompt-file.ts';
import { questionOf } from '../src/method/question.ts';
import { scoreConditions } from '../src/method/score-conditions.ts';

/**
 * An image without pixels for `judge: simulated`: its true quality and what it shows. It tells what sampling
 * does to a question, and is no evidence about any real model.
 */
export interface SimulatedImage {
  quality: number;
  content: number;
}

const CONDITIONS = 4;
/** How far the content of a degraded copy, as the judge sees it, may be off. */
const COPY_NOISE = 0.3;
/** Where the judge takes an image for neither good nor poor, were its content neutral. */
const QUALITY_MIDDLE = 2.5;

type Role = JudgeImage['role'];

/**
 * `judge: simulated` for images without pixels.
 *
 * @param samples answers drawn for each question; undefined: exact probabilities
 */
function judgeOfLooks(samples: number | undefined) {
  const looks = new WeakMap<object, SimulatedLook>();
  const work = { run: async (_: string, { image }: { image: object }) => looks.get(image) };
  const judge = createSimulatedJudge(
    judgeOptionsSchema.parse(samples === undefined ? {} : { probabilities: 'samples', samples }),
    work as unknown as PixelWork,
  );
  const imageOf = (
    role: Role,
    look: Omit<SimulatedLook, 'shapes'>,
    name: string,
    shapes = [1, 0],
  ): JudgeImage => {
    const pixels = { data: new Uint8Array(), width: 512, height: 512 };
    looks.set(pixels, { ...look, shapes });
    const unsent = () => Promise.reject(new Error('nothing is sent'));
    return {
      ...{ role, width: 512, height: 512, sha256: name, encoding: 'png' },
      pixels: async () => pixels,
      encoded: unsent,
    };
  };
  return { judge, imageOf };
}

const seenOf = ({ quality, content }: SimulatedImage) => ({
  quality: QUALITY_MIDDLE + quality,
  content,
});

/** The content of a degraded copy, as the judge sees it. */
const copied = (content: number, random: Mt19937): number =>
  content + COPY_NOISE * (2 * random.uniform() - 1);

/** Scores images by prompt files, by comparisons with anchors that show other things. */
export function simulatedPairScorer(samples: number | undefined) {
  const { judge, imageOf } = judgeOfLooks(samples);
  return async (
    prompt: PromptFile,
    image: SimulatedImage,
    anchors: readonly SimulatedImage[],
    random: Mt19937,
  ): Promise<number> => {
    const name = String(random.uniform());
    const a = imageOf('query', seenOf(image), name);
    const others = anchors.map((anchor) => ({
      name: JSON.stringify(anchor),
      b: imageOf('anchor', seenOf(anchor), JSON.stringify(anchor), [0, 1]),
    }));
    const underOne = async (degraded?: JudgeImage): Promise<number> => {
      const compared = await Promise.all(
        others.map(async ({ name: anchor, b }) => ({
          ...{ name: anchor, sha256: anchor },
          replies: await Promise.all(
            pairQuestions(prompt, { a, b, degraded }).map(async (asked) =>
              pairReply(asked, await judge.ask(asked.question, {})),
            ),
          ),
        })),
      );
      return pairScore(compared, prompt.pair!.model).quality;
    };
    if (!prompt.pair?.isUnderPrior) return underOne();
    const qualities = await Promise.all(
      Array.from({ length: CONDITIONS }, (_, i) => {
        const look = { quality: 0, content: copied(image.content, random) };
        return underOne(imageOf('conditional', look, `${name} ${i}`));
      }),
    );
    return qualities.reduce((sum, quality) => sum + quality, 0) / qualities.length;
  };
}

/**
 * Scores images by prompt files.
 *
 * @param samples answers drawn for each question; undefined: exact probabilities
 */
export function simulatedScorer(samples: number | undefined) {
  const { judge, imageOf } = judgeOfLooks(samples);
  return async (prompt: PromptFile, image: SimulatedImage, random: Mt19937): Promise<number> => {
    const name = String(random.uniform());
    const query = imageOf('query', seenOf(image), name);
    const count = prompt.condition === 'none' ? 1 : CONDITIONS;
    const conditions = await Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const look = { quality: 0, content: copied(image.content, random) };
        const degraded = imageOf('conditional', look, `${name} ${i}`);
        const images = count === 1 ? { query } : { degraded, query };
        const none = { degradation: null, severity: null, psnrDb: null };
        const similarity = prompt.similarity
          ? ask(judge, 'similarity', prompt.similarity, images)
          : null;
        return {
          ...none,
          quality: await ask(judge, 'quality', prompt.quality[0]!, images),
          similarity: await similarity,
        };
      }),
    );
    return scoreConditions(conditions).score;
  };
}

async function ask(judge: Judge, ...asked: Parameters<typeof questionOf>): Promise<number> {
  const question = questionOf(...asked);
  return answerScore(question, await judge.ask(question, {}));
}
