import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import csvDataset from '../../datasets/csv.ts';
import { tree, writeCopy } from './trees.ts';
import { workbook } from './workbook.ts';

const IMAGES = ['a.jpg', 'b.jpg', 'c.jpg', 'my photo.jpg', 'größe.jpg', 'x,y.jpg'];

async function rowsOf(list: string | Uint8Array, config: object = {}) {
  const { root } = await writeCopy(await tree({}), { 'set/list': list }, [
    ...IMAGES.map((image) => `set/${image}`),
  ]);
  return csvDataset({ file: join(root, 'set/list'), image: 'image', mos: 'mos', ...config });
}

const namesAndScores = async (list: string | Uint8Array, config: object = {}) =>
  (await rowsOf(list, config)).map(({ vars, metadata }) => {
    expect(metadata.problem).toBeUndefined();
    return [vars.image.split('/').at(-1), vars.mos];
  });

async function failure(list: string | Uint8Array, config: object = {}): Promise<string> {
  const error = await rowsOf(list, config).then(
    () => new Error('no error'),
    (reason: Error) => reason,
  );
  expect(error.message).not.toContain('\n');
  return error.message;
}

const AB = [
  ['a.jpg', 1.5],
  ['b.jpg', 2.5],
];

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('table: the text of a list', () => {
  it.each<[string, string | Uint8Array]>([
    ['commas', 'image,mos\na.jpg,1.5\nb.jpg,2.5\n'],
    ['semicolons', 'image;mos\na.jpg;1.5\nb.jpg;2.5\n'],
    ['semicolons and decimal commas', 'image;mos\r\na.jpg;1,5\r\nb.jpg;2,5\r\n'],
    ['the separator that Excel names', 'sep=;\r\nimage;mos\r\na.jpg;1,5\r\nb.jpg;2,5\r\n'],
    ['tabs', 'image\tmos\na.jpg\t1.5\nb.jpg\t2.5\n'],
    ['tabs around an empty column', 'n\timage\tmos\n\ta.jpg\t1.5\n\tb.jpg\t2.5\n'],
    ['pipes', 'image|mos\na.jpg|1.5\nb.jpg|2.5\n'],
    ['a Markdown table', '| image | mos |\n|:---|--:|\n| a.jpg | 1.5 |\n| b.jpg | 2.5 |\n'],
    ['pipes and spaces', 'image | mos\na.jpg | 1.5\nb.jpg | 2.5\n'],
    ['runs of spaces', 'mos      image\n1.5      a.jpg\n2.5  b.jpg\n'],
    ['the end mark of MS-DOS', 'image,mos\r\na.jpg,1.5\r\nb.jpg,2.5\r\n\u001a\r\n'],
    ['carriage returns alone', 'image,mos\ra.jpg,1.5\rb.jpg,2.5\r'],
    ['line ends of three kinds', 'image,mos\r\na.jpg,1.5\nb.jpg,2.5\r'],
    [
      'UTF-16 with tabs',
      Buffer.from('\ufeffimage\tmos\r\na.jpg\t1.5\r\nb.jpg\t2.5\r\n', 'utf16le'),
    ],
    ['UTF-16 without a mark', Buffer.from('image,mos\na.jpg,1.5\nb.jpg,2.5\n', 'utf16le')],
    ['UTF-16, big end first', utf16be('\ufeffimage,mos\na.jpg,1.5\nb.jpg,2.5\n')],
    ['UTF-16, big end first, without a mark', utf16be('image,mos\na.jpg,1.5\nb.jpg,2.5\n')],
    ['quoted cells with spaces at their ends', 'image,mos\n" a.jpg","1.5 "\n"b.jpg ", "2.5"\n'],
    ['no-break spaces', 'image,mos\na.jpg\u00a0,1.5\nb.jpg,\u00a02.5\n'],
    ['other columns with commas', 'image;note;mos\na.jpg;x, y;1.5\nb.jpg;1,2,3;2.5\n'],
  ])('%s', async (_, list) => {
    expect(await namesAndScores(list)).toEqual(AB);
  });

  it.each<[string, string, object]>([
    ['comma', 'a.jpg, 1.5\nb.jpg, 2.5\n', { image: 1, mos: 2 }],
    ['score first, by spaces', '1.5 a.jpg\n2.5 b.jpg\n', { image: 2, mos: 1 }],
    ['semicolon and decimal commas', 'a.jpg;1,5\nb.jpg;2,5\n', { image: 1, mos: 2 }],
    ['numbers as texts', 'a.jpg,1.5\nb.jpg,2.5\n', { image: '1', mos: '2' }],
    ['among others', '7\ta.jpg\tx y\t1.5\n8\tb.jpg\tz\t2.5\n', { image: 2, mos: 4 }],
  ])('without a header: %s', async (_, list, columns) => {
    expect(await namesAndScores(list, { header: false, ...columns })).toEqual(AB);
  });

  it('takes columns by their numbers under a header too, and a number in quotes by its name', async () => {
    expect(await namesAndScores('x,3,y\na.jpg,0,1.5\nb.jpg,0,2.5\n', { image: 1, mos: 3 })).toEqual(
      AB,
    );
    expect(
      await namesAndScores('x,3,y\na.jpg,1.5,0\nb.jpg,2.5,0\n', { image: 'x', mos: '3' }),
    ).toEqual(AB);
  });

  it('reads what is no UTF-8 as Windows-1252, and says so', async () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const rows = await namesAndScores(Buffer.from('image,mos\ngröße.jpg,1.5\n', 'latin1'));
    const said = stderr.mock.calls.map(([text]) => String(text)).join('');
    stderr.mockRestore();
    expect(rows).toEqual([['größe.jpg', 1.5]]);
    expect(said).toContain('was read as Windows-1252');
  });

  it("reads the encoding that it is told, and refuses one that is not the text's", async () => {
    // 中.jpg
    const gbk = Buffer.concat([
      Buffer.from('image,mos\n'),
      Buffer.from([0xd6, 0xd0]),
      Buffer.from('.jpg,1.5\n'),
    ]);
    const { root } = await writeCopy(await tree({}), { list: gbk }, ['中.jpg']);
    const columns = { file: join(root, 'list'), image: 'image', mos: 'mos' };
    const [row] = await csvDataset({ ...columns, encoding: 'gbk' });
    expect(row?.metadata.problem).toBeUndefined();
    expect(row?.vars).toMatchObject({ image: join(root, '中.jpg'), mos: 1.5 });
    await expect(csvDataset({ ...columns, encoding: 'utf-8' })).rejects.toThrow(
      /list: encoding: this is no text in utf-8; .*leave it out/,
    );
    await expect(csvDataset({ ...columns, encoding: 'gbbk' })).rejects.toThrow(
      /config: encoding: no such encoding/,
    );
    expect(await failure(gzipSync('image,mos\n'), { encoding: 'gbk' })).toContain('no text in gbk');
  });

  it('takes the delimiter that it is told', async () => {
    const list = 'image;note,mos\na.jpg;1,1.5\n';
    for (const delimiter of ['comma', ',']) {
      expect(
        await namesAndScores(list, { delimiter, image: 'mos', mos: 'mos' }).catch((e) => e.message),
      ).toContain('none of the');
    }
    expect(await namesAndScores('image\tmos\na.jpg\t1.5\n', { delimiter: '\\t' })).toEqual([
      ['a.jpg', 1.5],
    ]);
    expect(await failure('image,mos\na.jpg,1.5\n', { delimiter: ';' })).toContain(
      'there is no column "image"',
    );
    expect(await failure('image,mos\na.jpg,1.5\n', { delimiter: ':' })).toContain('delimiter: ');
  });
});

