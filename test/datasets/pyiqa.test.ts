import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import pyiqa from '../../datasets/pyiqa.ts';
import { describeLoader } from './contract.ts';
import { tree, writeCopy } from './trees.ts';

describeLoader(
  'pyiqa',
  async (folder, images) => {
    const lines = images.map(({ file, mos }) => `${file},${mos},0.5\n`);
    const files = images.map(({ file }) => file);
    await writeCopy(
      folder,
      { 'meta_info_SPAQDataset.csv': `img_name,mos,std\n${lines.join('')}` },
      files,
    );
    return { file: join(folder, 'meta_info_SPAQDataset.csv'), root: folder };
  },
  pyiqa,
);

async function load(
  table: string,
  files: readonly string[],
  config: object = {},
  name = 'meta_info_XDataset.csv',
) {
  const { root } = await writeCopy(
    await tree({}),
    { [name]: table },
    files.map((file) => `images/${file}`),
  );
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const rows = await pyiqa({ file: join(root, name), root: join(root, 'images'), ...config });
    return { rows, said: stderr.mock.calls.map(([text]) => String(text)).join('') };
  } finally {
    stderr.mockRestore();
  }
}

const scores = ({ rows }: Awaited<ReturnType<typeof load>>) => rows.map(({ vars }) => vars.mos);

describe('pyiqa: a table', () => {
  const live =
    'ref_name,dist_name,mos\nrefimgs/a.bmp,jp2k/img1.bmp,60.5\nrefimgs/b.bmp,wn/img1.bmp,20\n';
  const liveFiles = ['jp2k/img1.bmp', 'wn/img1.bmp'];

  it('of pairs with a reference: the second column is the image, the first its group', async () => {
    const { rows } = await load(live, liveFiles, { direction: 'higher' });
    expect(
      rows.map(({ vars, metadata }) => [
        vars.image.split('/').slice(-2).join('/'),
        vars.mos,
        metadata.group,
      ]),
    ).toEqual([
      ['jp2k/img1.bmp', 60.5, 'refimgs/a.bmp'],
      ['wn/img1.bmp', 20, 'refimgs/b.bmp'],
    ]);
  });

  it('of LIVE has scores of which lower is better, though their column is called mos', async () => {
    const loaded = await load(live, liveFiles, {}, 'meta_info_LIVEIQADataset.csv');
    expect(scores(loaded)).toEqual([-60.5, -20]);
    expect(loaded.rows[0]?.metadata.direction).toBe('mos is -mos: in the table lower is better');
    expect(loaded.said).toContain("in pyiqa's table of LIVE release 2 lower is better");
  });

  it('turns scores by dmosMax, as pyiqa does', async () => {
    const loaded = await load(live, liveFiles, { dmosMax: 100 }, 'meta_info_LIVEIQADataset.csv');
    expect(scores(loaded)).toEqual([39.5, 80]);
    expect(loaded.rows[0]?.metadata.direction).toBe(
      'mos is 100 - mos: in the table lower is better',
    );
    await expect(load(live, liveFiles, { dmosMax: 100, direction: 'higher' })).rejects.toThrow(
      'leave one out',
    );
  });

  it('of an unknown name needs its direction; a known one may be told otherwise, which is said', async () => {
    await expect(load(live, liveFiles)).rejects.toThrow('set direction: higher or lower');
    const told = await load(
      live,
      liveFiles,
      { direction: 'higher' },
      'meta_info_LIVEIQADataset.csv',
    );
    expect(scores(told)).toEqual([60.5, 20]);
    expect(told.said).toContain('lower is better');
  });

  it('knows that KADID calls its scores dmos, and higher is better', async () => {
    const table =
      'ref_name,dist_name,dmos,std\nI01.png,I01_01_01.png,4.57,.5\nI01.png,I01_01_05.png,1.1,.5\n';
    const loaded = await load(
      table,
      ['I01_01_01.png', 'I01_01_05.png'],
      {},
      'meta_info_KADID10kDataset.csv',
    );
    expect(scores(loaded)).toEqual([4.57, 1.1]);
  });

  it('leaves the training images of LIVE Challenge out', async () => {
    const table = 'img_name,mos,std\nImages/trainingImages/t1.bmp,60,1\nImages/3.bmp,20,1\n';
    const loaded = await load(table, ['Images/3.bmp'], {}, 'meta_info_LIVEChallengeDataset.csv');
    expect(scores(loaded)).toEqual([20]);
  });

  it('of preferences between two images has no scores', async () => {
    const table = 'ref_img_path,dist_imgA_path,dist_imgB_path,raw preference for A\na,b,c,1\n';
    await expect(load(table, [])).rejects.toThrow('it has no score of an image');
    await expect(load('img_name,std\na.jpg,1\n', [], { direction: 'higher' })).rejects.toThrow(
      'seems to be no score; name it with mos',
    );
  });
});

describe('pyiqa: splits', () => {
  const table =
    'img_name,mos,std,official_split,ratio802_seed123_split_01\n1.jpg,1,0,train,test\n2.jpg,2,0,val,train\n3.jpg,3,0,test,train\n';
  const files = ['1.jpg', '2.jpg', '3.jpg'];
  const spaq = 'meta_info_SPAQDataset.csv';

  it('are the official ones, or those of a column', async () => {
    expect(scores(await load(table, files, {}, spaq))).toEqual([1, 2, 3]);
    expect(scores(await load(table, files, { split: 'test' }, spaq))).toEqual([3]);
    const random = await load(
      table,
      files,
      { split: 'train', splitColumn: 'ratio802_seed123_split_01' },
      spaq,
    );
    expect(scores(random)).toEqual([2, 3]);
    expect(random.rows[0]?.metadata.dataset).toMatch(/meta_info_SPAQDataset \(train\)$/);
  });

  it('may be numbers', async () => {
    const ava = 'img_name,MOS,c1,official split,ILGnet split\n1.jpg,5.1,0,0,2\n2.jpg,6,0,2,0\n';
    const name = 'meta_info_AVADataset.csv';
    expect(scores(await load(ava, files, { split: 'test' }, name))).toEqual([6]);
    expect(
      scores(await load(ava, files, { split: 'test', splitColumn: 'ILGnet split' }, name)),
    ).toEqual([5.1]);
  });

  it('are named where there is no official one', async () => {
    const several = table.replace('official_split', 'ratio802_seed123_split_02');
    await expect(load(several, files, { split: 'test' }, spaq)).rejects.toThrow(
      'Set splitColumn to one of ratio802_seed123_split_02, ratio802_seed123_split_01',
    );
    await expect(load('img_name,mos\n1.jpg,1\n', files, { split: 'test' }, spaq)).rejects.toThrow(
      'the table has no column with splits',
    );
  });
});
