import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatasetRow } from '../../src/datasets/row.ts';

/** An image as a data set in a test lists it; no such file exists. */
export interface ListedImage {
  file: string;
  mos: number;
}

type Rows = DatasetRow[] | Promise<DatasetRow[]>;

/**
 * What every data set keeps to, on any of its trees.
 *
 * @param load the data set's generator on one tree, with these keys added to its configuration
 * @param count images of the tree
 */
export function describeRows(
  name: string,
  count: number,
  load: (subset: { limit?: number; seed?: number }) => Rows,
): void {
  describe(`${name}: rows`, () => {
    let rows: DatasetRow[];
    beforeAll(async () => {
      rows = await load({});
    }, 60_000);

    const scores = (of: readonly DatasetRow[]) => of.map(({ vars }) => vars.mos as number);
    const images = (of: readonly DatasetRow[]) => of.map(({ vars }) => vars.image);

    it('are one an image, all of one data set, each with a path as plain text and a score', () => {
      expect(rows).toHaveLength(count);
      expect(new Set(images(rows)).size).toBe(count);
      for (const { description, vars, metadata } of rows) {
        expect(metadata.dataset).toBe(rows[0]?.metadata.dataset);
        expect(metadata.dataset).not.toBe('');
        expect(vars.image).not.toMatch(/^\w+:\/\/|^data:/);
        expect(vars.mos).toSatisfy(Number.isFinite);
        expect(description).toBe(basename(vars.image));
        expect(metadata.problem).toBeUndefined();
      }
    });

    it('are plain data, as promptfoo stores them', () => {
      expect(JSON.parse(JSON.stringify(rows))).toEqual(rows);
    });

    it('are the same each time, limited or not', async () => {
      expect(await load({})).toEqual(rows);
      expect(await load({ limit: 10, seed: 7 })).toEqual(await load({ limit: 10, seed: 7 }));
    });

    it('differ with the seed of the limit, and are all there when the limit is no limit', async () => {
      const draws = await Promise.all([1, 2, 3].map((seed) => load({ limit: 10, seed })));
      expect(new Set(draws.map((draw) => images(draw).join())).size).toBeGreaterThan(1);
      expect(await load({ limit: count })).toEqual(rows);
      expect(await load({ limit: count + 1 })).toEqual(rows);
    });

    it('keep their order and span the scale when limited', async () => {
      const limited = await load({ limit: 10, seed: 3 });
      expect(limited).toHaveLength(10);
      const order = images(rows);
      const places = images(limited).map((image) => order.indexOf(image));
      expect(places).toEqual([...places].sort((a, b) => a - b));
      const sorted = scores(rows).sort((a, b) => a - b);
      const tenth = Math.ceil(count / 10);
      expect(Math.min(...scores(limited))).toBeLessThanOrEqual(sorted[tenth]!);
      expect(Math.max(...scores(limited))).toBeGreaterThanOrEqual(sorted[count - 1 - tenth]!);
    });
  });
}

/**
 * What every loader of files keeps to: the above, on a tree that `write` makes, and large sets.
 *
 * @param write writes the data set's files for these images into a folder that is not there yet,
 *   without content for the images, and returns the configuration that loads them
 * @param listed the images of a tree, named as the data set names them
 * @param large images of the large tree
 */
export function describeLoader(
  name: string,
  write: (folder: string, images: readonly ListedImage[]) => Promise<object>,
  load: (config: object) => Rows,
  { listed = listedImages, large = 12_000 } = {},
): void {
  let folder: string;
  const configs = new Map<number, object>();
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'iqa-dataset-'));
    for (const count of [200, large]) {
      configs.set(count, await write(join(folder, String(count)), listed(count)));
    }
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  describeRows(name, 200, (subset) => load({ ...configs.get(200), ...subset }));

  it(`${name}: keeps scores, names and order of the file`, async () => {
    const rows = await load(configs.get(200) as object);
    expect(rows.map(({ vars }) => ({ file: basename(vars.image), mos: vars.mos }))).toEqual(
      listed(200).map(({ file, mos }) => ({ file: basename(file), mos })),
    );
  });

  it(`${name}: lists ${large} images, opening none`, async () => {
    // The images are not there, or links to nothing, so opening one would fail.
    expect(await load(configs.get(large) as object)).toHaveLength(large);
  });
}

/** As `listedImages`, with names and scores of the data set's own kind. */
export const imagesNamed =
  (fileOf: (index: number) => string, mosOf = (index: number) => index % 101) =>
  (count: number): ListedImage[] =>
    Array.from({ length: count }, (_, index) => ({ file: fileOf(index), mos: mosOf(index * 37) }));

/** Images in no order of their scores, most of them in the middle of the scale. */
const listedImages = (count: number): ListedImage[] =>
  Array.from({ length: count }, (_, index) => ({
    file: `images/${index % 3}/photo ${index}.jpg`,
    mos: 50 + 49 * Math.sin(index * 12.9898) ** 3,
  }));
