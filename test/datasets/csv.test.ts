import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { describe, expect, it, vi } from 'vitest';
import csvDataset from '../../datasets/csv.ts';
import { ConfigError } from '../../src/common/config-error.ts';
import { datasetSourceSchema } from '../../src/rows/dataset-source.ts';
import { describeLoader } from './contract.ts';
import { tree, writeCopy } from './trees.ts';

describeLoader(
  'csv',
  async (folder, images) => {
    const lists = { 'mos.csv': stringify([...images], { header: true }) };
    await writeCopy(
      folder,
      lists,
      images.map(({ file }) => file),
    );
    return { file: join(folder, 'mos.csv'), image: 'file', mos: 'mos' };
  },
  csvDataset,
);

const STRANGE_NAMES = ['a,b.png', 'ü (1).png', '图 7.png', '..x.png'];

/** What lies beside every list here. */
const IMAGES = [
  ...Array.from({ length: 50 }, (_, index) => `${index}.png`),
  ...['a', 'b', 'd', 'e', 'a/1', 'b/2'].map((name) => `${name}.png`),
  ...STRANGE_NAMES,
];

/** A list with this text, in a folder of its own. */
const listOf = async (text: string) =>
  (
    await writeCopy(await tree({}), { 'set/scores.csv': text }, [
      ...IMAGES.map((image) => `set/${image}`),
      '2.png',
    ])
  ).root;

/** Rows of a CSV with this text, in a folder of its own. */
async function rowsOf(text: string, config: object = {}) {
  const folder = await listOf(text);
  const file = join(folder, 'set/scores.csv');
  return {
    folder: join(folder, 'set'),
    file,
    rows: await csvDataset({ file, image: 'image', mos: 'mos', ...config }),
  };
}

/** The message of the error that ends the run, less the temporary folder. */
async function failure(text: string, config: object = {}): Promise<string> {
  const folder = await listOf(text);
  try {
    await csvDataset({
      file: join(folder, 'set/scores.csv'),
      image: 'image',
      mos: 'mos',
      ...config,
    });
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).stack).toBe((error as Error).message);
    return (error as Error).message.replaceAll(folder, '…');
  }
  throw new Error('no error');
}

const varsOf = async (text: string, config: object = {}) =>
  (await rowsOf(text, config)).rows.map(({ vars }) => vars);

describe('csv: a row', () => {
  it('has the absolute path of the image outside the working directory, the score and the names', async () => {
    const { folder, rows } = await rowsOf('image,mos\na/1.png,3.5\n');
    expect(rows).toEqual([
      {
        description: '1.png',
        vars: { image: `${folder}/a/1.png`, mos: 3.5 },
        metadata: {
          dataset: 'set/scores',
          iqaSource: {
            file: `${folder}/scores.csv`,
            read: { image: 'image', mos: 'mos' },
            contents: expect.stringMatching(/^[0-9a-f]{16}$/),
          },
        },
      },
    ]);
  });

  it('says what it was read from, the same whatever the subset', async () => {
    const text = 'image,mos,ref\n1.png,3,a\n2.png,4,b\n';
    const { folder, rows } = await rowsOf(text, { group: 'ref' });
    const source = rows[0]?.metadata.iqaSource;
    const file = `${folder}/scores.csv`;
    const sourceOf = async (config: object) => {
      const keys = { file, image: 'image', mos: 'mos', group: 'ref', ...config };
      return (await csvDataset(keys))[0]?.metadata.iqaSource;
    };
    expect(await sourceOf({ limit: 1, seed: 3 })).toEqual(source);
    expect(await sourceOf({ groups: ['b'] })).toEqual(source);
    expect(await sourceOf({ splitColumn: 'ref', split: 'a' })).not.toEqual(source);
    expect(await sourceOf({ root: join(folder, 'a') })).not.toEqual(source);
  });

  it('has a digest of the names and scores listed, the same wherever they lie', async () => {
    const contents = async (text: string) => {
      const { rows } = await rowsOf(text, { allowOutsideRoot: true });
      return datasetSourceSchema.parse(rows[0]?.metadata.iqaSource).contents;
    };
    const one = await contents('image,mos\n1.png,3\n2.png,4\n');
    expect(await contents('mos,image\n3,a/1.png\n4,b/2.png\n')).toBe(one);
    expect(await contents('image,mos\n1.png,3\n2.png,5\n')).not.toBe(one);
    expect(await contents('image,mos\n1.png,3\n2.png,4\n3.png,4\n')).not.toBe(one);
  });

  it('has the path from the working directory inside it', async () => {
    const config = { root: 'docs', dataset: 'mine' };
    const { rows } = await rowsOf('image,mos\npictures/degradations.webp,3\n', config);
    expect(rows[0]?.vars).toEqual({ image: 'docs/pictures/degradations.webp', mos: 3 });
    expect(rows[0]?.metadata.dataset).toBe('mine');
  });

  it('has a group where the cell says one', async () => {
    const { rows } = await rowsOf('image,mos,ref\n1.png,3,I01\n2.png,4,\n', { group: 'ref' });
    expect(rows.map(({ metadata }) => metadata.group)).toEqual(['I01', undefined]);
  });
});

