import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import spaq from '../../datasets/spaq.ts';
import { imagesNamed } from './contract.ts';
import { describePublished } from './published.ts';
import { tree, writeCopy } from './trees.ts';
import { workbook } from './workbook.ts';

const LIST = 'Annotations/MOS and Image attribute scores.xlsx';
const five = (number: number) => String(number).padStart(5, '0');

describePublished('spaq', spaq, {
  listed: imagesNamed(
    (index) => `${five(index + 1)}.jpg`,
    (index) => (index % 10_001) / 100,
  ),
  path: ({ file }) => `TestImage/${file}`,
  lists: async (images) => ({
    [LIST]: await workbook('Sheet1', [
      ['Image name', 'MOS', 'Brightness', 'Colorfulness'],
      ...images.map(({ file, mos }) => [file, mos, 50, 51.5]),
    ]),
  }),
});

describe('spaq', () => {
  it('reads a workbook that openpyxl wrote; scores that are missing or words are errors', async () => {
    const list = readFileSync(new URL('../fixtures/xlsx/spaq.xlsx', import.meta.url));
    const images = Array.from({ length: 14 }, (_, index) => `TestImage/${five(index + 1)}.jpg`);
    const rows = await spaq(await writeCopy(await tree({}), { [LIST]: list }, images));
    expect(rows.slice(0, 12).map(({ vars }) => vars.mos)).toEqual(
      Array.from({ length: 12 }, (_, index) => ((index + 1) * 17.25) % 100),
    );
    expect(rows.slice(12).map(({ metadata }) => metadata.problem)).toEqual([
      'SPAQ, Annotations/MOS and Image attribute scores.xlsx, row 14: column "MOS" is empty; give 00013.jpg a number or remove the line',
      'SPAQ, Annotations/MOS and Image attribute scores.xlsx, row 15: column "MOS" is "n/a", which is not a number; give 00014.jpg one with a decimal point or remove the line',
    ]);
  });

  it('keeps the scores of attributes as tags, where the workbook has them', async () => {
    const rowsWith = async (head: string[], line: (string | number)[]) => {
      const list = await workbook('Sheet1', [
        ['Image name', 'MOS', ...head],
        ['00001.jpg', 50, ...line],
      ]);
      return spaq(await writeCopy(await tree({}), { [LIST]: list }, ['TestImage/00001.jpg']));
    };
    const [row] = await rowsWith(
      ['Brightness', 'Colorfulness', 'Contrast', 'Noisiness', 'Sharpness'],
      [61, 52.25, 43, '', 70.5],
    );
    expect(row?.metadata).toMatchObject({
      ...{ Brightness: '61', Colorfulness: '52.25', Contrast: '43', Sharpness: '70.5' },
    });
    expect(row?.metadata).not.toHaveProperty('Noisiness');
    const [plain] = await rowsWith([], []);
    expect(plain?.metadata).not.toHaveProperty('Brightness');
  });

  it.each<[string, Buffer | string | Promise<Buffer>, string]>([
    ['a web page', '<!doctype html>', 'this is a web page (HTML)'],
    ['a broken workbook', 'PK\x03\x04', 'this is a'],
    [
      'other columns',
      workbook('Sheet1', [['image', 'score']]),
      'there is no row with the columns Image name, MOS',
    ],
    [
      'a header alone',
      workbook('Sheet1', [['Image name', 'MOS']]),
      'there is a header and no line under it',
    ],
  ])('refuses %s', async (_, list, message) => {
    const copy = await writeCopy(await tree({}), { [LIST]: await list }, []);
    await expect(spaq(copy)).rejects.toThrow(message);
  });
});
