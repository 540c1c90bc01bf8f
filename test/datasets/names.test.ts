import { join, relative, sep } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { describe, expect, it, vi } from 'vitest';
import csvDataset from '../../datasets/csv.ts';
import folderDataset from '../../datasets/folder.ts';
import koniq10k from '../../datasets/koniq-10k.ts';
import { tree, writeCopy } from './trees.ts';

/** Rows of a list of these names, beside these files, and what was said on stderr. */
async function load(
  names: readonly (string | [string, ...(string | number)[]])[],
  files: readonly string[],
  config: object = {},
) {
  const lines = names.map((name, index) => (typeof name === 'string' ? [name, index] : name));
  const list = stringify([
    ['image', 'mos', 'scene', 'problem'],
    ...lines.map(([name, mos, scene = '']) => [name, mos, scene, '']),
  ]);
  const { root } = await writeCopy(
    await tree({}),
    { 'data/set/scores.csv': list },
    files.map((file) => `data/${file}`),
  );
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const rows = await csvDataset({
      file: join(root, 'data/set/scores.csv'),
      image: 'image',
      mos: 'mos',
      ...config,
    });
    const said = stderr.mock.calls.map(([text]) => String(text)).join('');
    return {
      rows,
      said: said.replaceAll(root, '…'),
      images: rows.map(({ vars }) => relative(join(root, 'data'), vars.image)),
      problems: rows.map(
        ({ metadata }) => metadata.problem && String(metadata.problem).replaceAll(root, '…'),
      ),
    };
  } catch (error) {
    throw new Error((error as Error).message.replaceAll(root, '…'));
  } finally {
    stderr.mockRestore();
  }
}

describe('a name in a list', () => {
  it.each<[string, string, string]>([
    ['in another case', 'A.JPG', 'a.jpg'],
    ['in a folder of another case', 'Sub/a.jpg', 'sub/A.jpg'],
    ['with a backslash', 'sub\\a.jpg', 'sub/a.jpg'],
    ['with a backslash and in another case', 'SUB\\A.jpg', 'sub/a.jpg'],
    ['with composed letters', 'caf\u00e9.jpg', 'cafe\u0301.jpg'],
    ['with decomposed letters', 'cafe\u0301.jpg', 'caf\u00e9.jpg'],
    ['percent-encoded', 'my%20photo%231.jpg', 'my photo#1.jpg'],
    ['as a file address', 'file://sub/my%20a.jpg', 'sub/my a.jpg'],
    ['with ./', './a.jpg', 'a.jpg'],
  ])('%s finds the file', async (_, name, file) => {
    const { images, problems } = await load([name], [`set/${file}`, 'set/other.jpg']);
    expect(problems).toEqual([undefined]);
    expect(images).toEqual([`set/${file}`]);
  });

  it('as an absolute file address finds the file inside root, and is refused outside', async () => {
    const { root } = await writeCopy(await tree({}), {}, ['x/a b.jpg']);
    const { rows } = await load([`file://${root}/x/a%20b.jpg`], [], { root: join(root, 'x') });
    expect(rows[0]?.vars.image).toBe(`${root}/x/a b.jpg`);
    await expect(load([`file://${root}/x/a%20b.jpg`], ['set/a.jpg'])).rejects.toThrow(
      'leads out of …/data/set',
    );
    await expect(load(['..\\a.jpg', 'b.jpg'], ['a.jpg', 'set/b.jpg'])).rejects.toThrow(
      'leads out of …/data/set',
    );
  });

  it.each<[string, string[]]>([
    ['a.jpg', ['set/a.jpg', 'set/A.jpg', 'set/A.JPG']],
    ['a%20b.jpg', ['set/a%20b.jpg', 'set/a b.jpg']],
    ['a\\b.jpg', ['set/a\\b.jpg', 'set/a/b.jpg']],
    ['sub\\a.jpg', ['set/sub/a.jpg', 'set/sub/A.jpg']],
  ])('%s: an exact match wins', async (name, files) => {
    const { images, problems } = await load([name], files);
    expect(problems).toEqual([undefined]);
    expect(images).toEqual([files[0]]);
  });

  it('that may be two files is an error on its row, which names them', async () => {
    const { problems } = await load(['A.JPG', 'b.jpg'], ['set/a.jpg', 'set/a.JPG', 'set/b.jpg']);
    expect(problems).toEqual([
      expect.stringMatching(/"A\.JPG" may be \S*a\.JPG or \S*a\.jpg; name one exactly/),
      undefined,
    ]);
  });

  it('finds one file by two spellings, which is one image listed twice', async () => {
    await expect(load(['a.jpg', 'A.JPG'], ['set/a.jpg'])).rejects.toThrow(
      '1 image is listed more than once by lines that differ (…/data/set/a.jpg: 0 and 1)',
    );
  });
});