describe('csv: reads', () => {
  it.each<[string, string]>([
    ['a byte order mark and CRLF', '\ufeffimage,mos\r\n1.png,3\r\n2.png,4\r\n'],
    ['columns in another order, among others', 'id,mos,x,image\n7,3,y,1.png\n8,4,z,2.png\n'],
    ['trailing columns without a name', 'image,mos,,\n1.png,3,,\n2.png,4,,\n'],
    ['trailing columns without a name in the header alone', 'image,mos,,\n1.png,3\n2.png,4\n'],
    ['trailing commas under a shorter header', 'image,mos\n1.png,3,,\n2.png,4,,\n'],
    ['blank lines, lines of commas and no last line end', 'image,mos\n\n1.png,3\n,\n2.png,4'],
    ['spaces around cells', 'image , mos\n 1.png , 3\n2.png, 4 \n'],
    ['quoted cells', '"image","prompt","mos"\n"1.png","a ""cat"", a dog\nand more",3\n2.png,,4\n'],
  ])('%s', async (_, text) => {
    const rows = await varsOf(text);
    expect(rows.map(({ image, mos }) => [image.split('/').at(-1), mos])).toEqual([
      ['1.png', 3],
      ['2.png', 4],
    ]);
  });

  it.each<[string, number]>([
    ['0', 0],
    ['-1.5', -1.5],
    ['.25', 0.25],
    ['7.6e1', 76],
    ['5.', 5],
  ])('the number %s', async (text, value) => {
    expect((await varsOf(`image,mos\n1.png,${text}\n`))[0]?.mos).toBe(value);
  });

  it('file names with commas, braces, spaces and letters of any script', async () => {
    const lines = STRANGE_NAMES.map((name) => [name, 1]);
    const rows = await varsOf(stringify([['image', 'mos'], ...lines]));
    expect(rows.map(({ image }) => image.split('/').at(-1))).toEqual(STRANGE_NAMES);
  });
});

