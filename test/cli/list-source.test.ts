import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSource } from '../../cli/init/list-source.ts';
import { tree } from '../datasets/trees.ts';
import { workbook } from '../datasets/workbook.ts';

async function source(
  file: string,
  content: string | Uint8Array,
  columns: [string?, string?] = [],
  ask?: (question: string) => Promise<string>,
) {
  const path = join(await tree({}), file);
  await writeFile(path, content);
  const [imageColumn, mosColumn] = columns;
  const { dataset, config } = await readSource({ scores: path, imageColumn, mosColumn }, ask);
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
    await expect(source('a.csv', 'image,MOS\na.jpg,1\n', ['image', 'mos'])).rejects.toThrow(
      'there is no column "mos" (config: mos), did you mean "MOS"?',
    );
    await expect(source('a.json', '[{"file": "a.jpg"}]')).rejects.toThrow(
      'there is no column "image"',
    );
    await expect(source('a.csv', '<html></html>')).rejects.toThrow('this is a web page (HTML)');
    await expect(source('a.docx', '')).rejects.toThrow('the file must end in one of .csv, .tsv');
  });

  it.each<[string, string, string]>([
    ['image_name,MOS,MOS_zscore', 'image_name', 'MOS'],
    ['Filename,Mean Score,SD', 'Filename', 'Mean Score'],
    ['id,image,mos,score', 'image', 'mos'],
  ])('finds the columns of %s by their names', async (header, image, mos) => {
    const cells = header.split(',').map((name) => (name === image ? 'a.jpg' : '3'));
    expect(await source('a.csv', `${header}\n${cells.join()}\n`)).toEqual({
      dataset: 'csv',
      image,
      mos,
    });
  });

  it('asks which column it is where several could be, until one of them is said', async () => {
    const asked: string[] = [];
    const answers = ['sharpness', '9', '2', 'overall'];
    const ask = async (question: string) => {
      asked.push(question);
      return answers[asked.length - 1] ?? '';
    };
    const content = 'photo,file,overall\nx,a.jpg,3\n';
    expect(await source('a.csv', content, [], ask)).toEqual({
      dataset: 'csv',
      image: 'file',
      mos: 'overall',
    });
    expect(asked).toHaveLength(4);
    expect(asked[0]).toMatch(
      / {2}1 {2}photo\n {2}2 {2}file\n {2}3 {2}overall\nWhich one holds the path/,
    );
    expect(asked[3]).toMatch(/Which one holds people's score\? $/);
  });

  it('names the columns where nobody can be asked', async () => {
    await expect(source('a.csv', 'photo,file,overall\nx,a.jpg,3\n')).rejects.toThrow(
      /it is not clear which columns hold the path of the image and people's score; name them with --image-column and --mos-column\. Its columns: "photo", "file", "overall"$/,
    );
    await expect(source('a.csv', 'photo,file,MOS\nx,a.jpg,3\n')).rejects.toThrow(
      /it is not clear which column holds the path of the image; name it with --image-column\. Its columns/,
    );
    await expect(source('a.csv', 'Datei;Note\na.jpg;3\n', ['Datei'])).rejects.toThrow(
      /it is not clear which column holds people's score; name it with --mos-column\. Its columns/,
    );
  });
});

describe('init --images', () => {
  it('takes a folder with an image in it', async () => {
    const images = await tree({ 'sub/a.jpg': 'x' });
    expect(await readSource({ images })).toEqual({ dataset: 'folder', config: { root: images } });
  });

  it('refuses one without', async () => {
    const images = await tree({ 'notes.txt': 'x', 'IMG_1.HEIC': 'x' });
    await expect(readSource({ images })).rejects.toThrow(
      /no image of a format that is read \(JPEG, PNG, .*\) is in this folder; .* --demo/,
    );
  });

  it('says which option takes a list, and which a folder', async () => {
    const folder = await tree({ 'scores.csv': 'image,mos\n' });
    await expect(readSource({ images: join(folder, 'scores.csv') })).rejects.toThrow(
      /^--images ".*scores\.csv" is no folder; .* give --scores for a list/,
    );
    await expect(readSource({ scores: folder })).rejects.toThrow(
      /^--scores ".*" is a folder; .* give --images for a folder/,
    );
  });
});
