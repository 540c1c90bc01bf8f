import type { Choice } from '../question.ts';
import { isNumber } from './labels.ts';
import type { TokenPosition } from './token-masses.ts';
import { joinedText, tokenText } from './token-text.ts';

/** Numbers of a range that is read from its digit tokens. */
const MAX_NUMBERS = 1000;

/**
 * Whether every answer to a rating can be listed: whole numbers from 0 up. Between 0 and 1, answers are
 * decimals.
 */
export const isClosedRange = ({ min, max }: { min: number; max: number }): boolean =>
  Number.isInteger(min) &&
  Number.isInteger(max) &&
  min >= 0 &&
  max - min > 1 &&
  max - min <= MAX_NUMBERS;

/** The numbers of a closed range as answers that stand for themselves. */
export const numbersOf = ({ min, max }: { min: number; max: number }): Choice[] =>
  Array.from({ length: max - min + 1 }, (_, i) => ({ label: String(min + i), value: min + i }));

/**
 * Probability that the number of a reply has decimals, as far as its tokens do not rule that out: a point
 * that was not generated may also end a sentence.
 *
 * @returns 0 where what follows the number is not known
 */
export function decimalsShare(positions: readonly TokenPosition[]): number {
  const names = positions.map(({ token }) => token);
  const end = positions.findIndex(
    (_, i) => isNumber(joinedText(names.slice(0, i))) && !/^\d/.test(tokenText(names[i]!)),
  );
  const share = (position: TokenPosition | undefined, pattern: RegExp) =>
    (position?.alternatives ?? [])
      .filter(({ token }) => pattern.test(tokenText(token)))
      .reduce((sum, { logprob }) => sum + Math.exp(logprob), 0);
  const point = share(positions[end], /^[.,]\d*$/);
  const isSeen = /^[.,]$/.test(tokenText(names[end] ?? ''));
  return isSeen ? point * share(positions[end + 1], /^\d/) : point;
}