describe('table: decimal commas', () => {
  const scores = async (list: string, config: object = {}) =>
    (await rowsOf(list, config)).map(({ vars }) => vars.mos);

  it.each<[string, string, object, (number | string)[]]>([
    ['three digits after it', 'image;mos\na.jpg;1,234\nb.jpg;2,5\n', {}, [1.234, 2.5]],
    ['integers among them', 'image;mos\na.jpg;3\nb.jpg;-2,5\n', {}, [3, -2.5]],
    [
      'a point for thousands is no number',
      'image;mos\na.jpg;1.234,5\nb.jpg;2,5\n',
      {},
      ['1.234,5', 2.5],
    ],
    ['commas among points are no numbers', 'image;mos\na.jpg;1.5\nb.jpg;2,5\n', {}, [1.5, '2,5']],
    ['commas for thousands', 'image;mos\na.jpg;1,234.5\nb.jpg;2,345\n', {}, ['1,234.5', '2,345']],
    ['not where tabs separate', 'image\tmos\na.jpg\t1,5\nb.jpg\t2\n', {}, ['1,5', 2]],
    [
      'where tabs separate, if told',
      'image\tmos\na.jpg\t1,5\nb.jpg\t2\n',
      { decimal: 'comma' },
      [1.5, 2],
    ],
    [
      'not where semicolons separate, if told',
      'image;mos\na.jpg;1,5\nb.jpg;2\n',
      { decimal: 'point' },
      ['1,5', 2],
    ],
    ['a whole number as the best of a scale', 'image;mos\na.jpg;5\nb.jpg;2,125\n', {}, [5, 2.125]],
    [
      'commas among points, if told',
      'image;mos\na.jpg;1.5\nb.jpg;2,5\n',
      { decimal: 'comma' },
      [1.5, 2.5],
    ],
    [
      'what may be thousands, if told',
      'image;mos\na.jpg;1,234\nb.jpg;987\n',
      { decimal: 'comma' },
      [1.234, 987],
    ],
    [
      'points of what may be thousands, if told',
      'image;mos\na.jpg;1.234\nb.jpg;987\n',
      { decimal: 'point' },
      [1.234, 987],
    ],
    ['points, where commas separate', 'image,mos\na.jpg,1.234\nb.jpg,987\n', {}, [1.234, 987]],
  ])('%s', async (_, list, config, expected) => {
    expect(await scores(list, config)).toEqual(expected);
  });

  // Ratings of players, as Elo's, go from hundreds to thousands.
  it.each<[string, string, object, string]>([
    [
      'commas',
      '1,234',
      {},
      'may be 1234 or 1.234; set decimal: comma or point, or write it without',
    ],
    [
      'points',
      '1.234',
      {},
      'may be 1234 or 1.234; set decimal: comma or point, or write it without',
    ],
    ['points where commas are decimal', '1.234', { decimal: 'comma' }, 'may be 1234 or 1.234, as'],
  ])('are not guessed where they may separate thousands: %s', async (_, number, config, words) => {
    const rows = await rowsOf(`image;mos\na.jpg;${number}\nb.jpg;987\n`, config);
    expect(rows.map(({ vars }) => vars.mos)).toEqual([number, 987]);
    expect(rows[0]?.metadata.problem).toContain(
      `line 2: column "mos" is "${number}", which ${words}`,
    );
    expect(rows[1]?.metadata.problem).toBeUndefined();
  });

  it('are named where they are not read', async () => {
    const [row] = await rowsOf('image\tmos\na.jpg\t1,5\nb.jpg\t2\n');
    expect(row?.metadata.problem).toContain(
      'decimal point or remove the line; in a table, decimal: comma reads it as 1.5',
    );
  });

  it('are read in the columns of ratings', async () => {
    const [row] = await rowsOf('image;mos;sd;n\na.jpg;1,5;0,25;30\nb.jpg;2;0,5;30\n', {
      sd: 'sd',
      raters: 'n',
    });
    expect(row?.metadata.iqaRatings).toEqual({ deviation: 0.25, raters: 30 });
  });
});

