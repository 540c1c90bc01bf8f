const DECIMAL_NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Whether a text is a number with a decimal point. */
export const isNumber = (text = ''): boolean =>
  DECIMAL_NUMBER.test(text) && Number.isFinite(Number(text));

/** A score as it is written in a file: a number with a decimal point, or the text itself where it is none. */
export const readScore = (text: string): number | string => (isNumber(text) ? Number(text) : text);

/**
 * What is wrong with an image's score, in words; undefined when nothing is.
 *
 * @param column where the score stands
 * @param image the image, as the file names it
 */
export function describeScoreProblem(
  score: number | string,
  column: string | number,
  image: string,
): string | undefined {
  if (typeof score === 'number') return undefined;
  const where = describeColumn(column);
  return score === ''
    ? `${where} is empty; give ${shortened(image)} a number or remove the line`
    : `${where} is "${shortened(score)}", which is not a number; give ${shortened(image)} one with a decimal point or remove the line`;
}

/** `column "mos"`, `column 2` */
export const describeColumn = (column: string | number): string =>
  `column ${typeof column === 'number' ? column : `"${column}"`}`;

/** A cell's text, short enough for an error. */
export const shortened = (text: string): string =>
  text.length > 60 ? `${text.slice(0, 57)}…` : text;
