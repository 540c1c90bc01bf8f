import { resolve } from 'node:path';
import sampleDataset from '../datasets/sample.ts';
import { familyNames } from '../src/datasets/sample/distortions.ts';
import { decodeImage } from '../src/images/decode.ts';
import { readImageFile } from '../src/images/image-file.ts';
import type { RawImage } from '../src/images/raw-image.ts';
import { distortionFamilies, halved } from '../test/judges/statistical/distortions.ts';

const MAX_INPUT_PIXELS = 1e8;

type Rate = (image: RawImage) => number;

/** Pairs of one photograph's copies, and how many of them a judge puts in the right order. */
export interface OrderedPairs {
  name: string;
  ordered: number;
  pairs: number;
}

export const load = async (path: string): Promise<RawImage> =>
  decodeImage(await readImageFile(path), MAX_INPUT_PIXELS);

/** The sample data set: within each photograph and family, the pristine picture and its levels. */
export async function sampleSetPairs(rate: Rate): Promise<OrderedPairs[]> {
  const rows = await Promise.all(
    (await sampleDataset()).map(async ({ vars, metadata }) => ({
      photograph: metadata.group,
      family: metadata.family,
      level: Number(metadata.level),
      score: rate(await load(resolve(vars.image))),
    })),
  );
  const byPhotograph = Map.groupBy(rows, ({ photograph }) => photograph);
  return familyNames.map((name) =>
    total(
      name,
      [...byPhotograph.values()].map((copies) =>
        copies
          .filter(({ family, level }) => family === name || level === 0)
          .sort((a, b) => a.level - b.level)
          .map(({ score }) => score),
      ),
    ),
  );
}

/**
 * Photographs distorted by the families of the tests, each at its own size and at half of it, where
 * the traces of its own JPEG compression are gone.
 */
export async function photographPairs(
  paths: readonly string[],
  rate: Rate,
): Promise<OrderedPairs[]> {
  const results: OrderedPairs[] = [];
  for (const { name, levels, apply } of distortionFamilies) {
    for (const size of ['', ', at half size']) {
      const scores: number[][] = [];
      for (const path of paths) {
        const photograph = await load(path);
        const source = size === '' ? photograph : await halved(photograph);
        const copies = [source];
        for (const level of levels) copies.push(await apply(source, level));
        scores.push(copies.map(rate));
      }
      results.push(total(`${name} ${levels.join(', ')}${size}`, scores));
    }
  }
  return results;
}

/** @param scores of each photograph, from the best copy to the worst; equal scores are no order */
function total(name: string, scores: readonly (readonly number[])[]): OrderedPairs {
  const pairs = scores.flatMap((list) =>
    list.flatMap((better, index) => list.slice(index + 1).map((worse) => better > worse)),
  );
  return { name, ordered: pairs.filter(Boolean).length, pairs: pairs.length };
}
