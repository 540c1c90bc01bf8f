import { ConfigError } from '../common/config-error.ts';
import type { JudgeImage } from '../images/judge-image.ts';
import type { RawImage } from '../images/raw-image.ts';
import type { Answer, AnswerContent } from './answer.ts';
import { estimateUsage } from './estimate-tokens.ts';
import type { Judge } from './judge.ts';
import { JudgeError } from './judge-error.ts';
import type { JudgeOptions } from './judge-options.ts';
import type { PixelWork } from './pixel-work.ts';
import { comparedImages, type Question } from './question.ts';
import { estimateFromSamples } from './reading/samples.ts';
import { type Chance, chanceOf } from './simulated/chance.ts';
import {
  impressionAlone,
  impressionBeside,
  impressionOfPair,
  sameObject,
} from './simulated/impression.ts';
import {
  drawReplies,
  impressionFor,
  type PossibleReply,
  possibleReplies,
} from './simulated/reply.ts';

/** Stands beside its numbers wherever they are shown. */
export const SIMULATED = 'simulated, no model';

/** Standard deviation by which the wording of a question moves an impression, of one image or of a difference. */
const WORDING_NOISE = 0.3;

/**
 * A stand-in for a biased vision model, so that prompts, samples, gates and budgets can be tried without a
 * key. It looks at the pixels (`simulated/look.ts`), and what an image shows sways it as much as the quality
 * does; beside a copy that the question calls poor most of that is gone (`simulated/impression.ts`). Bias and
 * cure are built in, so its scores show the mechanism and are no evidence for it.
 *
 * Of two images it prefers the one that it would rate higher alone, and `judgeOptions.positionBias` lets it favour
 * the one that stands first.
 *
 * It reads no text: other words for a question move each impression a little and at random, as the seed of
 * that is the question itself. The same question gets the same answer, sampled or not.
 *
 * @throws ConfigError token probabilities asked for: it has no tokens
 */
export function createSimulatedJudge(options: JudgeOptions, pool: PixelWork): Judge {
  if (options.probabilities === 'logprobs') {
    throw new ConfigError(
      'judge: "simulated": it has no tokens, so judgeOptions.probabilities cannot be logprobs; leave it out, which computes probabilities, or set samples',
    );
  }
  const samples = options.probabilities === 'samples' ? options.samples : undefined;
  const looks = remembered((image, signal) => pool.run('simulatedLook', { image }, { signal }));
  const contents = remembered((image, signal) =>
    pool.run('simulatedContent', { image }, { signal }),
  );

  const comparison = async (question: Question, signal?: AbortSignal): Promise<number> => {
    const compared = comparedImages(question);
    if (!compared) throw new JudgeError('simulated', 'a question of a pair compares no two images');
    const conditional = question.images.find(({ role }) => role === 'conditional');
    const [first, second, copy] = await Promise.all([
      looks(compared[0], signal),
      looks(compared[1], signal),
      conditional && contents(conditional, signal),
    ]);
    const beside = copy && {
      copy,
      same: [sameObject(first, copy), sameObject(second, copy)] as const,
    };
    return impressionOfPair([first, second], beside, options.positionBias ?? 0);
  };

  const impressionOf = async (
    question: Question,
    chance: Chance,
    signal?: AbortSignal,
  ): Promise<number> => {
    if (question.kind === 'pair') {
      return (await comparison(question, signal)) + WORDING_NOISE * chance.normal();
    }
    const query = question.images.find(({ role }) => role === 'query');
    const conditional = question.images.find(({ role }) => role === 'conditional');
    const only = query ?? conditional;
    if (!only) throw new JudgeError('simulated', 'the question shows no image');
    if (question.kind === 'similarity' && !(query && conditional)) {
      throw new JudgeError('simulated', 'a question of similarity shows one image');
    }
    const noise = WORDING_NOISE * chance.normal();
    if (!query || !conditional) return impressionAlone(await looks(only, signal)) + noise;
    const [seen, copy] = await Promise.all([looks(query, signal), contents(conditional, signal)]);
    const same = sameObject(seen, copy);
    if (question.kind === 'similarity') return impressionFor(same);
    return impressionBeside(seen, copy, same) + noise;
  };

  const judge: Judge = {
    id: 'simulated',
    kind: 'local',
    usesStore: false,
    isFree: true,
    ratesQualityAlone: true,
    notice: SIMULATED,
    defaultMaxConcurrency: Number.POSITIVE_INFINITY,
    requestsFor: () => ({ requests: samples ?? 1, replies: samples ?? 1 }),
    async ask(question, { signal }) {
      signal?.throwIfAborted();
      const startMs = performance.now();
      const chance = chanceOf(question);
      const possible = possibleReplies(question, await impressionOf(question, chance, signal));
      const latencyMs = Math.round(performance.now() - startMs);
      const usage = estimateUsage(judge, question, question.images);
      return {
        ...(samples === undefined
          ? exactly(question, possible)
          : sampled(question, drawReplies(possible, samples, chance.uniform), samples)),
        // Of a price that somebody made up, the tokens are made up too.
        ...(options.price ? { usage } : { costUsd: 0 }),
        ...{ model: SIMULATED, notice: SIMULATED, latencyMs, reused: false },
      };
    },
  };
  return judge;
}

/** Looks at each image once, however many questions show it. */
function remembered<Look>(
  lookAt: (pixels: RawImage, signal: AbortSignal | undefined) => Promise<Look>,
): (image: JudgeImage, signal: AbortSignal | undefined) => Promise<Look> {
  const known = new WeakMap<JudgeImage, Promise<Look>>();
  return (image, signal) => {
    const before = known.get(image);
    if (before) return before;
    const pending = image.pixels().then((pixels) => lookAt(pixels, signal));
    known.set(image, pending);
    // Another row may ask about the image after one that was given up.
    pending.catch(() => known.delete(image));
    return pending;
  };
}

type Reading = AnswerContent & Pick<Answer, 'source' | 'samples' | 'standardError' | 'asked'>;

function exactly(question: Question, possible: readonly PossibleReply[]): Reading {
  if (question.scale) {
    const { min, max } = question.scale;
    const place = possible.reduce((sum, reply) => sum + reply.probability * reply.place, 0);
    return { value: Math.min(max, Math.max(min, min + place * (max - min))), source: 'computed' };
  }
  const byLabel = new Map(possible.map(({ text, probability }) => [text, probability]));
  return {
    probabilities: question.choices.map(({ label }) => byLabel.get(label) ?? 0),
    source: 'computed',
  };
}

function sampled(question: Question, replies: readonly string[], samples: number): Reading {
  const estimate = estimateFromSamples(question, replies);
  if (!estimate) throw new JudgeError('simulated', `it answered "${replies[0]}"`);
  const { invalidSamples: _, ...counted } = estimate;
  return {
    ...counted,
    source: 'samples',
    asked: { probabilities: 'configured', reply: 'free', samples, requests: samples },
  };
}
