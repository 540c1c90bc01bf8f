import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import jsonDataset from '../../datasets/json.ts';
import jsonlDataset from '../../datasets/jsonl.ts';
import { tree, writeCopy } from './trees.ts';

async function rowsOf(text: string | Uint8Array, config: object = {}, load = jsonDataset) {
  const { root } = await writeCopy(await tree({}), { list: text }, ['a.jpg', 'b.jpg']);
  return load({ file: join(root, 'list'), image: 'image', mos: 'mos', ...config });
}

const namesAndScores = async (...args: Parameters<typeof rowsOf>) =>
  (await rowsOf(...args)).map(({ vars, metadata }) => {
    expect(metadata.problem).toBeUndefined();
    return [vars.image.split('/').at(-1), vars.mos];
  });

const failure = (...args: Parameters<typeof rowsOf>): Promise<string> =>
  rowsOf(...args).then(
    () => 'no error',
    (error: Error) => error.message,
  );

const AB = [
  ['a.jpg', 1.5],
  ['b.jpg', 2.5],
];
const ENTRIES = [
  { image: 'a.jpg', mos: 1.5 },
  { image: 'b.jpg', mos: 2.5 },
];
const NESTED = [
  { file: { path: 'a.jpg' }, meta: { mos: { mean: 1.5, n: 30 } } },
  { file: { path: 'b.jpg' }, meta: { mos: { mean: 2.5, n: 30 } } },
];

describe('json: where the images stand', () => {
  it.each<[string, unknown, object]>([
    ['an array', ENTRIES, {}],
    ['the only array', { info: { year: 2024, tags: ['x'] }, data: { images: ENTRIES } }, {}],
    ['an array by its path', { images: ENTRIES, others: [{ x: 1 }] }, { path: 'images' }],
    [
      'an array by a longer path',
      { a: [{ images: ENTRIES }, { x: [{}] }] },
      { path: 'a.0.images' },
    ],
    ['a key with a dot', { 'a.b': ENTRIES, c: [{}] }, { path: 'a.b' }],
    ['nested keys', NESTED, { image: 'file.path', mos: 'meta.mos.mean' }],
    [
      'arrays of cells',
      [
        ['a.jpg', 0, 1.5],
        ['b.jpg', 0, 2.5],
      ],
      { image: 1, mos: 3 },
    ],
    ['one array a column', { image: ['a.jpg', 'b.jpg'], mos: [1.5, 2.5], note: 'x' }, {}],
    [
      'columns as pandas writes them',
      { image: { 0: 'a.jpg', 1: 'b.jpg' }, mos: { 0: 1.5, 1: 2.5 } },
      {},
    ],
    ['scores by names', { 'a.jpg': 1.5, 'b.jpg': 2.5 }, { image: 'key', mos: 'value' }],
    ['objects by names', { 'a.jpg': { mos: 1.5 }, 'b.jpg': { mos: 2.5 } }, { image: 'key' }],
    ['objects by numbers', { 0: ENTRIES[0], 1: ENTRIES[1] }, {}],
    [
      'columns below a path',
      { data: { image: ['a.jpg', 'b.jpg'], mos: [1.5, 2.5] } },
      { path: 'data' },
    ],
  ])('%s', async (_, value, config) => {
    expect(await namesAndScores(JSON.stringify(value), config)).toEqual(AB);
    expect(await namesAndScores(JSON.stringify(value, undefined, 1), config)).toEqual(AB);
  });

  it.each<[string, unknown, object, string]>([
    [
      'several arrays',
      { a: ENTRIES, b: { c: ENTRIES } },
      {},
      'there are 2 arrays (a, b.c); set path to the one',
    ],
    [
      'nothing under a path',
      { a: ENTRIES },
      { path: 'b' },
      'path: nothing stands under "b" (keys: a)',
    ],
    [
      'a nested key that is not there',
      NESTED,
      { image: 'file.path', mos: 'meta.mean' },
      'there is no column "meta.mean" (config: mos)',
    ],
    [
      'known nested keys',
      NESTED,
      { image: 'file.path', mos: 'x' },
      'columns: file.path, meta.mos.mean, meta.mos.n',
    ],
    ['columns of other lengths', { image: ['a.jpg'], mos: [1, 2] }, {}, 'an object without one'],
  ])('%s: an error says what there is', async (_, value, config, message) => {
    expect(await failure(JSON.stringify(value), config)).toContain(message);
  });

  it('says which key of an object could be meant', async () => {
    const [row] = await rowsOf(JSON.stringify(NESTED), { image: 'file.path', mos: 'meta.mos' });
    expect(row?.metadata.problem).toContain(
      '"meta.mos" is an object; write a text or a number, or name a key in it, such as meta.mos.mean',
    );
  });
});

