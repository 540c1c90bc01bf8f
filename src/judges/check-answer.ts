import type { Answer, AnswerContent } from './answer.ts';
import { JudgeError } from './judge-error.ts';
import type { Question } from './question.ts';

/** Rounding that a sum of probabilities may show. */
const SUM_TOLERANCE = 1e-6;

/**
 * Refuses an answer that breaks the contract of `judge.ts`, so that no judge can put a number on a
 * row that is not a probability.
 *
 * @throws JudgeError naming what was wrong and the value
 */
export function checkAnswer(judgeId: string, question: Question, answer: Answer): Answer {
  const fail = (message: string): never => {
    throw new JudgeError(judgeId, `answered a ${question.kind} question with ${message}`);
  };
  const lacking = question.dimensions?.filter((name) => !answer.dimensions?.[name]) ?? [];
  if (lacking.length > 0) {
    return fail(
      `nothing about ${lacking.join(', ')}; this judge rates the quality alone, so leave dimensions out of the prompt file`,
    );
  }
  if (question.scale) {
    const { min, max } = question.scale;
    if (answer.value === undefined) return fail('no value, where a rating was asked for');
    if (!(answer.value >= min && answer.value <= max)) {
      return fail(`the rating ${answer.value}, which is outside ${min}..${max}`);
    }
    return answer;
  }
  const { probabilities } = answer;
  const labels = question.choices.map((choice) => choice.label).join(', ');
  if (!probabilities) return fail(`no probabilities, where the choices were ${labels}`);
  if (probabilities.length !== question.choices.length) {
    return fail(
      `${probabilities.length} probabilities for ${question.choices.length} choices (${labels})`,
    );
  }
  const wrong = probabilities.find((p) => !(p >= 0 && p <= 1 + SUM_TOLERANCE));
  if (wrong !== undefined) return fail(`the probability ${wrong}`);
  const sum = probabilities.reduce((total, p) => total + p, 0);
  if (Math.abs(sum - 1) > SUM_TOLERANCE) {
    return fail(
      `probabilities that sum to ${sum} instead of 1 (${labels}: ${probabilities.join(', ')})`,
    );
  }
  return answer;
}

/**
 * The score of one answer, in 0..1: the expected value of its choices, or the rating scaled to [0, 1].
 */
export function answerScore(question: Question, answer: AnswerContent): number {
  if (question.scale) {
    const { min, max } = question.scale;
    return ((answer.value as number) - min) / (max - min);
  }
  const probabilities = answer.probabilities as number[];
  const score = question.choices.reduce(
    (sum, choice, index) => sum + choice.value * probabilities[index]!,
    0,
  );
  return Math.min(1, Math.max(0, score));
}
