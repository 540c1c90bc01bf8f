import { describe, expect, it, vi } from 'vitest';
import agiqa3k from '../../datasets/agiqa-3k.ts';
import csvDataset from '../../datasets/csv.ts';
import jsonDataset from '../../datasets/json.ts';
import kadid10k from '../../datasets/kadid-10k.ts';
import koniq10k from '../../datasets/koniq-10k.ts';
import liveChallenge from '../../datasets/live-challenge.ts';
import spaq from '../../datasets/spaq.ts';
import tid2013 from '../../datasets/tid2013.ts';
import { ratingsSummary } from '../../src/datasets/ratings-summary.ts';
import { standardErrorOf } from '../../src/rows/ratings.ts';
import { matFile } from './mat-file.ts';
import { tree, writeCopy } from './trees.ts';
import { workbook } from './workbook.ts';

const ratingsOf = (rows: readonly { metadata: Record<string, unknown> }[]) =>
  rows.map(({ metadata }) => metadata.iqaRatings);
const problemsOf = (rows: readonly { metadata: Record<string, unknown> }[]) =>
  rows.map(({ metadata }) => metadata.problem);

describe('the ratings behind a MOS, as loaders keep them', () => {
  it("kadid-10k: 30 ratings, and a standard deviation over n in spite of the column's name", async () => {
    // 15 ones and 15 twos have the variance 0.25 over n, and 30/29 of it over n - 1.
    const list =
      'dist_img,ref_img,dmos,var\nI01_01_01.png,I01.png,1.5,0.5\nI01_01_02.png,I01.png,5,0\nI01_01_03.png,I01.png,2,x\n';
    const copy = await writeCopy(
      await tree({}),
      { 'dmos.csv': list },
      [1, 2, 3].map((level) => `images/I01_01_0${level}.png`),
    );
    const rows = await kadid10k(copy);
    expect(ratingsOf(rows)).toEqual([
      { raters: 30, deviation: expect.closeTo(Math.sqrt((0.25 * 30) / 29), 12), scale: [1, 5] },
      { raters: 30, deviation: 0, scale: [1, 5] },
      { raters: 30, scale: [1, 5] },
    ]);
    expect(problemsOf(rows)).toEqual([
      undefined,
      undefined,
      'KADID-10k, dmos.csv, line 4: column "var" is "x"; give I01_01_03.png a number of at least 0, or do not read this column',
    ]);
    expect(rows.map(({ vars }) => Object.keys(vars))).toEqual(rows.map(() => ['image', 'mos']));
  });

  it('koniq-10k: counts and number of ratings, and their deviation brought from 1..5 to the scale of MOS', async () => {
    // Ratings of 3 and 4 alone; MOS is 25 for each step of their mean.
    const shares = Array.from({ length: 40 }, (_, index) => index / 39);
    const lines = shares.map(
      (share, index) => `${index}.jpg,0,0,${1 - share},${share},0,100,${50 + 25 * share},0.5,test`,
    );
    const copy = await writeCopy(
      await tree({}),
      {
        'koniq10k_distributions_sets.csv': `image_name,c1,c2,c3,c4,c5,c_total,MOS,SD,set\n${lines.join('\n')}\n`,
      },
      shares.map((_, index) => `1024x768/${index}.jpg`),
    );
    const rows = await koniq10k({ ...copy, split: 'test' });
    const deviation = expect.closeTo(12.5, 9);
    expect(ratingsOf(rows)[0]).toEqual({
      deviation,
      raters: 100,
      counts: [0, 0, 100, 0, 0],
      scale: [0, 100],
    });
    expect(ratingsOf(rows)[39]).toMatchObject({ deviation, counts: [0, 0, 0, 100, 0] });
  });

  it('koniq-10k: nothing of ratings that MOS does not follow, and says so', async () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const lines = Array.from(
      { length: 30 },
      (_, index) => `${index}.jpg,0,0,${index % 2},${1 - (index % 2)},0,100,${20 + index},0.5,test`,
    );
    const copy = await writeCopy(
      await tree({}),
      {
        'koniq10k_distributions_sets.csv': `image_name,c1,c2,c3,c4,c5,c_total,MOS,SD,set\n${lines.join('\n')}\n`,
      },
      lines.map((_, index) => `1024x768/${index}.jpg`),
    );
    const [row] = await koniq10k(copy);
    const said = stderr.mock.calls.map(([text]) => String(text)).join('');
    stderr.mockRestore();
    expect(row?.metadata.iqaRatings).toEqual({ scale: [0, 100] });
    expect(said).toContain('MOS does not follow the ratings that c1 to c5 count');
  });

  it('tid2013: standard errors of MOS, which lie in a list of their own', async () => {
    const lists = {
      'mos_with_names.txt': '5.51429 I01_01_1.bmp\n\n5.56757 I01_01_2.bmp\n',
      'mos_std.txt': '0.13013\r\n0.16008\r\n',
    };
    const images = [1, 2].map((level) => `distorted_images/I01_01_${level}.bmp`);
    const rows = await tid2013(await writeCopy(await tree({}), lists, images));
    expect(ratingsOf(rows)).toEqual([
      { standardError: 0.13013, scale: [0, 9] },
      { standardError: 0.16008, scale: [0, 9] },
    ]);
    const other = { ...lists, 'mos_std.txt': '0.13013\n' };
    await expect(tid2013(await writeCopy(await tree({}), other, images))).rejects.toThrow(
      'TID2013, mos_std.txt: 1 numbers, and mos_with_names.txt has 2 images',
    );
  });

  it('live-challenge: deviations of a file of its own, of 175 ratings on average', async () => {
    const names = ['t1.bmp', '1.bmp', '2.bmp'];
    const lists = {
      'Data/AllImages_release.mat': matFile({ AllImages_release: names }),
      'Data/AllMOS_release.mat': matFile({ AllMOS_release: [50, 60, 70] }),
      'Data/AllStdDev_release.mat': matFile({ AllStdDev_release: [9, 18.5, 20] }),
    };
    const images = ['Images/1.bmp', 'Images/2.bmp'];
    const rows = await liveChallenge(await writeCopy(await tree({}), lists, images));
    expect(ratingsOf(rows)).toEqual([
      { deviation: 18.5, raters: 175, scale: [0, 100] },
      { deviation: 20, raters: 175, scale: [0, 100] },
    ]);
    const short = matFile({ AllStdDev_release: [9, 18.5] });
    const other = { ...lists, 'Data/AllStdDev_release.mat': short };
    await expect(liveChallenge(await writeCopy(await tree({}), other, images))).rejects.toThrow(
      'AllStdDev_release holds 2 numbers and AllImages_release 3 names',
    );
  });

  it('agiqa-3k: the deviation without a number of raters; spaq: none at all', async () => {
    const list =
      'name,prompt,adj1,adj2,style,mos_quality,std_quality,mos_align,std_align\na.jpg,a cat,,,,1.25,0.2,4.5,0.1\n';
    const [agi] = await agiqa3k(await writeCopy(await tree({}), { 'data.csv': list }, ['a.jpg']));
    expect(agi?.metadata.iqaRatings).toEqual({ deviation: 0.2, scale: [0, 5] });
    const book = await workbook('Sheet1', [
      ['Image name', 'MOS'],
      ['00001.jpg', 50],
    ]);
    const [phone] = await spaq(
      await writeCopy(await tree({}), { 'Annotations/MOS and Image attribute scores.xlsx': book }, [
        'TestImage/00001.jpg',
      ]),
    );
    expect(phone?.metadata.iqaRatings).toEqual({ scale: [0, 100] });
  });

  it('csv and json: columns that the configuration names; what is no number is an error on its row', async () => {
    const root = await tree({
      'list.csv': 'image,mos,sd,n\na.png,3,0.8,20\nb.png,4,-1,20\nc.png,2,0.9,0\n',
      'list.json': JSON.stringify([{ image: 'a.png', mos: 3, sd: 0.8 }]),
      'a.png': '',
      'b.png': '',
      'c.png': '',
    });
    const columns = { image: 'image', mos: 'mos', sd: 'sd', scale: [1, 5] };
    const rows = await csvDataset({ file: `${root}/list.csv`, ...columns, raters: 'n' });
    expect(ratingsOf(rows)).toEqual([
      { deviation: 0.8, raters: 20, scale: [1, 5] },
      { raters: 20, scale: [1, 5] },
      { deviation: 0.9, scale: [1, 5] },
    ]);
    expect(problemsOf(rows).slice(1)).toEqual([
      expect.stringContaining('column "sd" is "-1"; give b.png a number of at least 0'),
      expect.stringContaining('column "n" is "0"; give c.png a number of at least 1'),
    ]);
    const [row] = await jsonDataset({ file: `${root}/list.json`, ...columns, ratersEach: 25 });
    expect(row?.metadata.iqaRatings).toEqual({ deviation: 0.8, raters: 25, scale: [1, 5] });
  });

  it('csv: a score beyond its scale is an error on its row, whichever way is better', async () => {
    const files = ['a.png', 'b.png', 'c.png'];
    const root = await tree({
      'list.csv': `image,mos\n${files.map((file, i) => `${file},${[5, 1, 5.5][i]}`).join('\n')}\n`,
      ...Object.fromEntries(files.map((file) => [file, ''])),
    });
    const config = { file: `${root}/list.csv`, image: 'image', mos: 'mos', scale: [1, 5] };
    for (const direction of ['higher', 'lower']) {
      expect(problemsOf(await csvDataset({ ...config, direction }))).toEqual([
        undefined,
        undefined,
        expect.stringContaining(
          'line 4: column "mos" is 5.5, which is not on the scale of 1 to 5; correct it, or scale',
        ),
      ]);
    }
  });

  it('csv: one column is not two things', async () => {
    const root = await tree({ 'list.csv': 'image,mos\na.png,3\n', 'a.png': '' });
    const config = { file: `${root}/list.csv`, image: 'image', mos: 'mos', sd: 'mos' };
    await expect(csvDataset(config)).rejects.toThrow('mos and sd both name column "mos"');
  });

  it('csv: a scale is turned with the scores, and a list without settings has nothing', async () => {
    const root = await tree({ 'list.csv': 'image,dmos\na.png,3\n', 'a.png': '' });
    const config = { file: `${root}/list.csv`, image: 'image', mos: 'dmos', direction: 'lower' };
    const [turned] = await csvDataset({ ...config, scale: [0, 9] });
    expect(turned?.metadata.iqaRatings).toEqual({ scale: [-9, 0] });
    const [plain] = await csvDataset(config);
    expect(plain?.metadata).not.toHaveProperty('iqaRatings');
    await expect(csvDataset({ ...config, raters: 'n', ratersEach: 3 })).rejects.toThrow(
      'raters and ratersEach say the same',
    );
  });
});

