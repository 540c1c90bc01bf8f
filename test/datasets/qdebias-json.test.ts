import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import qdebiasJson from '../../datasets/qdebias-json.ts';
import { tree, writeCopy } from './trees.ts';

async function load(lists: Record<string, object[]>, config: object = {}) {
  const files = Object.values(lists)
    .flat()
    .flatMap((entry) =>
      Object.entries(entry).flatMap(([key, value]) =>
        key === 'image' || key === 'img_path' ? [String(value)] : [],
      ),
    );
  const texts = Object.fromEntries(
    Object.entries(lists).map(([name, entries]) => [name, JSON.stringify(entries)]),
  );
  const { root } = await writeCopy(await tree({}), texts, [...new Set(files)]);
  const file = Object.keys(lists).map((name) => join(root, name));
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const rows = await qdebiasJson({ file: file.length === 1 ? file[0] : file, ...config });
    const said = stderr.mock.calls.map(([text]) => String(text)).join('');
    return {
      rows,
      said,
      read: rows.map(({ vars }) => [vars.image.slice(root.length + 1), vars.mos]),
    };
  } finally {
    stderr.mockRestore();
  }
}

describe('qdebias-json', () => {
  it.each<[string, object]>([
    ['img_path and gt_score', { img_path: 'a/1.png', gt_score: '4.63' }],
    [
      'image and gt_score',
      { image: 'a/1.png', gt_score: 4.63, conversations: [{ from: 'human' }] },
    ],
    [
      'image and the score in id',
      { id: 'I66_01_01.png->4.63', image: 'a/1.png', conversations: [] },
    ],
    [
      'a score with spaces, and the same in id',
      { id: 'a/1.png-> 4.63 ', image: 'a/1.png', gt_score: ' 4.63 ' },
    ],
  ])('reads %s', async (_, entry) => {
    expect((await load({ 'x.json': [entry] })).read).toEqual([['a/1.png', 4.63]]);
  });

  it('reads several lists as one data set', async () => {
    const { rows, read } = await load({
      'train.json': [{ img_path: '1.png', gt_score: 1 }],
      'test.json': [{ id: '2.png->2', image: '2.png' }],
    });
    expect(read).toEqual([
      ['1.png', 1],
      ['2.png', 2],
    ]);
    expect(rows[0]?.metadata.dataset).toMatch(/\/train\+test$/);
  });

  it('has an error where the two scores of an entry differ, and where there is none', async () => {
    const { rows } = await load({
      'x.json': [
        { id: '1.png->2', image: '1.png', gt_score: 3 },
        { id: 'x', image: '2.png' },
        { image: '3.png', gt_score: 1 },
      ],
    });
    expect(rows.map(({ metadata }) => metadata.problem)).toEqual([
      expect.stringContaining('"gt_score" is 3 and "id" says 2'),
      expect.stringContaining('column "gt_score" is empty'),
      undefined,
    ]);
  });

  it('says which keys it looked for', async () => {
    await expect(load({ 'x.json': [{ file: 'a', score: 1 }] })).rejects.toThrow(
      'no entry has the key "img_path" or "image"; name the key with image',
    );
  });
});

describe('a list of a published data set', () => {
  const kadid = (mosOf: (level: number) => number) =>
    Array.from({ length: 100 }, (_, index) => {
      const level = 1 + (index % 5);
      return {
        img_path: `kadid/I${10 + Math.floor(index / 25)}_0${1 + (Math.floor(index / 5) % 5)}_0${level}.png`,
        gt_score: mosOf(level),
      };
    });

  it('is recognised by its names, and held against its count and scale', async () => {
    const { said } = await load({ 'x.json': kadid((level) => 5 - 0.7 * level) });
    expect(said).toContain(
      'the names are those of KADID-10k: 100 of its 10,125 images, scores 1.5 to 4.3 on its scale of 1 to 5, and the scores show that higher is better',
    );
  });

  it('is on another scale: a line says so', async () => {
    const { said } = await load({ 'x.json': kadid((level) => 100 - 15 * level) });
    expect(said).toContain('scores 25 to 85 which is not on its published scale of 1 to 5');
  });

  it('is refused where worse images have higher scores', async () => {
    await expect(load({ 'x.json': kadid((level) => level) })).rejects.toThrow(
      'the names are those of KADID-10k, and of these images the worse ones have the higher scores',
    );
  });

  it('of LIVE or CSIQ is known by the originals among its images, or by the levels', async () => {
    const live = (best: number) =>
      Array.from({ length: 60 }, (_, index) => ({
        image: `live/jp2k/img${index + 1}.bmp`,
        gt_score: index % 3 ? 20 + index : best,
      }));
    await expect(load({ 'x.json': live(0) })).rejects.toThrow(
      'the names are those of LIVE release 2',
    );
    expect((await load({ 'x.json': live(100) })).said).toContain(
      'LIVE release 2: 60 of its 779 images',
    );
    const csiq = Array.from({ length: 50 }, (_, index) => ({
      image: `csiq/dst_imgs/awgn/${1600 + Math.floor(index / 5)}.AWGN.${1 + (index % 5)}.png`,
      gt_score: (index % 5) / 10,
    }));
    await expect(load({ 'x.json': csiq })).rejects.toThrow('the names are those of CSIQ');
  });

  it('is not seen in names of others, or in a few', async () => {
    const other = Array.from({ length: 50 }, (_, index) => ({
      image: `photo-${index}.jpg`,
      gt_score: index,
    }));
    expect((await load({ 'x.json': other })).said).toBe('');
    expect((await load({ 'x.json': kadid((level) => level).slice(0, 5) })).said).toBe('');
  });
});