describe('json: its text', () => {
  it('may hold NaN and Infinity, which are no scores, and texts with these words', async () => {
    const text =
      '[{"image": "a.jpg", "mos": NaN, "note": "NaN \\" -Infinity"}, {"image": "b.jpg", "mos": -Infinity}]';
    for (const load of [jsonDataset, jsonlDataset]) {
      const lines = load === jsonDataset ? text : text.slice(1, -1).replace('}, {', '}\n{');
      const rows = await rowsOf(lines, { tags: ['note'] }, load);
      expect(rows.map(({ metadata }) => metadata.problem)).toEqual([
        expect.stringContaining('column "mos" is "NaN", which is not a number'),
        expect.stringContaining('column "mos" is "-Infinity", which is not a number'),
      ]);
      expect(rows[0]?.metadata.note).toBe('NaN " -Infinity');
    }
  });

  it('may be UTF-16, and is named when it is none', async () => {
    const bytes = Buffer.from(`\ufeff${JSON.stringify(ENTRIES)}`, 'utf16le');
    expect(await namesAndScores(bytes)).toEqual(AB);
    expect(await failure('<html></html>')).toContain('this is a web page (HTML)');
    expect(await failure(Buffer.from('1f8b0800000000000003', 'hex'))).toContain(
      'this is a gzip archive',
    );
  });
});

describe('json: a key that stands twice in an object', () => {
  it.each<[string, string, object, string]>([
    [
      'an image by its name',
      '{"a.jpg": 1.5, "b.jpg": 2.5, "a.jpg": 3}',
      { image: 'key', mos: 'value' },
      '"a.jpg" stands more than once in an object, with 1.5 and 3; leave the right one',
    ],
    [
      'an image by its name, written otherwise',
      '{"a.jpg": 1.5, "\\u0061.jpg": 3}',
      { image: 'key', mos: 'value' },
      '"a.jpg" stands more than once in an object, with 1.5 and 3',
    ],
    ['a score', '[{"image": "a.jpg", "mos": 1, "mos": 2}]', {}, '"mos" stands more than once'],
    [
      'a score beside texts that look like keys',
      '[{"mos": [1, {"x": 2}], "image": "\\"mos\\": 3, {", "mos": NaN}]',
      {},
      '"mos" stands more than once in an object, with [1, {"x": 2}] and NaN',
    ],
  ])('ends the run, as parsers keep the last: %s', async (_, text, config, message) => {
    expect(await failure(text, config)).toContain(message);
  });

  it('counts once where it says the same, and where the objects are several', async () => {
    const text = '[{"image": "a.jpg", "mos": 1.5, "mos": 1.5}, {"image": "b.jpg", "mos": 2.5}]';
    expect(await namesAndScores(text)).toEqual(AB);
  });

  it('makes a line of JSON Lines an error', async () => {
    const text = '{"image": "a.jpg", "mos": 1, "mos": 2}\n{"image": "b.jpg", "mos": 3}\n';
    const rows = await rowsOf(text, {}, jsonlDataset);
    expect(rows.map(({ metadata }) => metadata.problem)).toEqual([
      expect.stringContaining('line 1: "mos" stands more than once in an object, with 1 and 2'),
      undefined,
    ]);
  });
});

describe('jsonl', () => {
  it('reads lines of any ends with blank ones between, and nested keys', async () => {
    const text = NESTED.map((entry) => JSON.stringify(entry)).join('\r\n \r\n');
    const config = { image: 'file.path', mos: 'meta.mos.mean' };
    expect(await namesAndScores(text, config, jsonlDataset)).toEqual(AB);
  });

  it('says that one array is read by json.ts', async () => {
    for (const space of [0, 1]) {
      const text = JSON.stringify(ENTRIES, undefined, space);
      expect(await failure(text, {}, jsonlDataset)).toContain(
        'this is an array and not one object a line; read it by datasets/json.ts',
      );
    }
  });
});