describe('table: texts that look like decimal commas', () => {
  it('stay as they are', async () => {
    const [row] = await rowsOf('image;mos;group;f\na.jpg;1,5;2,0;5,6\nb.jpg;2,5;2,0;5,6\n', {
      group: 'group',
      tags: ['f', 'mos'],
    });
    expect(row?.vars.mos).toBe(1.5);
    expect(row?.metadata).toMatchObject({ group: '2,0', f: '5,6' });
  });
});

describe('table: a file without a header', () => {
  it.each<[string, string, object, string]>([
    ['named as usual', 'a.jpg, 4.57\nb.jpg, 4.33\n', {}, 'image: 1, mos: 2'],
    [
      'named by its first row',
      'a.jpg,4.57\nb.jpg,4.33\n',
      { image: 'a.jpg', mos: '4.57' },
      'image: 1, mos: 2',
    ],
    ['score first', '5.65714 i25.bmp\n5.1 i26.bmp\n', {}, 'image: 2, mos: 1'],
    ['names without endings', 'photo1,4.5\nphoto2,3\n', {}, 'image: 1, mos: 2'],
    ['one row', 'a.jpg,4.5\n', {}, 'image: 1, mos: 2'],
    ['columns by numbers, whole scores', 'a,1\nb,2\n', { image: 1, mos: 2 }, 'image: 1, mos: 2'],
    [
      'columns by numbers, decimal commas',
      'a;1,5\nb;2,5\n',
      { image: 1, mos: 2 },
      'image: 1, mos: 2',
    ],
    [
      'columns by numbers, beside a count',
      '0,a,3\n1,b,4\n',
      { image: 2, mos: 3 },
      'image: 2, mos: 3',
    ],
    ['no score', 'a,NaN\nb,2\n', { image: 1, mos: 2 }, 'image: 1, mos: 2'],
  ])('is no list whose first image is lost: %s', async (_, list, config, numbers) => {
    const message = await failure(list, config);
    expect(message).toContain('the file seems to have no header');
    expect(message).toContain('set header: false');
    if (!/photo/.test(list)) expect(message).toContain(numbers);
  });

  it('is told from a header that counts the columns', async () => {
    const counted = '0,1\na.jpg,1.5\nb.jpg,2.5\n';
    expect(await namesAndScores(counted, { image: 1, mos: 2 })).toEqual(AB);
    expect(await namesAndScores(counted, { image: '0', mos: '1' })).toEqual(AB);
  });

  it('refuses names of columns, and numbers that are not there', async () => {
    const list = 'a.jpg,1\nb.jpg,2\n';
    expect(await failure(list, { header: false })).toContain(
      'image: "image" is no number, and without a header columns have only numbers',
    );
    expect(await failure(list, { header: false, image: 1, mos: 3 })).toContain(
      'mos: 3: there is no such column, the rows have 2 cells',
    );
  });

  it('loses no row where there is a header after all', async () => {
    const rows = await rowsOf('image,mos\na.jpg,1\n', { header: false, image: 1, mos: 2 });
    expect(rows).toHaveLength(2);
    expect(rows[0]?.metadata.problem).toContain('column 2 is "mos", which is not a number');
  });

  it('says that spaces in names cannot be told from separators', async () => {
    const rows = await rowsOf('1.5 a.jpg\n2.5 my photo.jpg\n3 "my photo.jpg"\n', {
      header: false,
      image: 2,
      mos: 1,
    });
    expect(rows.map(({ metadata }) => metadata.problem)).toEqual([
      undefined,
      expect.stringContaining(
        'in a list that is separated by spaces, quote names that contain some',
      ),
      undefined,
    ]);
  });
});