describe('an image that is not there', () => {
  it.each<[string, string, string, string]>([
    [
      'one folder down',
      'a.jpg',
      'set/images/a.jpg',
      'there is …/data/set/images/a.jpg, so set root to …/data/set/images',
    ],
    ['one folder up', 'a.jpg', 'a.jpg', 'there is …/data/a.jpg, so set root to …/data'],
    [
      'in a folder beside',
      'a.jpg',
      'images/a.jpg',
      'there is …/data/images/a.jpg, so set root to …/data/images',
    ],
    ['nested twice', 'images/a.jpg', 'set/images/images/a.jpg', 'so set root to …/data/set/images'],
    ['named with the folder itself', 'set/a.jpg', 'set/a.jpg', 'so set root to …/data'],
    ['with another ending', 'a.jpg', 'set/a.png', 'there is …/data/set/a.png, with another ending'],
  ])('%s: the error says where', async (_, name, file, hint) => {
    await expect(load([name], [file, 'set/z.jpg'])).rejects.toThrow(hint);
    const { problems, said } = await load([name, 'z.jpg'], [file, 'set/z.jpg']);
    expect(problems[0]).toContain('there is …/');
    expect(said).toContain('1 of 2 images is not in …/data/set');
    expect(said).toContain('there is …/');
  });

  it('is looked for in its own folder before those beside it', async () => {
    const files = ['set/a.jpg', 'other/a.jpg', 'third/a.jpg'];
    const { problems } = await load(['C:\\data\\a.jpg', 'a.jpg'], files);
    expect(problems[0]).toContain('there is …/data/set/a.jpg');
  });

  it('gets no hint that would be a guess', async () => {
    const files = ['set/wn/img1.bmp', 'set/jpeg/img1.bmp'];
    const { problems } = await load(['jp2k/img1.bmp', 'wn/img1.bmp'], files);
    expect(problems[0]).toContain('add it, correct the path or remove the line');
  });

  it('of a published copy gets the hint too', async () => {
    const list = 'image_name,MOS\n1.jpg,3\n';
    const { root } = await writeCopy(
      await tree({}),
      { 'koniq10k_scores_and_distributions.csv': list },
      ['1024x768/1024x768/1.jpg'],
    );
    await expect(koniq10k({ root })).rejects.toThrow(
      `there is ${root}/1024x768/1024x768/1.jpg, so set images to ${root}/1024x768/1024x768`,
    );
  });
});

describe('repeated lines', () => {
  it('that say the same count once, and are said', async () => {
    const { images, said } = await load(
      [
        ['a.jpg', 1],
        ['a.jpg', 1],
        ['b.jpg', 2],
        ['./a.jpg', 1],
      ],
      ['set/a.jpg', 'set/b.jpg'],
    );
    expect(images).toEqual(['set/a.jpg', 'set/b.jpg']);
    expect(said).toContain('2 repeated lines say the same and were left out');
  });

  it('that differ in anything that is read are an error', async () => {
    const files = ['set/a.jpg'];
    await expect(
      load(
        [
          ['a.jpg', 1],
          ['a.jpg', 2],
        ],
        files,
      ),
    ).rejects.toThrow(
      '1 image is listed more than once by lines that differ (…/data/set/a.jpg: 1 and 2)',
    );
    await expect(
      load(
        [
          ['a.jpg', 1, 'x'],
          ['a.jpg', 1, 'y'],
        ],
        files,
        { tags: ['scene'] },
      ),
    ).rejects.toThrow('lines that differ');
    expect(
      (
        await load(
          [
            ['a.jpg', 1, 'x'],
            ['a.jpg', 1, 'y'],
          ],
          files,
        )
      ).rows,
    ).toHaveLength(1);
  });
});

