import type { JudgeImage } from '../images/judge-image.ts';
import type { Answer } from '../judges/answer.ts';
import { answerScore } from '../judges/check-answer.ts';
import type { Judge } from '../judges/judge.ts';
import type { Question } from '../judges/question.ts';
import { sideOf } from '../statistics/preferences/preference.ts';
import type { PromptFile } from './prompt-file.ts';
import { questionOf } from './question.ts';

/** A question about images a and b, and which of them it shows first. */
export interface PairQuestion {
  question: Question;
  first: 'a' | 'b';
  /** Which of the prompt file's wordings, from 1; left out where it has one. */
  wording?: number;
}

/** What one answer says about a and b. */
export interface PairReply {
  first: 'a' | 'b';
  /** P(the image that was shown first is better), 0..1; a tie counts half. */
  preferred: number;
  /** Probability of the choices that prefer neither. */
  tie: number;
  /** Comparisons that it stands for: the samples drawn, or 1 where probabilities were read or computed. */
  comparisons: number;
}

/** What both orders, and all wordings, say about a and b. */
export interface PairOutcome {
  /** P(a is better): the mean of both orders, in which a preference for a place goes out. */
  better: number;
  /** P(a is better) where a is shown first, and where it is shown second. */
  shownFirst: number;
  shownSecond: number;
  /** Mean probability that neither is preferred. */
  tie: number;
  /** How much more often the image that stands first is preferred than chance, -0.5..0.5. */
  positionBias: number;
  /** Whether the two orders prefer different images. */
  isInconsistent: boolean;
  /** Comparisons won by a and by b, a tie counting half for both: what `pairScores` takes. */
  wins: number;
  losses: number;
}

/**
 * Every wording of a prompt file with `condition: pair` about two images, in both orders: first those that show a
 * first.
 *
 * @param degraded the copy that is stated to be poor, where the file says `prior: degraded`
 * @throws Error the file shows a degraded copy and there is none
 */
export function pairQuestions(
  { quality }: Pick<PromptFile, 'quality'>,
  { a, b, degraded }: { a: JudgeImage; b: JudgeImage; degraded?: JudgeImage | undefined },
): PairQuestion[] {
  const beside = degraded && { degraded };
  return (['a', 'b'] as const).flatMap((first) => {
    const shown = first === 'a' ? { first: a, second: b } : { first: b, second: a };
    return quality.map((wording, index) => ({
      question: questionOf('pair', wording, { ...shown, ...beside }),
      first,
      ...(quality.length > 1 && { wording: index + 1 }),
    }));
  });
}

/** What one answer to a pair question says. */
export function pairReply({ question, first }: PairQuestion, answer: Answer): PairReply {
  const probabilities = answer.probabilities ?? [];
  const tie = (question.choices ?? []).reduce(
    (sum, { value }, index) => sum + (value === 0.5 ? probabilities[index]! : 0),
    0,
  );
  return {
    first,
    preferred: answerScore(question, answer),
    tie: Math.min(1, tie),
    comparisons: answer.samples ?? 1,
  };
}

/** @throws RangeError one of the orders was not asked for */
export function pairOutcome(replies: readonly PairReply[]): PairOutcome {
  const shownFirst = mean(replies.flatMap((reply) => (reply.first === 'a' ? betterOf(reply) : [])));
  const shownSecond = mean(
    replies.flatMap((reply) => (reply.first === 'b' ? betterOf(reply) : [])),
  );
  return {
    better: (shownFirst + shownSecond) / 2,
    shownFirst,
    shownSecond,
    tie: mean(replies.map(({ tie }) => tie)),
    positionBias: (shownFirst - shownSecond) / 2,
    isInconsistent: areOpposite(shownFirst, shownSecond),
    wins: sum(replies.map((reply) => reply.comparisons * betterOf(reply))),
    losses: sum(replies.map((reply) => reply.comparisons * (1 - betterOf(reply)))),
  };
}

/**
 * Asks which of two images is better, in both orders and every wording. All answers are waited for, as they are
 * paid for.
 *
 * @throws JudgeError
 */
export async function askPair(
  judge: Pick<Judge, 'ask'>,
  prompt: Pick<PromptFile, 'quality'>,
  images: { a: JudgeImage; b: JudgeImage; degraded?: JudgeImage | undefined },
  { signal }: { signal?: AbortSignal } = {},
): Promise<PairOutcome & { answers: Answer[] }> {
  const asking = pairQuestions(prompt, images).map(async (asked) => {
    const answer = await judge.ask(asked.question, { ...(signal && { signal }) });
    return { answer, reply: pairReply(asked, answer) };
  });
  await Promise.allSettled(asking);
  const asked = await Promise.all(asking);
  return {
    ...pairOutcome(asked.map(({ reply }) => reply)),
    answers: asked.map(({ answer }) => answer),
  };
}

/** Whether both prefer an image, and not the same one; half of several samples may be 0.49999999999999994. */
function areOpposite(one: number, other: number): boolean {
  const sides = [sideOf(one), sideOf(other)];
  return sides.includes('first') && sides.includes('second');
}

/** P(a is better) by one reply. */
const betterOf = ({ first, preferred }: PairReply): number =>
  first === 'a' ? preferred : 1 - preferred;

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('a pair was not asked about in both orders');
  return sum(values) / values.length;
}
