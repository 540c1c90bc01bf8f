const DECIMAL_NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A score as it is written in a file: a number with a decimal point, or the text itself where it is none. */
export const readScore = (text: string): number | string =>
  DECIMAL_NUMBER.test(text) && Number.isFinite(Number(text)) ? Number(text) : text;

/**
 * What is wrong with an image's score, in words; undefined when nothing is.
 *
 * @param column where the score stands
 * @param image the image, as the file names it
 */
export function describeScoreProblem(
  score: number | string,
  column: string,
  image: string,
): string | undefined {
  if (typeof score === 'number') return undefined;
  return score === ''
    ? `column "${column}" is empty; give ${image} a number or remove the line`
    : `column "${column}" is "${shortened(score)}", which is not a number; give ${image} one with a decimal point or remove the line`;
}

/** A cell's text, short enough for an error. */
export const shortened = (text: string): string =>
  text.length > 60 ? `${text.slice(0, 57)}…` : text;
