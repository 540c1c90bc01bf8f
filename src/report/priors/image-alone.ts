import type { Column, Run } from '../run/scored-run.ts';
import { type Sample, sampleOf } from '../verdict/column-sample.ts';
import type { Scored } from './compare-sets.ts';

/** Columns of the same provider that rate the images alone, over the same data set. */
export function singleImageColumns(
  run: Run,
  column: Column,
  dataset: string,
): { name: string; sample: Sample }[] {
  return run.columns.flatMap((other) => {
    const rows = other.rows.filter((row) => row.dataset === dataset);
    const isAlone = rows.some(({ scored }) => scored?.output.method === 'single-image');
    if (other.provider !== column.provider || !isAlone) return [];
    return [{ name: `the image alone: ${other.prompt}`, sample: sampleOf(other, rows) }];
  });
}

/** Scores of a sample for the images of a half of another one. */
export function scoresIn(own: Sample, of: Sample, places: readonly number[]): Scored {
  if (own.problem !== undefined) return { problem: own.problem };
  const numbers = new Map(own.keys.map((key, number) => [key, number]));
  const found = places.flatMap((place) => numbers.get(of.keys[place]!) ?? []);
  if (found.length < places.length) {
    return { problem: `it scored ${found.length} of the ${places.length} images of that half` };
  }
  const isSame = found.every((number, index) => own.mos[number] === of.mos[places[index]!]);
  if (!isSame) return { problem: 'its MOS of the images is another one' };
  return Float64Array.from(found, (number) => own.ranked[number]!);
}
