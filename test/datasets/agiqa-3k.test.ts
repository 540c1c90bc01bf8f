import { stringify } from 'csv-stringify/sync';
import { expect, it } from 'vitest';
import agiqa3k from '../../datasets/agiqa-3k.ts';
import { imagesNamed } from './contract.ts';
import { describePublished } from './published.ts';
import { tree, writeCopy } from './trees.ts';

const columns = [
  'name',
  'prompt',
  'adj1',
  'adj2',
  'style',
  'mos_quality',
  'std_quality',
  'mos_align',
  'std_align',
];

const lists = (images: readonly { file: string; mos: number }[]) => ({
  'data.csv': stringify(
    images.map(({ file, mos }) => [
      file,
      'a "red" cat, a dog, sharp',
      '',
      'sharp',
      '',
      mos,
      0.2,
      4.5,
      0.1,
    ]),
    { header: true, columns },
  ),
});

describePublished('agiqa-3k', agiqa3k, {
  listed: imagesNamed(
    (index) => `AttnGAN_normal_${index}.jpg`,
    (index) => (index % 501) / 100,
  ),
  path: ({ file }) => `images/${file}`,
  lists,
});

it('agiqa-3k reads the quality beside prompts with commas, and finds images beside the list', async () => {
  const image = { file: 'a.jpg', mos: 1.25 };
  const [row] = await agiqa3k(await writeCopy(await tree({}), lists([image]), ['a.jpg']));
  expect(row?.vars.mos).toBe(1.25);
  expect(row?.metadata).toMatchObject({ prompt: 'a "red" cat, a dog, sharp' });
});

it('agiqa-3k tags images with their generator, which the names hold', async () => {
  const names = ['sd1.5_lowstep_012.jpg', 'AttnGAN_normal_000.jpg', 'other.jpg'];
  const images = names.map((file) => ({ file, mos: 1 }));
  const rows = await agiqa3k(await writeCopy(await tree({}), lists(images), names));
  expect(rows.map(({ metadata }) => metadata.generator)).toEqual([
    'sd1.5_lowstep',
    'AttnGAN_normal',
    undefined,
  ]);
});