describe('csv: a line that cannot be used is a row with a problem', () => {
  it.each<[string, string, string, string | number, string]>([
    [
      'an empty score',
      'image,mos\n1.png,3\n2.png,\n',
      '2.png',
      '',
      'line 3: column "mos" is empty; give 2.png a number or remove the line',
    ],
    [
      'a score that is no number',
      'image,mos\n1.png,3\n2.png,n/a\n',
      '2.png',
      'n/a',
      'line 3: column "mos" is "n/a", which is not a number; give 2.png one with a decimal point or remove the line',
    ],
    [
      'an empty image',
      'image,mos\n1.png,3\n,4\n',
      'scores.csv#3',
      4,
      'line 3: column "image" is empty; give the path of an image or remove the line',
    ],
    [
      'a comma that was not quoted',
      'image,prompt,mos,std\n1.png,cat,3,0\n2.png,cat,1,4,0\n',
      'scores.csv#3',
      '1',
      'line 3: 5 cells under 4 columns; quote cells that contain commas, and write empty cells too',
    ],
    [
      'a cell left out',
      'image,prompt,mos,std\n1.png,cat,3,0\n2.png,4,0.5\n',
      'scores.csv#3',
      '0.5',
      'line 3: 3 cells under 4 columns; quote cells that contain commas, and write empty cells too',
    ],
    [
      'an image in a bucket',
      'image,mos\n1.png,3\ns3://bucket/2.png,4\n',
      '2.png',
      4,
      'line 3: column "image" is "s3://bucket/2.png"; give the path of a file',
    ],
  ])('%s', async (_, text, image, mos, problem) => {
    const { file, rows } = await rowsOf(text);
    expect(rows).toHaveLength(2);
    expect(rows[0]?.metadata).not.toHaveProperty('problem');
    expect(rows[1]?.vars.image.split('/').at(-1)).toBe(image);
    expect(rows[1]?.vars.mos).toBe(mos);
    expect(rows[1]?.metadata.problem).toBe(`${file}, ${problem}`);
  });

  it('none is an image on the web: the provider says whether it is fetched', async () => {
    const [vars] = await varsOf('image,mos\nhttps://example.org/a/../2.png,4\n');
    expect(vars?.image).toBe('https://example.org/a/../2.png');
  });

  it.each(['0x10', 'Infinity', 'NaN', '1e999', '1 2', '-', '1e', 'true', '٣'])(
    'the score %s',
    async (score) => {
      const { rows } = await rowsOf(`image,mos\n1.png,${score}\n`);
      expect(rows[0]?.vars.mos).toBe(score);
      expect(rows[0]?.metadata.problem).toContain(`"${score}"`);
    },
  );

  it('a decimal comma, quoted or not, is no score', async () => {
    const { rows } = await rowsOf('image,mos\n1.png,"3,5"\n2.png,3,5\n');
    expect(rows.map(({ metadata }) => typeof metadata.problem)).toEqual(['string', 'string']);
    expect(rows.map(({ vars }) => typeof vars.mos)).toEqual(['string', 'string']);
  });

  it('stays in a limited set, which is drawn from the others', async () => {
    const lines = Array.from({ length: 50 }, (_, i) => `${i}.png,${i === 20 ? '' : i}`);
    const { rows } = await rowsOf(`image,mos\n${lines.join('\n')}\n`, { limit: 5 });
    expect(rows.filter(({ metadata }) => metadata.problem)).toHaveLength(1);
    expect(rows.filter(({ metadata }) => !metadata.problem)).toHaveLength(5);
  });
});

describe('csv: the run ends with one line', () => {
  it.each<[string, string, object, string]>([
    [
      'a missing column, with the nearest',
      'image,MOS,std\n1.png,3,0\n',
      {},
      '…/set/scores.csv: there is no column "mos" (config: mos), did you mean "MOS"? (columns: image, MOS, std)',
    ],
    [
      'a column that is there twice',
      'image,mos,mos\n1.png,3,4\n',
      {},
      '2 columns are called "mos" (config: mos)',
    ],
    ['an empty file', '', {}, '…/set/scores.csv: the file is empty'],
    ['a header alone', 'image,mos\n', {}, 'there is a header and no line under it'],
    [
      'a quote left open',
      'image,mos\n"1.png,3\n',
      {},
      'this cannot be read as CSV (Quote Not Closed',
    ],
    [
      'images listed twice, the first of them named',
      `image,mos\n${['a', 'b', './a', 'c/../b', 'd', 'd', 'e', 'e'].map((name, index) => `${name}.png,${index}`).join('\n')}\n`,
      {},
      '…/set/scores.csv: 4 images are listed more than once by lines that differ (…/set/a.png: 0 and 2, …/set/b.png: 1 and 3, …/set/d.png: 4 and 5, …); remove all lines but the right one',
    ],
    [
      'a path that leads out of root',
      'image,mos\n1.png,3\n../2.png,4\n/etc/3.png,4\n',
      {},
      '…/set/scores.csv: 2 image paths lead out of …/set ("../2.png" in line 3, "/etc/3.png" in line 4); set root to the folder that holds them all, or allowOutsideRoot: true',
    ],
    [
      'a folder whose name only begins like root',
      'image,mos\n../settings/1.png,3\n',
      {},
      '1 image path leads out of …/set ("../settings/1.png" in line 2)',
    ],
    [
      'an unknown key',
      'image,mos\n1.png,3\n',
      { limt: 3 },
      'unknown key "limt", did you mean "limit"?',
    ],
    ['a limit of none', 'image,mos\n1.png,3\n', { limit: 0 }, 'limit: '],
    ['a seed that is no 32-bit integer', 'image,mos\n1.png,3\n', { seed: 2 ** 32 }, 'seed: '],
    [
      'an environment variable that is not set',
      'image,mos\n1.png,3\n',
      { root: '{{env.KONIQ_ROOT}}' },
      'root: the environment variable KONIQ_ROOT is not set',
    ],
    [
      'file://, which promptfoo would replace by the content',
      'image,mos\n1.png,3\n',
      { root: 'file://images' },
      'root: write the path without file:// (found "file://images")',
    ],
  ])('%s', async (_, text, config, message) => {
    const found = await failure(text, config);
    expect(found).toContain(message);
    expect(found).not.toContain('\n');
  });

  it('a missing file, with the place where it was looked for', async () => {
    const config = { file: 'nowhere/x.csv', image: 'image', mos: 'mos' };
    await expect(csvDataset(config)).rejects.toThrow(
      `nowhere/x.csv: no such file (looked for ${process.cwd()}/nowhere/x.csv; a relative path starts at the working directory)`,
    );
  });

  it('a folder in place of the file', async () => {
    const folder = await tree({ 'x.csv/y': '' });
    const config = { file: join(folder, 'x.csv'), image: 'image', mos: 'mos' };
    await expect(csvDataset(config)).rejects.toThrow('this is a folder; name the file in it');
  });

  it('no configuration at all', async () => {
    await expect(csvDataset(undefined)).rejects.toThrow(
      /file: .*missing.*image: .*missing.*mos: .*missing/,
    );
  });
});