it('what is known of ratings is said in a line: errors of MOS, deviations alone, or nothing', () => {
  const rows = (...ratings: object[]) =>
    ratings.map((own) => ({ metadata: { dataset: 'd', iqaRatings: own } }));
  expect(ratingsSummary(rows({ standardError: 0.1 }, { deviation: 1.2, raters: 16 }))).toBe(
    'the standard error of MOS is known of 2 images, 0.2 on average',
  );
  expect(ratingsSummary(rows({ standardError: 0.1 }, {}))).toBe(
    'the standard error of MOS is known of 1 image, 0.1 on average, too few for a band of ties or a ceiling',
  );
  expect(ratingsSummary(rows({ deviation: 1 }, { deviation: 2 }))).toBe(
    'their standard deviation is known of 2 images, and not their number',
  );
  expect(ratingsSummary(rows({ scale: [1, 5] }))).toBeUndefined();
});

it('the standard error of a MOS is the published one, else follows from deviation and raters, else is unknown', () => {
  expect(standardErrorOf({ standardError: 0.13, deviation: 1, raters: 4 })).toBe(0.13);
  expect(standardErrorOf({ deviation: 0.8, raters: 16 })).toBe(0.2);
  expect(standardErrorOf({ deviation: 0.8 })).toBeUndefined();
  expect(standardErrorOf(undefined)).toBeUndefined();
});

it('a single rating has no spread, and a deviation of 0 in its place is no certainty', () => {
  expect(standardErrorOf({ deviation: 0, raters: 1 })).toBeUndefined();
  expect(standardErrorOf({ deviation: 0, raters: 2 })).toBe(0);
  const rows = [0, 0.4].map((deviation) => ({
    metadata: { dataset: 'd', iqaRatings: { deviation, raters: 1 } },
  }));
  expect(ratingsSummary(rows)).toBe(
    'each image has one rating, so that nothing is known of their spread',
  );
});