describe('exclude', () => {
  const names = ['t1.bmp', 'T2.bmp', '10.bmp', 'thumbs/10.bmp', 'sub/thumbs/1.bmp'];
  const files = names.map((name) => `set/${name}`);

  it.each<[string | string[], number[]]>([
    ['t?.bmp', [2, 3, 4]],
    ['thumbs/**', [0, 1, 2, 4]],
    ['**/thumbs/**', [0, 1, 2]],
    [['10.bmp', 't[1-7].bmp'], [4]],
    ['./10.bmp', [0, 1, 3, 4]],
    ['*.png', [0, 1, 2, 3, 4]],
  ])('%j', async (exclude, left) => {
    const { images, said } = await load(names, files, { exclude });
    expect(images).toEqual(left.map((index) => files[index]));
    expect(said).toContain(
      left.length < 5 ? `exclude leaves out ${5 - left.length} of 5 images` : 'matches no image',
    );
  });

  it('leaves out images that are not there, too, and not all', async () => {
    expect((await load(['a.jpg', 'x.jpg'], ['set/a.jpg'], { exclude: 'x*' })).problems).toEqual([
      undefined,
    ]);
    await expect(load(['a.jpg'], ['set/a.jpg'], { exclude: '*' })).rejects.toThrow(
      'exclude leaves out all of the 1 images',
    );
  });

  it('is what another entry may not have, to be the same data set', async () => {
    const { rows } = await load(names, files, { exclude: 't?.bmp' });
    expect(rows[0]?.metadata.iqaSource).toMatchObject({ read: { exclude: 't?.bmp' } });
  });

  it('of a folder', async () => {
    const { root } = await writeCopy(await tree({}), {}, names);
    vi.spyOn(process.stderr, 'write').mockReturnValueOnce(true);
    const rows = await folderDataset({ root, exclude: ['t?.bmp', '**/thumbs/**'] });
    expect(rows.map(({ vars }) => relative(root, vars.image))).toEqual(['10.bmp']);
  });
});

describe('tags', () => {
  it('are kept with the row, except empty ones', async () => {
    const { rows } = await load(
      [
        ['a.jpg', 1, 'beach'],
        ['b.jpg', 2],
      ],
      ['set/a.jpg', 'set/b.jpg'],
      { tags: ['scene'] },
    );
    expect(rows.map(({ metadata }) => metadata.scene)).toEqual(['beach', undefined]);
  });

  it('are columns that are there, under names that rows do not use', async () => {
    await expect(load(['a.jpg'], ['set/a.jpg'], { tags: ['scenes'] })).rejects.toThrow(
      'there is no column "scenes" (config: tags), did you mean "scene"?',
    );
    await expect(load(['a.jpg'], ['set/a.jpg'], { tags: ['problem'] })).rejects.toThrow(
      'tags: "problem" is what rows call something else',
    );
  });
});

describe('several lists', () => {
  it('are one data set, each with the folder of its own images', async () => {
    const lists = { 'x/train.csv': 'image,mos\na.jpg,1\n', 'y/test.csv': 'image;mos\nb.jpg;2,5\n' };
    const { root } = await writeCopy(await tree({}), lists, ['x/a.jpg', 'y/b.jpg']);
    const rows = await csvDataset({
      file: [join(root, 'x/train.csv'), join(root, 'y/test.csv')],
      image: 'image',
      mos: 'mos',
    });
    expect(
      rows.map(({ vars, metadata }) => [relative(root, vars.image), vars.mos, metadata.dataset]),
    ).toEqual([
      ['x/a.jpg', 1, 'x/train+test'],
      ['y/b.jpg', 2.5, 'x/train+test'],
    ]);
  });
});

it('control characters in a list reach neither a terminal nor an error', async () => {
  const name = 'a\u001b[31m\u202egpj.b\u0007.jpg';
  const { problems, said } = await load(
    [name, 'b.jpg', ['c.jpg', 'x\u001b[2J']],
    ['set/b.jpg', 'set/c.jpg'],
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;
  expect(problems[0]).toContain('no such file');
  expect(problems[2]).toContain('which is not a number');
  for (const text of [said, ...problems]) expect(text ?? '').not.toMatch(control);
});

it.skipIf(sep === '\\')(
  'a backslash in the name of a file below the working folder is a part of it',
  async () => {
    // As Windows archives unpack elsewhere.
    const list = 'image,mos\nphotos\\1.jpg,1\nphotos/1.jpg,2\n';
    const root = await tree({ 'photos/1.jpg': '1', 'photos\\1.jpg': '2', 'list.csv': list });
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue(root);
    try {
      const rows = await csvDataset({ file: join(root, 'list.csv'), image: 'image', mos: 'mos' });
      expect(rows.map(({ vars }) => vars)).toEqual([
        { image: 'photos\\1.jpg', mos: 1 },
        { image: 'photos/1.jpg', mos: 2 },
      ]);
    } finally {
      cwd.mockRestore();
    }
  },
);
