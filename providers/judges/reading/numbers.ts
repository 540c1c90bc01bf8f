import type { Choice } from '../judge.ts';

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
