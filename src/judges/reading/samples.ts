import type { AnswerContent } from '../answer.ts';
import type { Question } from '../question.ts';
import { readWhole } from './labels.ts';
import { oneWidth } from './one-spelling.ts';

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

/** What may stand around a number without changing it. */
const BEFORE = String.raw`[\s"'*_\x60$#+\p{Pi}\p{Pf}\p{Ps}]*`;
const AFTER = String.raw`[\s"'*_\x60$.!。\p{Pi}\p{Pf}\p{Pe}]*`;
const NUMBER = String.raw`-?(?:\d+(?:\.\d+)?|\.\d+)`;
const POINTS = String.raw`\s*(?:points?|stars?)`;
const OUT_OF = String.raw`[\s*_]*[(\[]?(?:\/|(?:out )?of)[\s*_]*(?<outOf>\d+(?:\.\d+)?)`;
const UNIT = String.raw`(?:\s*(?<percent>%)|${POINTS})`;
const RATING = new RegExp(
  `^${BEFORE}(?<number>${NUMBER})(?:(?:${POINTS})?${OUT_OF})?(?:${UNIT})?${AFTER}$`,
  'iu',
);

/**
 * A reply that is one number within the scale, and nothing else: `72`, `72.5`, `**72**`, `(72)`, `72/100`,
 * `72 out of 100`, `72 of 100`, `72%` where the scale ends at 100, `4 stars`, `٧٢`.
 */
export function readRating(
  reply: string,
  { min, max }: { min: number; max: number },
): number | undefined {
  const { number, outOf, percent } =
    RATING.exec(oneWidth(reply).replace(/\p{Cf}+/gu, ''))?.groups ?? {};
  if (number === undefined) return undefined;
  if (percent !== undefined && max !== 100) return undefined;
  if (outOf !== undefined && Number(outOf) !== max) return undefined;
  const value = Number(number);
  return value >= min && value <= max ? value : undefined;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
