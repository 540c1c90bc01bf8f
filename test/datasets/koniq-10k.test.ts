import { stringify } from 'csv-stringify/sync';
import { describe, expect, it } from 'vitest';
import koniq10k from '../../datasets/koniq-10k.ts';
import { imagesNamed } from './contract.ts';
import { describePublished } from './published.ts';
import { tree, writeCopy } from './trees.ts';

const SETS = ['training', 'validation', 'test'];
const path = ({ file }: { file: string }) => `1024x768/${file}`;

describePublished('koniq-10k', koniq10k, {
  large: 12_000,
  listed: imagesNamed((index) => `${10004473376 + index}.jpg`),
  path,
  lists: (images) => ({
    'koniq10k_distributions_sets.csv': stringify(
      images.map(({ file, mos }, index) => [
        file,
        0,
        0,
        0.25,
        0.5,
        0.25,
        105,
        mos,
        0.5,
        SETS[index % 3],
      ]),
      {
        header: true,
        columns: ['image_name', 'c1', 'c2', 'c3', 'c4', 'c5', 'c_total', 'MOS', 'SD', 'set'],
      },
    ),
  }),
});

describe('koniq-10k', () => {
  const sets =
    'image_name,MOS,SD,set\n1.jpg,77.4,.5,training\n2.jpg,30,.5,test\n3.jpg,50,.5,test\n';
  const scores = '"image_name","MOS","SD","MOS_zscore"\n"1.jpg",3.8,.5,77.4\n"2.jpg",2.1,.5,30\n';
  const images = ['512x384/1.jpg', '512x384/2.jpg', '512x384/3.jpg'];

  it('takes one split, and says so in the name of the data set', async () => {
    const copy = await writeCopy(
      await tree({}),
      { 'koniq10k_distributions_sets.csv': sets },
      images,
    );
    const rows = await koniq10k({ ...copy, split: 'test' });
    expect(rows.map(({ vars }) => vars.mos)).toEqual([30, 50]);
    expect(rows[0]?.metadata.dataset).toBe('KonIQ-10k (test)');
    expect(rows[0]?.vars.image).toContain('/512x384/2.jpg');
  });

  it('reads the scores of 0 to 100 from either list, and the splits from one', async () => {
    const copy = await writeCopy(
      await tree({}),
      { 'koniq10k_scores_and_distributions.csv': scores },
      images,
    );
    expect((await koniq10k(copy)).map(({ vars }) => vars.mos)).toEqual([77.4, 30]);
    await expect(koniq10k({ ...copy, split: 'test' })).rejects.toThrow(
      'there is no "koniq10k_distributions_sets.csv" in',
    );
  });

  it('says that a list has no splits, and keeps a line without a score as an error', async () => {
    const lists = { 'koniq10k_distributions_sets.csv': 'image_name,MOS\n1.jpg,\n2.jpg,30\n' };
    const copy = await writeCopy(await tree({}), lists, images);
    await expect(koniq10k({ ...copy, split: 'test' })).rejects.toThrow(
      'KonIQ-10k: none of the 2 images that are listed is in the split "test"',
    );
    const [row] = await koniq10k(copy);
    expect(row?.vars.mos).toBe('');
    expect(row?.metadata.problem).toBe(
      'KonIQ-10k, koniq10k_distributions_sets.csv, line 2: column "MOS" is empty; give 1.jpg a number or remove the line',
    );
  });

  it('knows a split whatever the case of its letters, and keeps other labels as errors', async () => {
    const lines = ['1.jpg,1,Test ', '2.jpg,2,TRAINING', '3.jpg,3,tset', '4.jpg,4,', '5.jpg,,x'];
    const lists = {
      'koniq10k_distributions_sets.csv': `image_name,MOS,set\n${lines.join('\n')}\n`,
    };
    const files = [1, 2, 3, 4, 5].map((index) => `1024x768/${index}.jpg`);
    const copy = await writeCopy(await tree({}), lists, files);
    const rows = await koniq10k({ ...copy, split: 'test' });
    expect(rows.map(({ vars, metadata }) => [vars.mos, metadata.split, metadata.problem])).toEqual([
      [1, 'test', undefined],
      [
        3,
        'tset',
        'KonIQ-10k, koniq10k_distributions_sets.csv, line 4: the split "tset" is none of training, validation, test; mend the line, or take split: all',
      ],
      [4, undefined, expect.stringContaining('the split "" is none of')],
      ['', 'x', expect.stringMatching(/column "MOS" is empty.*; .*the split "x" is none of/)],
    ]);
    const all = await koniq10k(copy);
    expect(all.map(({ metadata }) => metadata.split)).toEqual([
      'test',
      'training',
      'tset',
      undefined,
      'x',
    ]);
    expect(all.filter(({ metadata }) => metadata.problem)).toHaveLength(1);
  });

  it('refuses to choose between two lists that differ in the case of their letters', async () => {
    const names = ['Koniq10k_Distributions_Sets.csv', 'koniq10k_distributions_SETS.csv'];
    const lists = Object.fromEntries(names.map((name) => [name, sets]));
    const copy = await writeCopy(await tree({}), lists, images);
    await expect(koniq10k(copy)).rejects.toThrow(`may be ${names.join(' or ')} in ${copy.root}`);
    const exact = { ...lists, 'koniq10k_distributions_sets.csv': sets };
    expect(await koniq10k(await writeCopy(await tree({}), exact, images))).toHaveLength(3);
  });

  it('refuses an image that is listed twice', async () => {
    const lists = {
      'koniq10k_distributions_sets.csv': 'image_name,MOS\n1.jpg,3\n2.jpg,30\n1.JPG,4\n',
    };
    const copy = await writeCopy(await tree({}), lists, images);
    await expect(koniq10k(copy)).rejects.toThrow('1 image is listed more than once');
  });
});
