import { existsSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import { describe, expect, it } from 'vitest';
import biq2021 from '../../datasets/biq2021.ts';
import csvDataset from '../../datasets/csv.ts';
import { sharedIsPresent, sharedPath } from '../shared.ts';
import { describeRows, imagesNamed, type ListedImage } from './contract.ts';
import { describePublished } from './published.ts';
import { tree, writeCopy } from './trees.ts';

/** The published lists: `.jpg` where the file is `.JPG`, and commas that end the lines of one of them. */
const list = (images: readonly ListedImage[], comma: string) =>
  stringify([
    ['Image Name', 'MOS'],
    ...images.map(({ file, mos }) => [file.toLowerCase(), mos]),
  ]).replaceAll('\n', `${comma}\r\n`);

const lists = (images: readonly ListedImage[]) => {
  const train = Math.ceil((images.length * 5) / 6);
  return {
    'Train (Images and MOS).csv': list(images.slice(0, train), ',,'),
    'Test (Images and MOS).csv': list(images.slice(train), ''),
  };
};

const listed = imagesNamed(
  (index) => `ss0${1 + (index % 3)} (${index}).${index % 4 ? 'jpg' : 'JPG'}`,
  (index) => (index % 10_001) / 10_000,
);
const path = ({ file }: { file: string }) => `Images/${file}`;

describePublished('biq2021', biq2021, { listed, path, lists });

describe('biq2021', () => {
  it('takes one split, and needs the list of that one alone', async () => {
    const images = listed(60);
    const copy = await writeCopy(
      await tree({}),
      { 'Test (Images and MOS).csv': list(images, '') },
      images.map(path),
    );
    const rows = await biq2021({ ...copy, split: 'test' });
    expect(rows).toHaveLength(60);
    expect(rows[0]?.metadata.dataset).toBe('BIQ2021 (test)');
    await expect(biq2021(copy)).rejects.toThrow('there is no "Train (Images and MOS).csv"');
  });
});

it('biq2021 tags images with the part of the set that their names begin with', async () => {
  const names = ['ss01 (1).JPG', 'ss02 (1014).JPG', 'x.JPG'];
  const list = `Image Name,MOS\n${names.map((name) => `${name},0.5\n`).join('')}`;
  const copy = await writeCopy(
    await tree({}),
    { 'Test (Images and MOS).csv': list },
    names.map((name) => `Images/${name}`),
  );
  const rows = await biq2021({ ...copy, split: 'test' });
  expect(rows.map(({ metadata }) => metadata.subset)).toEqual(['ss01', 'ss02', undefined]);
});

describe.skipIf(!sharedIsPresent('biq2021'))('400 real images of BIQ2021', () => {
  const config = {
    file: sharedPath('biq2021/mos.csv'),
    root: sharedPath('biq2021/images'),
    image: 'image',
    mos: 'mos',
  };

  describeRows('csv on BIQ2021', 400, (subset) => csvDataset({ ...config, ...subset }));

  it('names images that are there, with scores of 0 to 1', async () => {
    for (const { vars } of await csvDataset(config)) {
      expect(existsSync(vars.image), vars.image).toBe(true);
      expect(vars.mos).toBeGreaterThanOrEqual(0);
      expect(vars.mos).toBeLessThanOrEqual(1);
    }
  });
});
