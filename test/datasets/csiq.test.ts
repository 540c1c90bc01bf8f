import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import csiq from '../../datasets/csiq.ts';
import { imagesNamed, type ListedImage } from './contract.ts';
import { describePublished } from './published.ts';
import { tree, writeCopy } from './trees.ts';
import { workbook } from './workbook.ts';

const LIST = 'csiq.DMOS.xlsx';
/** As in file names, and as in the workbook. */
const TYPES = [
  ['AWGN', 'noise'],
  ['BLUR', 'blur'],
  ['contrast', 'contrast'],
  ['fnoise', 'fnoise'],
  ['JPEG', 'jpeg'],
  ['jpeg2000', 'jpeg 2000'],
] as const;

const header = ['image', 'dst_idx', 'dst_type', 'dst_lev', 'dmos_std', 'dmos'];
const path = ({ file }: { file: string }) =>
  `dst_imgs/${file.split('.')[1]?.toLowerCase()}/${file}`;

function rowOf({ file, mos }: ListedImage): (string | number | null)[] {
  const [image = '', fileName, level] = file.split('.');
  const type = TYPES.findIndex(([name]) => name === fileName);
  const dmos = Number((1 - mos).toFixed(3));
  return [
    null,
    null,
    null,
    Number(image),
    type + 1,
    TYPES[type]?.[1] ?? '',
    Number(level),
    0.05,
    dmos,
  ];
}

describePublished('csiq', csiq, {
  large: 866,
  listed: imagesNamed(
    (index) =>
      `${1600 + Math.floor(index / 30)}.${TYPES[Math.floor(index / 5) % 6]?.[0]}.${1 + (index % 5)}.png`,
    (index) => (index % 1001) / 1000,
  ),
  path,
  lists: async (images) => ({
    [LIST]: await workbook('all_by_image', [
      [null],
      [null],
      [null],
      [null, null, null, ...header],
      ...images.map(rowOf),
    ]),
  }),
});

describe('csiq', () => {
  const list = readFileSync(new URL('../fixtures/xlsx/csiq.DMOS.xlsx', import.meta.url));
  const files = ['1600', 'snow_leaves', 'lady_liberty'].flatMap((image) =>
    TYPES.flatMap(([type]) => [1, 2, 3, 4].map((level) => `${image}.${type}.${level}.png`)),
  );

  it.each([
    ['in folders', (file: string) => path({ file })],
    ['in one folder', (file: string) => `dst_imgs_all/${file}`],
  ])(
    'reads a workbook that openpyxl wrote, with the images %s, and turns the direction',
    async (_, place) => {
      const rows = await csiq(await writeCopy(await tree({}), { [LIST]: list }, files.map(place)));
      expect(rows.map(({ vars }) => vars.image.split('/').at(-1))).toEqual(files);
      // As fixtures/xlsx/make.py has it.
      const dmos = files.map((_, index) => Number((((index + 5) * 0.37) % 1).toFixed(3)));
      expect(rows.map(({ metadata }) => metadata.dmos)).toEqual(dmos);
      rows.forEach(({ vars }, index) => {
        expect(vars.mos).toBeCloseTo(1 - dmos[index]!, 12);
      });
      expect(rows[0]?.metadata.direction).toBe(
        'mos is 1 - dmos: in the published file lower is better',
      );
      expect([...new Set(rows.map(({ metadata }) => metadata.group))]).toEqual([
        '1600',
        'snow_leaves',
        'lady_liberty',
      ]);
    },
  );

  it('groups the versions of a photograph whatever the case of its letters', async () => {
    const rows = [header, ['Elk', 1, 'noise', 1, 0.1, 0.2], ['elk', 1, 'noise', 2, 0.1, 0.2]];
    const lists = { [LIST]: await workbook('all_by_image', rows) };
    const images = ['elk.AWGN.1.png', 'elk.AWGN.2.png'].map((file) => path({ file }));
    const loaded = await csiq(await writeCopy(await tree({}), lists, images));
    expect(loaded.map(({ metadata }) => metadata.group)).toEqual(['elk', 'elk']);
  });

  it('keeps the standard deviation of ratings, where the workbook has it', async () => {
    const load = async (rows: (string | number)[][]) => {
      const lists = { [LIST]: await workbook('all_by_image', rows) };
      const loaded = await csiq(
        await writeCopy(await tree({}), lists, [path({ file: 'elk.AWGN.1.png' })]),
      );
      return loaded[0]?.metadata;
    };
    const kept = await load([header, ['elk', 1, 'noise', 1, 0.113, 0.2]]);
    expect(kept?.iqaRatings).toEqual({ deviation: 0.113, scale: [0, 1] });
    const unreadable = await load([header, ['elk', 1, 'noise', 1, 'n/a', 0.2]]);
    expect(unreadable?.problem).toContain('column "dmos_std" is "n/a"');
    const without = ['image', 'dst_type', 'dst_lev', 'dmos'];
    expect((await load([without, ['elk', 'noise', 1, 0.2]]))?.iqaRatings).not.toHaveProperty(
      'deviation',
    );
  });

  it('keeps a distortion that it does not know as an error', async () => {
    const rows = [header, [1600, 1, 'noise', 1, 0.1, 0.2], [1600, 9, 'rain', 1, 0.1, 0.2]];
    const copy = await writeCopy(await tree({}), { [LIST]: await workbook('all_by_image', rows) }, [
      path({ file: '1600.AWGN.1.png' }),
    ]);
    expect((await csiq(copy)).map(({ metadata }) => metadata.problem)).toEqual([
      undefined,
      'CSIQ, csiq.DMOS.xlsx, row 3: dst_type "rain" is none of noise, blur, contrast, fnoise, jpeg, jpeg 2000',
    ]);
  });

  it('names the sheets where the right one is missing', async () => {
    const copy = await writeCopy(
      await tree({}),
      { [LIST]: await workbook('by image', [header]) },
      [],
    );
    await expect(csiq(copy)).rejects.toThrow('there is no sheet "all_by_image"');
  });
});
