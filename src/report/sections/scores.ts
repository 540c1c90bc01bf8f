import { NONE, shortened } from '../page/format.ts';
import type { Entry } from '../report-schema.ts';
import { imagesOf, modelOf } from './entry-cells.ts';

/** What is said of the scores of a data set that people have not rated, where nothing can be correlated. */

const MODEL_LENGTH = 40;
const LOWEST_SHOWN = 3;

/** Whether columns have scores, and nothing to hold them against; one that scored no image does not matter. */
export const areUnrated = (entries: readonly Entry[]): boolean =>
  entries.some(({ scores }) => scores !== undefined) &&
  entries.every(({ scores, images }) => scores !== undefined || images.scored === 0);

export const SCORES_HEAD = ['model', 'prompt', 'images', 'mean score', 'lowest scores'];

/** A column's line, under `SCORES_HEAD`. */
export const scoresCells = (entry: Entry): string[] => [
  shortened(modelOf(entry), MODEL_LENGTH),
  entry.prompt,
  imagesOf(entry),
  entry.scores?.mean.toFixed(3) ?? NONE,
  lowestText(entry),
];

const lowestText = ({ scores }: Entry): string =>
  scores?.lowest
    .slice(0, LOWEST_SHOWN)
    .map(({ image, score }) => `${image} ${score.toFixed(3)}`)
    .join(', ') ?? NONE;
