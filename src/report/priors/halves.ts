import { drawNames } from '../../datasets/subset.ts';

/** Fewer independent groups or images, and fewer images, say too little in a half. */
const FEWEST_UNITS = 10;
const FEWEST_IMAGES = 20;

/** Places of images, ascending. */
export interface Halves {
  /** On which conditions are picked. */
  picking: number[];
  /** On which the picked ones are measured. */
  other: number[];
}

export interface HalfSize {
  images: number;
  /** Independent ones: groups, or files. */
  units: number;
}

/**
 * Halves the independent units of images (groups, or files where there are none), so that no unit is in
 * both; of an odd number the other half has one more. Nothing but the units' names and the seed decides.
 *
 * @param units of each image, by name
 */
export function halvesOf(units: readonly string[], seed: number): Halves {
  const names = [...new Set(units)].sort();
  const drawn = new Set(drawNames(names, Math.floor(names.length / 2), seed));
  const places = [...units.keys()];
  return {
    picking: places.filter((place) => drawn.has(units[place]!)),
    other: places.filter((place) => !drawn.has(units[place]!)),
  };
}

/** Why halves are too small to choose by. */
export function describeFew(
  { picking, other }: Record<keyof Halves, HalfSize>,
  kind: 'images' | 'groups',
): string | undefined {
  const isEnough = [picking, other].every(
    ({ images, units }) => images >= FEWEST_IMAGES && units >= FEWEST_UNITS,
  );
  if (isEnough) return undefined;
  const shown = ({ images, units }: HalfSize) =>
    kind === 'groups' ? `${images} images in ${units} groups` : `${images} images`;
  return `the halves have ${shown(picking)} and ${shown(other)}; choosing needs at least ${FEWEST_IMAGES} images${kind === 'groups' ? ` in ${FEWEST_UNITS} groups` : ''} in each, since what is picked on fewer is picked by luck`;
}
