import { rangeOf } from '../number-text.ts';
import type { PublishedDataset } from './published-dataset.ts';

type Scales = Pick<PublishedDataset, 'scales'>;

/** The published scale that holds these scores, the smallest of several; undefined where none does. */
export function scaleOf(
  { min, max }: { min: number; max: number },
  { scales }: Scales,
): readonly [min: number, max: number] | undefined {
  const holding = scales.filter(([least, greatest]) => least <= min && max <= greatest);
  return holding.sort(([a, b], [c, d]) => b - a - (d - c))[0];
}

/** The same for all scores of a copy. */
export function scaleOfScores(
  images: readonly { mos?: number | string }[],
  published: Scales,
): [number, number] | undefined {
  const range = rangeOf(images.flatMap(({ mos }) => (typeof mos === 'number' ? [mos] : [])));
  const scale = range && scaleOf(range, published);
  return scale && [...scale];
}
