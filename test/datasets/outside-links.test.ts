import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import csv from '../../datasets/csv.ts';
import folder from '../../datasets/folder.ts';
import kadid from '../../datasets/kadid-10k.ts';
import { readImageFile } from '../../src/images/image-file.ts';
import { tree } from './trees.ts';

/** A folder `in` with a list, beside a folder `out`, and links from the one to the other. */
async function linked(links: Readonly<Record<string, string>>, list: readonly string[]) {
  const lines = list.map((image, index) => `${image},${index}`);
  const above = await tree({
    'in/a.png': '',
    'in/b.png': '',
    'in/scores.csv': `image,mos\n${lines.join('\n')}\n`,
    'out/x.png': '',
    'out/dmos.csv': 'dist_img,ref_img,dmos\nI01_01_01.png,I01.png,3\n',
    'out/images/I01_01_01.png': '',
  });
  for (const [from, to] of Object.entries(links)) symlinkSync(to, join(above, 'in', from));
  return join(above, 'in');
}

const load = (root: string, config: object = {}) =>
  csv({ file: join(root, 'scores.csv'), image: 'image', mos: 'mos', ...config });

describe('symbolic links', () => {
  it('of a list do not lead out of its root, unless that is allowed', async () => {
    for (const [links, image] of [
      [{ 'c.png': '../out/x.png' }, 'c.png'],
      [{ far: '../out' }, 'far/x.png'],
      [{ far: '../out' }, 'a/../far/x.png'],
    ] as const) {
      const root = await linked(links, ['a.png', image]);
      await expect(load(root)).rejects.toThrow(
        /scores\.csv: 1 file leads out of .*\/in by symbolic links \(.*\.png to .*\/out\/x\.png\); set allowOutsideRoot: true to follow them$/,
      );
      expect(await load(root, { allowOutsideRoot: true })).toHaveLength(2);
    }
  });

  it('inside the root, of the root itself and to nothing are followed', async () => {
    const root = await linked({ 'c.png': 'a.png', here: '.', 'none.png': '../out/none.png' }, [
      'a.png',
      'c.png',
      'here/b.png',
      'none.png',
    ]);
    expect(await load(root)).toHaveLength(4);
    symlinkSync(root, `${root}-link`);
    expect(await load(root, { root: `${root}-link` })).toHaveLength(4);
  });

  it('of a folder do not lead out of it, and one to a folder above it ends', async () => {
    const file = await linked({ 'c.png': '../out/x.png' }, ['a.png']);
    await expect(folder({ root: file })).rejects.toThrow(/c\.png to .*set allowOutsideRoot: true/);
    expect(await folder({ root: file, allowOutsideRoot: true })).toHaveLength(3);
    const far = await linked({ far: '../out' }, ['a.png']);
    await expect(folder({ root: far })).rejects.toThrow(/far to .*set allowOutsideRoot: true/);
    expect(await folder({ root: far, allowOutsideRoot: true })).toHaveLength(4);
    const other = await linked({ 'notes.txt': '../out/dmos.csv', loop: '.' }, ['a.png']);
    expect(await folder({ root: other })).toHaveLength(2);
    const above = await linked({ loop: '..' }, ['a.png']);
    expect((await folder({ root: above, allowOutsideRoot: true })).length).toBe(4);
  });

  it('of a published copy do not lead out of it, neither its list nor its images', async () => {
    const list = await linked({ 'dmos.csv': '../out/dmos.csv' }, ['a.png']);
    await expect(kadid({ root: list })).rejects.toThrow(
      /KADID-10k: .*dmos\.csv to .*allowOutsideRoot/,
    );
    const images = await linked({ 'dmos.csv': '../out/dmos.csv', images: '../out/images' }, [
      'a.png',
    ]);
    await expect(kadid({ root: images })).rejects.toThrow(/allowOutsideRoot/);
    expect(await kadid({ root: images, allowOutsideRoot: true })).toHaveLength(1);
  });
});

describe('a named pipe', () => {
  it('is refused at once, as a list and as an image', async () => {
    const root = await linked({}, ['a.png']);
    mkdirSync(join(root, 'pipes'));
    const [list, image] = ['pipes/list.csv', 'pipes/x.png'].map((name) => join(root, name));
    execFileSync('mkfifo', [list as string, image as string]);
    await expect(csv({ file: list, image: 'image', mos: 'mos' })).rejects.toThrow(
      /list\.csv: this is a named pipe \(FIFO\), no file$/,
    );
    await expect(readImageFile(image as string)).rejects.toThrow(
      /x\.png": this is a named pipe \(FIFO\), no image file/,
    );
    await expect(readImageFile('/dev/zero')).rejects.toThrow('this is a device, no image file');
  });
});
