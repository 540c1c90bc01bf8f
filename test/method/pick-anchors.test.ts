import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  drawPool,
  listedAnchors,
  type PooledImage,
  pickAnchors,
} from '../../src/method/pick-anchors.ts';

/** Looks that are unlike each other: one bright field each, at a place of its own. */
const lookOf = (place: number): Uint8Array =>
  Uint8Array.from({ length: 768 }, (_, i) => (Math.floor(i / 3) === place ? 255 : 20));

const pooled = (mos: number, extra: Partial<PooledImage> = {}): PooledImage => ({
  sha256: `sha ${mos}`,
  mos,
  look: lookOf(mos),
  ...extra,
});
const pool = Array.from({ length: 21 }, (_, i) => pooled(i));
const query = { sha256: 'query', look: lookOf(200), group: undefined };
const settings = { count: 5, pick: 'spread' as const, seed: 0 };
const scores = (picked: PooledImage[]) => picked.map(({ mos }) => mos);

describe('anchors', () => {
  it('are spread over the scores', () => {
    expect(scores(pickAnchors(pool, query, settings)).toSorted((a, b) => a - b)).toEqual([
      0, 5, 10, 15, 20,
    ]);
    expect(scores(pickAnchors(pool, query, { ...settings, count: 1 }))).toEqual([10]);
  });

  it('do not stand in the order of their scores', () => {
    const orders = Array.from({ length: 20 }, (_, seed) =>
      scores(pickAnchors(pool, query, { ...settings, seed })),
    );
    const sorted = orders.filter((order) =>
      order.every((mos, i) => i === 0 || mos > order[i - 1]!),
    );
    expect(sorted.length).toBeLessThan(3);
    expect(new Set(orders.map(String)).size).toBeGreaterThan(5);
  });

  it('are those nearest to the middle of the range, where those are asked for', () => {
    // 0 to 20, and one far above: the middle of the range is 50, not 10.
    const skewed = [...pool, pooled(100)];
    const middle = { ...settings, pick: 'middle' as const };
    const sorted = (images: PooledImage[]) => scores(images).toSorted((a, b) => a - b);
    expect(sorted(pickAnchors(pool, query, middle))).toEqual([8, 9, 10, 11, 12]);
    expect(sorted(pickAnchors(skewed, query, { ...middle, count: 2 }))).toEqual([19, 20]);
    // What is left out is the image itself, and one that is as far away as another takes its place.
    const own = { sha256: 'sha 10', look: lookOf(200), group: undefined };
    expect(sorted(pickAnchors(pool, own, middle)).filter((mos) => mos !== 13)).toEqual([
      8, 9, 11, 12,
    ]);
  });

  it('are of different groups near the middle, as far as there are', () => {
    const grouped = pool.map((image, i) => ({
      ...image,
      group: `g${Math.min(2, Math.floor(i / 9))}`,
    }));
    // Groups of 0 to 8, 9 to 17, and 18 to 20; the middle is 10.
    const take = (count: number) =>
      scores(pickAnchors(grouped, query, { count, pick: 'middle', seed: 0 }));
    expect(take(3).toSorted((a, b) => a - b)).toEqual([8, 10, 18]);
    expect(take(5)).toEqual(expect.arrayContaining([8, 10, 18, 9, 11]));
  });

  it('are no file twice, under whatever names, and copies of a look come last near the middle', () => {
    const twice = [...pool, { ...pooled(10), mos: 10.1 }];
    const middle = { ...settings, pick: 'middle' as const };
    for (const pick of ['middle', 'spread', 'nearest'] as const) {
      const picked = pickAnchors(twice, query, { ...settings, pick, count: 21 });
      expect(new Set(picked.map(({ sha256 }) => sha256)).size).toBe(21);
    }
    expect(() => pickAnchors(twice, query, { ...middle, count: 22 })).toThrow('21 of the 22');
    // Another file that looks the same, as one that was saved anew.
    const copy = pooled(9.9, { look: lookOf(10) });
    const picked = pickAnchors([...pool, copy], query, middle);
    expect(scores(picked).toSorted((a, b) => a - b)).toEqual([8, 9, 10, 11, 12]);
  });

  it('are all that are listed, but the image and its versions', () => {
    const list = [pooled(0), pooled(1, { group: 'g' }), pooled(2), pooled(3, { sha256: 'query' })];
    const listed = listedAnchors(list, { ...query, group: 'g' }, 0);
    expect(scores(listed as PooledImage[]).toSorted()).toEqual([0, 2]);
    expect(() => listedAnchors(list.slice(3), query, 0)).toThrow(
      'each of the 1 images listed is this image or a version of it',
    );
  });

  it('are the images that look most like it, where those are asked for', () => {
    const brighter = pooled(99, { look: lookOf(200).map((level) => Math.min(255, level + 9)) });
    const dim = pooled(98, { look: lookOf(30).map((level) => Math.min(100, level)) });
    const picked = pickAnchors([...pool, brighter, dim], query, {
      ...settings,
      pick: 'nearest',
      count: 1,
    });
    // The brighter one is a version of it. Of the others, whose one field is elsewhere, the dimmest is nearest.
    expect(scores(picked)).toEqual([98]);
  });

  it.each<[string, Partial<PooledImage>]>([
    ['the image itself', { sha256: 'query' }],
    ['an image of its group', { group: 'g' }],
    [
      'an image that looks the same',
      { look: lookOf(200).map((level) => Math.min(255, level + 3)) },
    ],
  ])('are never %s', (_, same) => {
    const withVersions = [...pool.slice(0, 5), pooled(50, same), pooled(60, same)];
    const picked = pickAnchors(withVersions, { ...query, group: 'g' }, settings);
    expect(scores(picked).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
    expect(() => pickAnchors(withVersions.slice(1), { ...query, group: 'g' }, settings)).toThrow(
      '4 of the 6 images of the pool are no versions of this image, and 5 anchors are asked for',
    );
  });

  it('come from a pool that is drawn without a look at scores, the same on every machine', () => {
    const names = Array.from({ length: 100 }, (_, i) => `${i}.png`);
    const drawn = drawPool(names, 10, 3);
    expect(new Set(drawn).size).toBe(10);
    expect(drawPool(names, 10, 4)).not.toEqual(drawn);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), (shift) => {
        const turned = [...names.slice(shift), ...names.slice(0, shift)];
        const again = drawPool(turned, 10, 3).map((index) => turned[index]);
        expect(again).toEqual(drawn.map((index) => names[index]));
      }),
    );
  });
});
