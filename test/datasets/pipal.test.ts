import { describe, expect, it } from 'vitest';
import pipal from '../../datasets/pipal.ts';
import { imagesNamed } from './contract.ts';
import { describePublished } from './published.ts';
import { tree, writeCopy } from './trees.ts';

const two = (number: number) => String(number).padStart(2, '0');

describePublished('pipal', pipal, {
  listed: imagesNamed(
    (index) =>
      `A${String(Math.floor(index / 116)).padStart(4, '0')}_${two(Math.floor((index % 116) / 20))}_${two(index % 20)}.bmp`,
    (index) => 1000 + ((index * 7.5) % 800),
  ),
  path: ({ file }) => `Dist_Imgs/${file}`,
  lists: (images) =>
    Object.fromEntries(
      [...Map.groupBy(images, ({ file }) => file.slice(0, 5))].map(([reference, own]) => [
        `Train_Label/${reference}.txt`,
        own.map(({ file, mos }) => `${file},${mos}\n`).join(''),
      ]),
    ),
});

describe('pipal', () => {
  it('groups by the original, knows the kind of distortion, and finds images in the parts of the release', async () => {
    const lists = {
      'Train_Label/A0000.txt': 'A0000_00_00.bmp,1379.08\nA0000_03_11.bmp,1523.5\n',
      'Train_Label/A0007.txt': 'A0007_06_02.bmp,1401\n',
      'Train_Label/readme.md': 'x',
    };
    const files = [
      'Distortion_1/A0000_00_00.bmp',
      'Distortion_3/A0000_03_11.bmp',
      'Distortion_4/A0007_06_02.bmp',
    ];
    const rows = await pipal(await writeCopy(await tree({}), lists, files));
    expect(
      rows.map(({ vars, metadata }) => [
        vars.mos,
        metadata.group,
        metadata.distortion,
        metadata.problem,
      ]),
    ).toEqual([
      [1379.08, 'A0000', '00', undefined],
      [1523.5, 'A0000', '03', undefined],
      [1401, 'A0007', '06', undefined],
    ]);
  });
});
