import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSource } from '../../cli/init/source.ts';
import { tree } from '../datasets/trees.ts';
import { workbook } from '../datasets/workbook.ts';

async function source(
  file: string,
  content: string | Uint8Array,
  columns: [string, string] = ['image', 'mos'],
) {
  const path = join(await tree({}), file);
  await writeFile(path, content);
  const [imageColumn, mosColumn] = columns;
  const { dataset, config } = await readSource({ scores: path, imageColumn, mosColumn });
  const { file: named, ...rest } = config;
  expect(named).toBe(path);
  return { dataset, ...rest };
}

describe('init --scores', () => {
  it.each<[string, string, string]>([
    ['a.csv', 'image,mos\na.jpg,1\n', 'csv'],
    ['a.csv', 'image;mos\na.jpg;1,5\n', 'csv'],
    ['a.tsv', 'image\tmos\na.jpg\t1\n', 'csv'],
    ['a.txt', 'mos image\n1 a.jpg\n', 'csv'],
    ['a.json', '{"images": [{"image": "a.jpg", "mos": 1}]}', 'json'],
    ['a.ndjson', '{"image": "a.jpg", "mos": 1}\n', 'jsonl'],
  ])('%s: %j', async (file, content, dataset) => {
    expect(await source(file, content)).toEqual({ dataset, image: 'image', mos: 'mos' });
  });

  it('a workbook', async () => {
    const book = await workbook('x', [['title'], ['image', 'mos'], ['a.jpg', 1]]);
    expect(await source('a.xlsx', book)).toEqual({ dataset: 'csv', image: 'image', mos: 'mos' });
  });

  it('without a header says so in the configuration, and is told how in the error', async () => {
    const list = '5.65714 i25.bmp\n5.1 i26.bmp\n';
    expect(await source('a.txt', list, ['2', '1'])).toEqual({
      dataset: 'csv',
      image: 2,
      mos: 1,
      header: false,
    });
    await expect(source('a.txt', list)).rejects.toThrow(
      /seems to have no header.*; here: --image-column 2 --mos-column 1/,
    );
  });

  it('with columns that are called by numbers keeps their names', async () => {
    expect(await source('a.csv', '1,2\na.jpg,3\n', ['1', '2'])).toEqual({
      dataset: 'csv',
      image: '1',
      mos: '2',
    });
  });

  it('names columns that are there, and what a file is that is no list', async () => {
    await expect(source('a.csv', 'image,MOS\na.jpg,1\n')).rejects.toThrow(
      'there is no column "mos" (config: mos), did you mean "MOS"?',
    );
    await expect(source('a.json', '[{"file": "a.jpg"}]')).rejects.toThrow(
      'there is no column "image"',
    );
    await expect(source('a.csv', '<html></html>')).rejects.toThrow('this is a web page (HTML)');
    await expect(source('a.docx', '')).rejects.toThrow('the file must end in one of .csv, .tsv');
  });
});
