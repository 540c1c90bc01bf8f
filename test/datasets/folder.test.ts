import { basename, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import folderDataset from '../../datasets/folder.ts';
import { ConfigError } from '../../src/common/config-error.ts';
import { tree } from './trees.ts';

const files = ['b.JPG', 'a.png', 'day/c.webp', 'day/d.tiff', 'night/e.jpeg', 'f.bmp'];

const photos = () =>
  tree(
    Object.fromEntries(
      [...files, 'notes.txt', '.hidden.png', '.cache/x.png', 'scores.csv'].map((file) => [
        file,
        '',
      ]),
    ),
  );

describe('folder', () => {
  it('lists the images of a folder and its subfolders, in order, without scores', async () => {
    const root = await photos();
    const rows = await folderDataset({ root });
    expect(
      rows.map(({ vars: { image }, metadata: { dataset, group } }) => [image, dataset, group]),
    ).toEqual([
      [join(root, 'a.png'), basename(root), undefined],
      [join(root, 'b.JPG'), basename(root), undefined],
      [join(root, 'day/c.webp'), basename(root), 'day'],
      [join(root, 'day/d.tiff'), basename(root), 'day'],
      [join(root, 'f.bmp'), basename(root), undefined],
      [join(root, 'night/e.jpeg'), basename(root), 'night'],
    ]);
    expect(rows.every(({ metadata }) => metadata.iqaUnscored === true)).toBe(true);
  });

  it('draws a limit by its seed, over the whole list, and takes subfolders as groups', async () => {
    const root = await photos();
    const drawn = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      const rows = await folderDataset({ root, limit: 2, seed });
      expect(rows).toHaveLength(2);
      expect(await folderDataset({ root, limit: 2, seed })).toEqual(rows);
      for (const { vars } of rows) drawn.add(vars.image);
    }
    expect(drawn.size).toBe(files.length);
    expect(await folderDataset({ root, groups: ['day'] })).toHaveLength(2);
    expect((await folderDataset({ root, dataset: 'mine' }))[0]?.metadata.dataset).toBe('mine');
  });

  it('says which images it leaves out because their formats are not read', async () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const root = await tree({ 'a.png': '', 'b.HEIC': '', 'c.nef': '', 'notes.txt': '' });
      expect(await folderDataset({ root })).toHaveLength(1);
      expect(write.mock.calls.map(([text]) => text)).toEqual([
        `${root}: 2 images are left out, of formats that are not read (b.HEIC, c.nef); convert to PNG what is to be rated\n`,
      ]);
    } finally {
      write.mockRestore();
    }
  });

  it('refuses a folder that is not there, one without images, and unknown keys', async () => {
    const root = await tree({ 'notes.txt': '' });
    await expect(folderDataset({ root: join(root, 'x') })).rejects.toThrow(ConfigError);
    await expect(folderDataset({ root: join(root, 'x') })).rejects.toThrow(
      `there is no folder ${root}/x`,
    );
    await expect(folderDataset({ root: join(root, 'notes.txt') })).rejects.toThrow(
      'there is no folder',
    );
    await expect(folderDataset({ root })).rejects.toThrow(
      'there is no image of a format that is read (JPEG, PNG, ',
    );
    await expect(folderDataset({ root, mos: 'x' })).rejects.toThrow('unknown key "mos"');
    await expect(folderDataset({})).rejects.toThrow('root: ');
  });
});
