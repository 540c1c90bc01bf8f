import { expect, it } from 'vitest';
import tid2013 from '../../datasets/tid2013.ts';
import { imagesNamed } from './contract.ts';
import { describePublished } from './published.ts';
import { tree, writeCopy } from './trees.ts';

const two = (number: number) => String(number).padStart(2, '0');

describePublished('tid2013', tid2013, {
  // Mixed case, as published: the list and the files differ.
  listed: imagesNamed(
    (index) =>
      `${index % 2 ? 'I' : 'i'}${two(1 + Math.floor(index / 120))}_${two(1 + (Math.floor(index / 5) % 24))}_${1 + (index % 5)}.${index % 3 ? 'bmp' : 'BMP'}`,
    (index) => (index % 900) / 100,
  ),
  path: ({ file }) => `distorted_images/${file}`,
  lists: (images) => ({
    'mos_with_names.txt': images
      .map(({ file, mos }) => `${mos} ${file.toLowerCase()}\r\n`)
      .join(''),
  }),
});

it('tid2013 groups by reference whatever the case, and keeps a line of another form as an error', async () => {
  const list = '5.51429 I01_01_1.bmp\n5,5 i01_01_2.bmp\ni01_01_3.bmp 5.5\n';
  const files = ['I01_01_1.bmp', 'i01_01_2.bmp', 'I01_01_3.BMP'];
  const copy = await writeCopy(
    await tree({}),
    { 'mos_with_names.txt': list },
    files.map((file) => `distorted_images/${file}`),
  );
  const rows = await tid2013(copy);
  expect(rows.map(({ vars, metadata }) => [vars.mos, metadata.group])).toEqual([
    [5.51429, 'I01'],
    ['5,5', 'I01'],
    ['', undefined],
  ]);
  expect(rows.map(({ metadata }) => metadata.problem)).toEqual([
    undefined,
    'TID2013, mos_with_names.txt, line 2: column "mos" is "5,5", which is not a number; give i01_01_2.bmp one with a decimal point or remove the line',
    'TID2013, mos_with_names.txt, line 3: "i01_01_3.bmp 5.5" is no line like "5.65714 i25_24_1.bmp"',
  ]);
});