describe('table: a title or a comment above the header', () => {
  it.each([
    ['# made by hand\nimage,mos\na.jpg,1.5\n', 2],
    ['Scores of 2024\n\nimage;mos\na.jpg;1,5\n', 3],
    ['# image, list, mos\nimage\tmos\na.jpg\t1.5\n', 2],
  ])('is named, and where the header is: %j', async (list, line) => {
    expect(await failure(list)).toContain(
      `the columns image, mos are in line ${line} and not in the first; remove the lines above it`,
    );
  });
});

describe('table: letters of other scripts', () => {
  it('are read from UTF-16 without a mark, also where half of a letter is 0', async () => {
    const list = `image,mos\n${'a.jpg,1.5\n'.repeat(20)}ĀĀ日本.jpg,2.5\n`;
    for (const bytes of [Buffer.from(list, 'utf16le'), utf16be(list)]) {
      const [, row] = await rowsOf(bytes);
      expect(row?.vars).toEqual({ image: expect.stringMatching(/ĀĀ日本\.jpg$/), mos: 2.5 });
    }
  });
});

describe('table: characters that nobody sees', () => {
  it('are written as their numbers', async () => {
    const [row] = await rowsOf('image,mos\na.jpg,\u200b1\nb.jpg,2\n');
    expect(row?.metadata.problem).toContain('column "mos" is "\\u200b1", which is not a number');
  });
});

