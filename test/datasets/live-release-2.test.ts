import { describe, expect, it } from 'vitest';
import liveRelease2 from '../../datasets/live-release-2.ts';
import type { ListedImage } from './contract.ts';
import { matFile } from './mat-file.ts';
import { describePublished } from './published.ts';
import { tree, writeCopy } from './trees.ts';

/** Images in each folder, in the order of the score files. */
const COUNTS = { jp2k: 227, jpeg: 233, wn: 174, gblur: 174, fastfading: 174 };
const FILES = Object.entries(COUNTS).flatMap(([folder, count]) =>
  Array.from({ length: count }, (_, index) => `${folder}/img${index + 1}.bmp`),
);
const REFERENCES = FILES.map((_, index) => (index % 2 ? 'Bikes.bmp' : 'womanhat.bmp'));

const mosOf = (index: number) => ((index * 37) % 1001) / 10;
const listed = (count: number): ListedImage[] =>
  FILES.slice(0, count).map((file, index) => ({ file, mos: mosOf(index) }));

/** The files of a release in which the images that are not listed are originals. */
function lists(images: readonly ListedImage[], variable = 'dmos_new', file = 'dmos_realigned.mat') {
  const scores = new Map(images.map(({ file, mos }) => [file, mos]));
  return {
    [file]: matFile({
      [variable]: FILES.map((name) => 100 - (scores.get(name) ?? 100)),
      orgs: FILES.map((name) => (scores.has(name) ? 0 : 1)),
    }),
    'refnames_all.mat': matFile({ refnames_all: REFERENCES }),
  };
}

describePublished('live-release-2', liveRelease2, {
  large: 779,
  listed,
  path: ({ file }) => file,
  lists,
});

describe('live-release-2', () => {
  it('turns the differential scores, and says so; groups by the original', async () => {
    const images = listed(300);
    const rows = await liveRelease2(await writeCopy(await tree({}), lists(images), FILES));
    expect(rows).toHaveLength(300);
    expect(rows[230]).toMatchObject({ vars: { mos: mosOf(230) } });
    expect(rows[230]?.metadata).toMatchObject({
      group: 'womanhat',
      dataset: 'LIVE release 2',
    });
    expect(rows[230]?.vars.image).toMatch(/\/jpeg\/img4\.bmp$/);
    expect(rows[230]?.metadata).toMatchObject({
      dmos: 100 - mosOf(230),
      distortion: 'jpeg',
      direction: 'mos is 100 - dmos: in the published file lower is better',
    });
    expect(rows[1]?.metadata.group).toBe('bikes');
  });

  it('takes dmos.mat where there is no realigned one, and the folder that the archive makes', async () => {
    const files = lists(listed(40), 'dmos', 'dmos.mat');
    const below = Object.fromEntries(
      Object.entries(files).map(([name, bytes]) => [`databaserelease2/${name}`, bytes]),
    );
    const copy = await writeCopy(
      await tree({}),
      below,
      FILES.map((file) => `databaserelease2/${file}`),
    );
    const rows = await liveRelease2(copy);
    expect(rows).toHaveLength(40);
    expect(rows[5]?.vars.mos).toBe(mosOf(5));
    expect(rows[5]?.metadata.problem).toBeUndefined();
  });

  it('refuses scores of another number of images', async () => {
    const files = {
      ...lists(listed(40)),
      'dmos_realigned.mat': matFile({ dmos_new: [1, 2], orgs: [0, 0] }),
    };
    const copy = await writeCopy(await tree({}), files, FILES);
    await expect(liveRelease2(copy)).rejects.toThrow(
      'dmos_new holds 2 numbers; it has to be a number for each of 982 images',
    );
  });
});
