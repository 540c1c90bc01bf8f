import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { describe, expect, it } from 'vitest';
import csvDataset from '../../datasets/csv.ts';
import jsonDataset from '../../datasets/json.ts';
import jsonlDataset from '../../datasets/jsonl.ts';
import qdebiasJsonDataset from '../../datasets/qdebias-json.ts';
import { ConfigError } from '../../src/common/config-error.ts';
import type { DatasetRow } from '../../src/datasets/row.ts';
import { describeLoader } from './contract.ts';
import { tree, writeCopy } from './trees.ts';

type Entries = readonly object[];

const toJson = (entries: Entries) => JSON.stringify(entries);
const toJsonl = (entries: Entries) => entries.map((entry) => JSON.stringify(entry)).join('\n');

const formats: [
  string,
  (entries: Entries) => string,
  (config: unknown) => Promise<DatasetRow[]>,
][] = [
  ['csv', (entries) => stringify([...entries], { header: true }), csvDataset],
  ['json', toJson, jsonDataset],
  ['jsonl', toJsonl, jsonlDataset],
];

for (const [name, write, load] of formats.slice(1)) {
  describeLoader(
    name,
    async (folder, images) => {
      const files = images.map(({ file }) => file);
      await writeCopy(folder, { 'mos.json': write(images) }, files);
      return { file: join(folder, 'mos.json'), image: 'file', mos: 'mos' };
    },
    load,
  );
}

describeLoader(
  'qdebias-json',
  async (folder, images) => {
    const entries = images.map(({ file, mos }) => ({ img_path: file, gt_score: mos }));
    const files = images.map(({ file }) => file);
    await writeCopy(folder, { 'test.json': toJson(entries) }, files);
    return { file: join(folder, 'test.json') };
  },
  qdebiasJsonDataset,
);

/** Loads a list with this text, beside the images a.png to h.png. */
async function load(
  loader: (config: unknown) => Promise<DatasetRow[]>,
  text: string,
  config: object = {},
) {
  const images = [...'abcdefgh'].map((name) => `set/${name}.png`);
  const { root: folder } = await writeCopy(await tree({}), { 'set/list': text }, images);
  const settings = { file: join(folder, 'set/list'), image: 'image', mos: 'mos', ...config };
  return loader(settings);
}

async function failure(...args: Parameters<typeof load>): Promise<string> {
  const error = await load(...args).then(
    () => new Error('no error'),
    (reason: Error) => reason,
  );
  expect(error).toBeInstanceOf(ConfigError);
  expect(error.message).not.toContain('\n');
  return error.message;
}

const entries = [
  { image: 'a.png', mos: 1.5, set: 'train', ref: 'A' },
  { image: 'b.png', mos: 2.5, set: 'test', ref: 'A' },
  { image: 'c.png', mos: 3.5, set: 'test', ref: 'B' },
  { image: 'd.png', mos: 4.5, set: 'test', ref: 'C' },
];

const names = (rows: readonly DatasetRow[]) => rows.map(({ vars }) => vars.image.split('/').at(-1));

describe.each(formats)('%s', (_, write, loader) => {
  const text = write(entries);

  it('takes one split, and says so in the name of the data set', async () => {
    const rows = await load(loader, text, { splitColumn: 'set', split: 'test' });
    expect(names(rows)).toEqual(['b.png', 'c.png', 'd.png']);
    expect(rows[0]?.metadata.dataset).toBe('set/list (test)');
    expect(await load(loader, text, { splitColumn: 'set' })).toHaveLength(4);
  });

  it('refuses a split that no image has, and a split without its column', async () => {
    expect(await failure(loader, text, { splitColumn: 'set', split: 'tests' })).toContain(
      'no image has the split "tests" in column "set", did you mean "test"?',
    );
    expect(await failure(loader, text, { split: 'test' })).toContain('Set splitColumn to its name');
  });

  it('takes whole groups, by name or as many as asked for', async () => {
    const config = { group: 'ref' };
    expect(names(await load(loader, text, { ...config, groups: ['A', 'C'] }))).toEqual([
      'a.png',
      'b.png',
      'd.png',
    ]);
    const drawn = new Set<string>();
    for (let seed = 0; seed < 30; seed++) {
      const rows = await load(loader, text, { ...config, groups: 1, seed });
      expect(new Set(rows.map(({ metadata }) => metadata.group)).size).toBe(1);
      expect(rows).toHaveLength(rows[0]?.metadata.group === 'A' ? 2 : 1);
      drawn.add(String(rows[0]?.metadata.group));
    }
    expect(drawn.size).toBe(3);
  });

  it('draws no groups where images have none, and says how many; by name it does not take them', async () => {
    const some = write([
      ...entries,
      { image: 'e.png', mos: 1, set: 'x' },
      { image: 'f.png', mos: 2 },
    ]);
    expect(await failure(loader, some, { group: 'ref', groups: 2 })).toMatch(
      /groups: 2 of 6 images have no group \(.*e\.png, .*f\.png\), so whole groups cannot be drawn; give each image its group, or list/,
    );
    expect(names(await load(loader, some, { group: 'ref', groups: ['B'] }))).toEqual(['c.png']);
  });

  it('keeps an image without a split as an error, whatever split is asked for', async () => {
    const some = write([...entries, { image: 'e.png', mos: 1, set: '' }]);
    const config = { splitColumn: 'set', split: 'train' };
    const rows = await load(loader, some, config);
    expect(names(rows)).toEqual(['a.png', 'e.png']);
    expect(rows.map(({ metadata }) => metadata.problem)).toEqual([
      undefined,
      expect.stringContaining('column "set" is empty; give e.png a split or remove the line'),
    ]);
    expect(await failure(loader, some, { ...config, split: 'none' })).toContain(
      'known: train, test',
    );
    const all = await load(loader, some, { splitColumn: 'set' });
    expect(all.filter(({ metadata }) => metadata.problem)).toEqual([]);
  });

  it('draws the limit from the chosen groups', async () => {
    const rows = await load(loader, text, { group: 'ref', groups: ['A'], limit: 1 });
    expect(rows).toHaveLength(1);
    expect(rows[0]?.metadata.group).toBe('A');
  });

  it('refuses groups that are not there', async () => {
    expect(await failure(loader, text, { group: 'ref', groups: ['X'] })).toContain(
      'groups: there is no group "X"',
    );
    expect(await failure(loader, text, { groups: 2 })).toContain('have no groups');
    expect(await failure(loader, text, { group: 'ref', groups: 0 })).toContain('groups: Too small');
  });

  it('names a column that is not there, and the nearest', async () => {
    expect(await failure(loader, text, { mos: 'MOS' })).toContain(
      'there is no column "MOS" (config: mos), did you mean "mos"? (columns: image, mos, set, ref)',
    );
  });
});