describe('table: a workbook', () => {
  it('is read wherever on a sheet its table stands', async () => {
    const book = await workbook('x', [
      ['Scores of 2024'],
      [],
      ['id', 'image', 'mos'],
      [1, 'a.jpg', 1.5],
      [2, 'b.jpg', '2.5 '],
    ]);
    expect(await namesAndScores(book)).toEqual(AB);
    expect(await namesAndScores(book, { sheet: 'x' })).toEqual(AB);
  });

  it('without a header', async () => {
    const book = await workbook('x', [
      ['a.jpg', 1.5],
      ['b.jpg', 2.5],
    ]);
    expect(await namesAndScores(book, { header: false, image: 1, mos: 2 })).toEqual(AB);
    expect(await failure(book)).toContain('seems to have no header');
  });

  it('says which of several sheets is read, and takes the one that it is told', async () => {
    const sheet = (mos: number) => [
      [{ value: 'image' }, { value: 'mos' }],
      [{ value: 'a.jpg' }, { value: mos }],
    ];
    const book = await writeXlsxFile([
      { sheet: 'notes', data: [[{ value: 'x' }]] },
      { sheet: '2023', data: sheet(1.5) },
      { sheet: '2024', data: sheet(2.5) },
    ]).toBuffer();
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const rows = await namesAndScores(book);
    const said = stderr.mock.calls.map(([text]) => String(text)).join('');
    stderr.mockRestore();
    expect(rows).toEqual([['a.jpg', 1.5]]);
    expect(said).toContain(
      '2 sheets have these columns, and "2023" is read; set sheet to read another',
    );
    expect(await namesAndScores(book, { sheet: '2024' })).toEqual([['a.jpg', 2.5]]);
  });

  it('names a score that became a date', async () => {
    const book = await writeXlsxFile([
      [{ value: 'image' }, { value: 'mos' }],
      [{ value: 'a.jpg' }, { value: new Date(Date.UTC(2024, 4, 3)), format: 'd.m' }],
    ]).toBuffer();
    const [row] = await rowsOf(book);
    expect(row?.metadata.problem).toContain(
      'column "mos" is "2024-05-03T00:00:00.000Z", which is not',
    );
  });

  it('names a sheet that is not there, and columns that are not', async () => {
    const book = await workbook('x', [
      ['image', 'MOS'],
      ['a.jpg', 1.5],
    ]);
    expect(await failure(book, { sheet: 'Sheet2' })).toContain(
      'there is no sheet "Sheet2", known: x',
    );
    expect(await failure(book)).toContain('there is no row with the columns image, mos');
    expect(await failure('image,mos\na.jpg,1\n', { sheet: 'x' })).toContain('this is no workbook');
  });
});

describe('table: what is no list is named for what it is', () => {
  const lfs = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`;
  const zip = Buffer.concat([
    Buffer.from('PK\x03\x04\x14\0\0\0\0\0', 'latin1'),
    Buffer.alloc(20),
    Buffer.from('a.csv'),
  ]);

  it.each<[string, string | Uint8Array, string]>([
    ['gzip', gzipSync('image,mos\na.jpg,1\n'), 'a gzip archive; unpack it'],
    ['zip', zip, 'a zip archive; unpack it'],
    [
      'an old workbook',
      Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]),
      'an old Excel workbook (.xls)',
    ],
    ['a Git LFS pointer', lfs, 'a Git LFS pointer in place of the file; run `git lfs pull`'],
    ['a web page', '\n<!DOCTYPE html><html><head></head></html>', 'a web page (HTML)'],
    ['YAML', '- image: a.jpg\n  mos: 1\n', 'a YAML file; write its entries as JSON'],
    ['YAML under a key', 'images:\n  - image: a.jpg\n    mos: 1\n', 'a YAML file'],
    ['YAML with its mark', '---\nimage: a.jpg\n', 'a YAML file'],
    ['an image', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'an image (image/png)'],
    ['a pickle', Buffer.from('80049500000000', 'hex'), 'a Python pickle'],
    ['other bytes', Buffer.from([1, 2, 0, 3, 0, 0, 255, 7]), 'a binary file'],
  ])('%s', async (_, bytes, kind) => {
    const message = await failure(bytes);
    expect(message).toContain(`set/list: this is ${kind}`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: no byte of the file is printed
    expect(message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\ufffd]/);
  });

  it('an empty file', async () => {
    expect(await failure('')).toContain('the file is empty');
  });

  it('JSON', async () => {
    expect(await failure('[{"image": "a.jpg", "mos": 1}]')).toContain(
      'read it by datasets/json.ts',
    );
  });
});
