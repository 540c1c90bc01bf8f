import { stringify } from 'csv-stringify/sync';
import { describe, expect, it } from 'vitest';
import kadid10k from '../../datasets/kadid-10k.ts';
import { imagesNamed } from './contract.ts';
import { describePublished } from './published.ts';
import { tree, writeCopy } from './trees.ts';

const two = (number: number) => String(number).padStart(2, '0');

const copyWriter = {
  listed: imagesNamed(
    (index) =>
      `I${two(1 + Math.floor(index / 125))}_${two(1 + (Math.floor(index / 5) % 25))}_0${1 + (index % 5)}.png`,
    (index) => 1 + (index % 401) / 100,
  ),
  path: ({ file }: { file: string }) => `images/${file}`,
  lists: (images: readonly { file: string; mos: number }[]) => ({
    'dmos.csv': stringify(
      images.map(({ file, mos }) => [file, `${file.split('_')[0]}.png`, mos, 0.5]),
      { header: true, columns: ['dist_img', 'ref_img', 'dmos', 'var'] },
    ),
  }),
};

describePublished('kadid-10k', kadid10k, copyWriter);

describe('kadid-10k', () => {
  it('groups the versions of a reference image, and takes whole groups', async () => {
    const images = copyWriter.listed(500);
    const copy = await writeCopy(
      await tree({}),
      copyWriter.lists(images),
      images.map(copyWriter.path),
    );
    const rows = await kadid10k({ ...copy, groups: 2, seed: 3 });
    expect(rows).toHaveLength(250);
    expect(new Set(rows.map(({ metadata }) => metadata.group)).size).toBe(2);
    expect(await kadid10k({ ...copy, groups: ['I02.png'] })).toHaveLength(125);
    await expect(kadid10k({ ...copy, groups: ['I2.png'] })).rejects.toThrow(
      'did you mean "I02.png"?',
    );
  });

  it('says of a list without a header what can be done about it with this loader', async () => {
    const copy = await writeCopy(
      await tree({}),
      { 'dmos.csv': 'I01_01_01.png,I01.png,4.57,0.5\nI01_01_02.png,I01.png,4.33,0.5\n' },
      ['images/I01_01_01.png', 'images/I01_01_02.png'],
    );
    await expect(kadid10k(copy)).rejects.toThrow(
      /no header, .*; take the file as it was published, or read it by datasets\/csv\.ts$/,
    );
  });

  it('knows a reference image whatever the case of its letters, and images without one', async () => {
    const lines = ['I01_01_01.png,I01.png,1', 'I01_01_02.png,i01.PNG,2', 'I02_01_01.png,,3'];
    const lists = { 'dmos.csv': `dist_img,ref_img,dmos\n${lines.join('\n')}\n` };
    const images = lines.map((line) => `images/${line.split(',')[0]}`);
    const copy = await writeCopy(await tree({}), lists, images);
    const rows = await kadid10k(copy);
    expect(rows.map(({ metadata }) => metadata.group)).toEqual(['I01.png', 'I01.png', undefined]);
    expect(await kadid10k({ ...copy, groups: ['I01.png'] })).toHaveLength(2);
    await expect(kadid10k({ ...copy, groups: 1 })).rejects.toThrow(
      'KADID-10k: groups: 1 of 3 images has no group (',
    );
  });
});
