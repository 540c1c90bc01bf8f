import { counted, rangeOf, rangeText } from '../number-text.ts';
import type { PublishedDataset } from './published-dataset.ts';

/** A published data set that a list is of, by the names of its images. */
export interface Recognised {
  title: string;
  /** How the list compares with it, in words. */
  text: string;
  /** What the scores show against how they are taken, in words. */
  problem?: string;
}

/** Share of the images whose names have to be the data set's. */
const LEAST_SHARE = 0.95;

/** Names of fewer images prove nothing. */
const FEWEST = 20;

/**
 * Compares a list with the published data set whose file names it has.
 *
 * @param images paths, and scores as they are taken: higher is better
 * @param known what is compared with
 * @returns undefined where the names are those of none
 */
export function recognise(
  images: readonly { path: string; mos: number | string | undefined }[],
  known: readonly PublishedDataset[],
): Recognised | undefined {
  if (images.length < FEWEST) return undefined;
  const named = images.map(({ path, mos }) => ({ name: nameOf(path), mos }));
  const published = known.find(
    ({ names }) =>
      names && named.filter(({ name }) => names.test(name)).length >= named.length * LEAST_SHARE,
  );
  return published && compare(named, published);
}

/** A file's name and the folder it lies in. */
const nameOf = (path: string): string => path.replaceAll('\\', '/').split('/').slice(-2).join('/');

function compare(
  images: readonly { name: string; mos: number | string | undefined }[],
  { title, images: published, scales, direction, shown }: PublishedDataset,
): Recognised {
  const scored = images.flatMap(({ name, mos }) =>
    typeof mos === 'number' ? [{ name: name.split('/').at(-1) ?? '', score: mos }] : [],
  );
  const count =
    images.length > published
      ? `${counted(images.length)} images, more than its ${counted(published)} (some may be originals or training images: see exclude)`
      : `${counted(images.length)} of its ${counted(published)} images`;
  const better = shown?.(scored);
  const text = `those of ${title}: ${count}${rangeOfScores(scored, scales)}${directionText(better, direction)}`;
  return {
    title,
    text,
    ...(better === 'lower' && {
      problem: `the names are those of ${title}, and of these images the worse ones have the higher scores: the list was taken the wrong way round; set direction: lower, or leave it out where it is set`,
    }),
  };
}

function rangeOfScores(
  scored: readonly { score: number }[],
  scales: PublishedDataset['scales'],
): string {
  const range = rangeOf(scored.map(({ score }) => score));
  if (range === undefined) return '';
  // Turned scores have the other sign.
  const ranges = [range, { min: -range.max, max: -range.min }];
  const scale = scales.find(([min, max]) =>
    ranges.some((each) => min <= each.min && each.max <= max),
  );
  const against =
    scale !== undefined
      ? `on its scale of ${scale[0]} to ${scale[1]}`
      : scales.length > 0
        ? `which is not on its published scale of ${scales.map(([min, max]) => `${min} to ${max}`).join(' or ')}`
        : 'whose published scale has no bounds';
  return `, scores ${rangeText(range)} ${against}`;
}

function directionText(better: 'higher' | 'lower' | undefined, direction?: string): string {
  if (better === 'higher') return ', and the scores show that higher is better';
  if (better === 'lower') return ', and the scores show that lower is better';
  return direction === undefined
    ? ''
    : '; in the published file lower is better, and nothing here shows whether this list turned the scores';
}
