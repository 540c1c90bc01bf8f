import type { Ratings } from '../rows/ratings.ts';
import type { ColumnName } from './files/listed-line.ts';
import { describeColumn, isNumber, shortened } from './score-text.ts';

/** A cell that says something of an image's ratings. */
export interface RatingCell {
  column: ColumnName;
  text: string;
}

/** Least value of each: a deviation of 0 is unanimity, and a MOS of no rater is none. */
const LEAST = { deviation: 0, raters: 1, standardError: 0 } as const;

type Name = keyof typeof LEAST;

/**
 * The numbers of an image's ratings.
 *
 * @param cells those that the list has
 * @param image as the list names it
 * @returns the numbers that can be read, and what is wrong with the others, in words
 */
export function readRatings(
  cells: Partial<Record<Name, RatingCell>>,
  image: string,
): { ratings: Pick<Ratings, Name>; problem?: string } {
  const read = Object.entries(cells) as [Name, RatingCell][];
  const problems = read.flatMap(([name, cell]) => describeProblem(cell, LEAST[name], image) ?? []);
  const numbers = read.flatMap(([name, cell]) =>
    describeProblem(cell, LEAST[name], image) === undefined ? [[name, Number(cell.text)]] : [],
  );
  return {
    ratings: Object.fromEntries(numbers),
    ...(problems.length > 0 && { problem: problems.join('; ') }),
  };
}

function describeProblem(
  { column, text }: RatingCell,
  least: number,
  image: string,
): string | undefined {
  if (isNumber(text) && Number(text) >= least) return undefined;
  return `${describeColumn(column)} is ${text === '' ? 'empty' : `"${shortened(text)}"`}; give ${shortened(image)} a number of at least ${least}, or do not read this column`;
}
