import { type FamilyName, familyNames, type Level, strengths } from './distortions.ts';
import { PHOTOGRAPHS, type Photograph } from './photographs.ts';

/** Raise it when the same settings make other pictures or scores: a folder made by another is remade. */
const RECIPE_VERSION = 1;

/** Pixels on the long side of every picture. */
export const LONG_SIDE_PIXELS = 512;

export const SAMPLE_CSV = 'scores.csv';

/** Column of the scores. Its name says that they are computed ("full reference") and by what. */
export const SCORE_COLUMN = 'fr_ms_ssim';

/** Where the scores come from, in every row and beside the files. */
export const TRUTH = 'MS-SSIM against the pristine photograph (no human rated these)';

/** A picture of the set: a photograph as it is, or a distorted copy of it. */
export interface SamplePicture {
  file: string;
  photograph: Photograph;
  family: FamilyName | 'pristine';
  level: Level | 0;
}

/**
 * Every photograph has two of the four levels of each family, 1 and 3 or 2 and 4 in turn: as many
 * contents and strengths as a quick run can hold.
 */
export const PICTURES: readonly SamplePicture[] = PHOTOGRAPHS.flatMap((photograph, index) => [
  picture(photograph, 'pristine', 0),
  ...familyNames.flatMap((family) =>
    (index % 2 === 0 ? ([1, 3] as const) : ([2, 4] as const)).map((level) =>
      picture(photograph, family, level),
    ),
  ),
]);

function picture(
  photograph: Photograph,
  family: FamilyName | 'pristine',
  level: Level | 0,
): SamplePicture {
  const suffix = family === 'pristine' ? family : `${family}-${level}`;
  return { file: `images/${photograph.name}-${suffix}.png`, photograph, family, level };
}

/** All that decides what is made, beside the photographs and the version of sharp. */
export const RECIPE = {
  version: RECIPE_VERSION,
  longSidePixels: LONG_SIDE_PIXELS,
  strengths,
  pictures: PICTURES.map(({ file }) => file),
};