describe('csv: images outside root', () => {
  it('are taken where the configuration says so', async () => {
    const { folder, rows } = await rowsOf('image,mos\n../2.png,4\n', { allowOutsideRoot: true });
    expect(rows[0]?.vars.image).toBe(join(folder, '../2.png'));
  });

  it('may be named by an absolute path inside it', async () => {
    const { root } = await writeCopy(await tree({}), {}, ['a/2.png']);
    const { folder, rows } = await rowsOf(`image,mos\n${root}/a/2.png,4\n`, { root });
    expect(rows[0]?.vars.image).toBe(`${root}/a/2.png`);
    expect(folder).not.toContain(root);
  });
});

describe('csv: images that are not there', () => {
  it('are errors on their rows, and one line says how many they are', async () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const lines = ['1.png,1', 'x.png,2', 'a/9.png,3', '2.png,4', 'no/1.png,5', 'z.png,', ',7'];
    const { file, folder, rows } = await rowsOf(`image,mos\n${lines.join('\n')}\n`);
    const said = stderr.mock.calls.map(([text]) => String(text));
    stderr.mockRestore();
    expect(said).toEqual([
      `${file}: 4 of 6 images are not in ${folder} (x.png, a/9.png, no/1.png, …); their rows will be errors; there is ${folder}/9.png\n`,
    ]);
    expect(rows.map(({ metadata }) => metadata.problem)).toEqual([
      undefined,
      `${file}, line 3: no such file ${folder}/x.png; add it, correct the path or remove the line`,
      expect.stringContaining(`no such file ${folder}/a/9.png`),
      undefined,
      expect.stringContaining(`no such file ${folder}/no/1.png`),
      `${file}, line 7: column "mos" is empty; give z.png a number or remove the line; no such file ${folder}/z.png; add it, correct the path or remove the line`,
      expect.stringContaining('column "image" is empty'),
    ]);
    expect(rows[1]?.vars).toMatchObject({ image: `${folder}/x.png`, mos: 2 });
  });

  it('end the run when they are all, unless some are on the web', async () => {
    expect(await failure('image,mos\nx.png,1\ny.png,2\n')).toBe(
      '…/set/scores.csv: none of the 2 images is in …/set (looked for x.png, y.png); set root to their folder',
    );
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { rows } = await rowsOf('image,mos\nx.png,1\nhttps://example.org/1.png,2\n');
    stderr.mockRestore();
    expect(rows.map(({ metadata }) => metadata.problem !== undefined)).toEqual([true, false]);
  });
});