describe.each(formats.slice(1))(
  '%s: an entry that cannot be used is a row with a problem',
  (kind, write, loader) => {
    const place = kind === 'json' ? 'entry 2' : 'line 2';

    it.each<[string, unknown, string]>([
      ['no score', { image: 'b.png' }, 'column "mos" is empty; give b.png a number'],
      ['a null score', { image: 'b.png', mos: null }, 'column "mos" is empty; give b.png a number'],
      [
        'a score in words',
        { image: 'b.png', mos: 'good' },
        'column "mos" is "good", which is not a number',
      ],
      [
        'a score that is a list',
        { image: 'b.png', mos: [3] },
        '"mos" is an array; write a text or a number',
      ],
      [
        'true for a score',
        { image: 'b.png', mos: true },
        'column "mos" is "true", which is not a number',
      ],
      ['no image', { mos: 3 }, 'column "image" is empty'],
      ['no object', 7, 'this is a number; write an object'],
    ])('%s', async (_, entry, problem) => {
      const rows = await load(loader, write([{ image: 'a.png', mos: 1 }, entry as object]));
      expect(rows[0]?.metadata).not.toHaveProperty('problem');
      expect(rows[1]?.metadata.problem).toContain(`, ${place}: ${problem}`);
      expect(typeof rows[1]?.vars.mos === 'number' && /mos|object/.test(problem)).toBe(false);
    });

    it('reads numbers that are written as texts', async () => {
      const [row] = await load(loader, write([{ image: 'a.png', mos: '1.25' }]));
      expect(row?.vars.mos).toBe(1.25);
    });

    it('keeps every digit of a number', async () => {
      const [row] = await load(loader, write([{ image: 'a.png', mos: 66.359550561797 }]));
      expect(row?.vars.mos).toBe(66.359550561797);
    });
  },
);

describe('json', () => {
  it.each<[string, string, string]>([
    [
      'one object a line',
      '{"image": "a.png"}\n{"image": "b.png"}',
      'for one object a line use datasets/jsonl.ts',
    ],
    ['an object', '{"images": []}', 'this is no array of objects but an object without one'],
    ['a number', '3', 'this is no array of objects but a number'],
    ['an empty array', '[]', 'no images are listed'],
    ['no JSON', 'image,mos', 'this cannot be read as JSON ('],
  ])('refuses %s', async (_, text, message) => {
    expect(await failure(jsonDataset, text)).toContain(message);
  });
});

describe('csv: a line that cannot be read', () => {
  // The third line lacks its quotes: what stands under `ref` and `set` there is another cell.
  const text =
    'image,prompt,mos,ref,set\na.png,x,1,A,train\nb.png,y, z,2,B,test\nc.png,x,3,B,test\n';
  const broken = expect.stringContaining('6 cells under 5 columns');

  it('belongs to no group, and stays as an error whatever groups are asked for', async () => {
    for (const groups of [['A'], ['B'], 1, 2]) {
      const rows = await load(csvDataset, text, { group: 'ref', groups });
      expect(rows.map(({ metadata }) => metadata.problem)).toContainEqual(broken);
      expect(rows.filter(({ metadata }) => !metadata.problem)).toHaveLength(groups === 2 ? 2 : 1);
      for (const { metadata } of rows) expect(['A', 'B', undefined]).toContain(metadata.group);
    }
    expect(await failure(csvDataset, text, { group: 'ref', groups: ['2'] })).toContain(
      'groups: there is no group "2"',
    );
  });

  it('is of no split, and is looked for nowhere', async () => {
    const config = { splitColumn: 'set', split: 'train', root: undefined };
    const rows = await load(csvDataset, text, config);
    expect(rows.map(({ metadata }) => metadata.problem)).toEqual([undefined, broken]);
    expect(await failure(csvDataset, text, { ...config, split: 'B' })).toContain(
      'no image has the split "B" in column "set", known: train, test',
    );
    const [, outside] = await load(csvDataset, text.replace('b.png', '../b.png'));
    expect(outside?.metadata.problem).toEqual(broken);
  });
});

describe('jsonl', () => {
  it('leaves blank lines out, takes a byte order mark, and knows a line that is no JSON', async () => {
    const text =
      '\ufeff{"image":"a.png","mos":1}\r\n\r\n{"image":"b.png",\n{"image":"c.png","mos":3}\n';
    const rows = await load(jsonlDataset, text);
    expect(names(rows)).toEqual(['a.png', 'list#3', 'c.png']);
    expect(rows[1]?.metadata.problem).toContain('list, line 3: this is no JSON');
  });
});
