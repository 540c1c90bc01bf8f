import type { AnswerContent, Question } from '../judge.ts';
import { readWhole } from './labels.ts';

/** An estimate from sampled replies. */
export type SampleEstimate = AnswerContent & {
  /** Replies that count. */
  samples: number;
  /** Replies that were none of the choices, or no number of the scale. */
  invalidSamples: number;
  /** Standard error of the expected value, in units of the choices' values or of the scale; unknown for one rating. */
  standardError?: number;
};

/**
 * Estimates an answer from sampled replies, each read strictly.
 *
 * For choices: shares `k/n` of the valid replies; the standard error is that of the mean of the choices'
 * values, for two choices of values 1 and 0 `sqrt(p(1-p)/n)`. For a scale: the mean rating and
 * `s/sqrt(n)`, `s` with `n - 1` degrees of freedom.
 *
 * @returns undefined when no reply is valid
 */
export function estimateFromSamples(
  question: Question,
  replies: readonly string[],
): SampleEstimate | undefined {
  if (question.scale) {
    const { scale } = question;
    const ratings = replies.flatMap((reply) => readRating(reply, scale) ?? []);
    if (ratings.length === 0) return undefined;
    const value = mean(ratings);
    const squares = ratings.reduce((sum, rating) => sum + (rating - value) ** 2, 0);
    const n = ratings.length;
    return {
      value,
      samples: n,
      invalidSamples: replies.length - n,
      ...(n > 1 && { standardError: Math.sqrt(squares / (n - 1) / n) }),
    };
  }
  const { choices } = question;
  const labels = choices.map(({ label }) => label);
  const drawn = replies.flatMap((reply) => readWhole(reply, labels) ?? []);
  if (drawn.length === 0) return undefined;
  const n = drawn.length;
  const probabilities = choices.map((_, index) => drawn.filter((i) => i === index).length / n);
  const expected = choices.reduce((sum, { value }, i) => sum + value * (probabilities[i] ?? 0), 0);
  const variance = choices.reduce(
    (sum, { value }, i) => sum + (probabilities[i] ?? 0) * (value - expected) ** 2,
    0,
  );
  return {
    probabilities,
    samples: n,
    invalidSamples: replies.length - n,
    standardError: Math.sqrt(variance / n),
  };
}

/** A reply that is one number within the scale, and nothing else: `72`, `72.5`, `**72**`, `(72)`, `72/100`, `72 out of 100`. */
export function readRating(
  reply: string,
  { min, max }: { min: number; max: number },
): number | undefined {
  const found =
    /^[\s"'*_`$#\p{Pi}\p{Pf}\p{Ps}]*(-?\d+(?:\.\d+)?)(?:[\s*_]*(?:\/|out of)[\s*_]*(\d+(?:\.\d+)?))?[\s"'*_`$.\p{Pi}\p{Pf}\p{Pe}]*$/u.exec(
      reply,
    );
  if (!found) return undefined;
  const value = Number(found[1]);
  if (found[2] !== undefined && Number(found[2]) !== max) return undefined;
  return value >= min && value <= max ? value : undefined;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
