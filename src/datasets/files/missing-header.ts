import { ConfigError } from '../../common/config-error.ts';
import { isImageName } from '../image-ending.ts';
import { isNumber, shortened } from '../score-text.ts';
import { type NamedColumn, placeOf } from './listed-line.ts';

interface Row {
  cells: readonly string[];
}

/** Keys of columns with numbers, of which a list of images, of scores or of pairs has one. */
const NUMBER_KEYS = ['mos', 'score', 'share', 'votes.first'];

/**
 * A header that is an image's row would be lost without a word.
 *
 * @param first the row that is to be the header
 * @param others rows below it
 * @throws ConfigError it is no header, with a way to read the list
 */
export function refuseMissingHeader(
  first: Row,
  columns: readonly NamedColumn[],
  others: readonly Row[],
  name: string,
): void {
  const { cells } = first;
  const found = (key: string) => {
    const column = columns.find((each) => each.key === key)?.column;
    return column === undefined ? -1 : placeOf(column, cells);
  };
  const image = cells.findIndex(isImageName);
  const score = cells.findIndex((cell, index) => index !== image && isNumber(cell));
  const scoreKey = NUMBER_KEYS.find((key) => columns.some((each) => each.key === key)) ?? 'mos';
  const isScored = isScore(cells[found(scoreKey)] ?? '', scoreKey, columns, cells);
  const isMissed = columns.some(
    ({ column }) => typeof column === 'string' && !cells.includes(column),
  );
  const isLikeOthers =
    others.length === 0 || others.slice(0, 5).some(({ cells }) => isNumber(cells[score]));
  if (image < 0 && !isScored && !(isMissed && score >= 0 && isLikeOthers)) return;
  const isPublished = columns.every(({ key }) => key === undefined);
  if (columns.length > 0 && isPublished) {
    throw new ConfigError(
      `${name}: the file seems to have no header, as its first row is "${shortened(cells.join(' '))}"; take the file as it was published, or read it by datasets/csv.ts`,
    );
  }
  const isOfPairs = columns.some(({ key }) => key === 'second');
  const keys = [...(isOfPairs ? ['first', 'second'] : ['image']), scoreKey];
  const asked = keys.map((key) => columns.find((each) => each.key === key)?.column);
  const second = cells.findIndex((cell, index) => index > image && isImageName(cell));
  const guessed = [image < 0 ? found(keys[0]!) : image, ...(isOfPairs ? [second] : []), score];
  const numbers = asked.every((column) => typeof column === 'number')
    ? asked
    : guessed.map((index) => index + 1);
  const isKnown = numbers.every((number) => number > 0);
  const shown = keys
    .map((key, index) => `${key}: ${isKnown ? numbers[index] : index + 1}`)
    .join(', ');
  throw new ConfigError(
    `${name}: the file seems to have no header, as its first row is "${shortened(cells.join(' '))}"; set header: false and name columns by their numbers, such as ${shown}`,
  );
}

/** What programs write where a number is missing. */
const NO_NUMBER = /^(nan|n\/?a|null)$/i;

/**
 * Whether what stands in the first row under the score is one: a fraction, or any number where the
 * column is not named after it, unless the row counts the columns (`0,1,2`).
 */
function isScore(
  cell: string,
  scoreKey: string,
  columns: readonly NamedColumn[],
  cells: readonly string[],
): boolean {
  const isNamed = typeof columns.find(({ key }) => key === scoreKey)?.column === 'string';
  const numbers = cells.filter((each) => isNumber(each)).map(Number);
  const isCount =
    numbers.length > 1 && numbers.every((each, index) => each === Number(numbers[0]) + index);
  if (!isNamed && NO_NUMBER.test(cell)) return true;
  return isNumber(cell.replace(',', '.')) && (/\d[.,]\d/.test(cell) || !(isNamed || isCount));
}
