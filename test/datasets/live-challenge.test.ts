import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import liveChallenge from '../../datasets/live-challenge.ts';
import { imagesNamed } from './contract.ts';
import { describePublished } from './published.ts';
import { tree, writeCopy } from './trees.ts';

/** Written by SciPy, see fixtures/live-challenge/make.py: 7 training images, then 200 or 1,162. */
const fixture = (count: number, name: string) =>
  readFileSync(new URL(`../fixtures/live-challenge/${count}/${name}`, import.meta.url));

const lists = (count: number) => ({
  'Data/AllImages_release.mat': fixture(count, 'AllImages_release.mat'),
  'Data/AllMOS_release.mat': fixture(count, 'AllMOS_release.mat'),
});

const listed = imagesNamed(
  (index) => `${index + 3}.${index % 10 ? 'bmp' : 'JPG'}`,
  (index) => (index % 1001) / 10,
);
const path = ({ file }: { file: string }) => `Images/${file}`;

describePublished('live-challenge', liveChallenge, {
  listed,
  path,
  large: 1162,
  lists: (images) => (images.length > 3 ? lists(images.length) : lists(200)),
});

describe('live-challenge', () => {
  it('leaves the training images out, wherever they lie', async () => {
    const training = [1, 2, 3, 4, 5, 6, 7].map((index) => `Images/trainingImages/t${index}.bmp`);
    const copy = await writeCopy(await tree({}), lists(200), [
      ...training,
      ...listed(200).map(path),
    ]);
    const rows = await liveChallenge(copy);
    expect(rows).toHaveLength(200);
    expect(rows.some(({ vars }) => /\/t\d/.test(vars.image))).toBe(false);
  });

  it('refuses scores of other images', async () => {
    const { root } = await writeCopy(await tree({}), lists(200), listed(200).map(path));
    await writeFile(join(root, 'Data/AllMOS_release.mat'), fixture(1162, 'AllMOS_release.mat'));
    await expect(liveChallenge({ root })).rejects.toThrow(
      'AllMOS_release holds 1169 numbers and AllImages_release 207 names; they have to be the same images',
    );
  });
});
