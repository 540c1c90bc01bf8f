import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import pairs, { pairsConfigSchema } from '../../../datasets/pairs.ts';
import { PAIR_KEY, SOURCE_KEY } from '../../../src/harness/row-keys.ts';
import { tree, writeCopy } from '../trees.ts';

const IMAGES = ['a.png', 'b.png', 'c.png', 'd.png'];

/** Rows of a list beside images without content, paths relative to their folder, and what was said on stderr. */
async function load(list: string, config: object = {}, name = 'pairs.csv', files = IMAGES) {
  const { root } = await writeCopy(
    await tree({}),
    { [`set/${name}`]: list },
    files.map((file) => `set/${file}`),
  );
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const bare = (text: string) => text.replaceAll(`${root}/set/`, '').replaceAll(root, '…');
  try {
    const rows = await pairs({
      ...{ file: join(root, 'set', name), first: 'left', second: 'right' },
      ...('votes' in config ? {} : { share: 'share' }),
      ...config,
    });
    return {
      rows,
      vars: rows.map(({ vars }) => ({
        ...vars,
        first: bare(vars.first),
        second: bare(vars.second),
      })),
      problems: rows.map(({ metadata }) => metadata.problem && bare(String(metadata.problem))),
      said: bare(stderr.mock.calls.map(([text]) => String(text)).join('')),
    };
  } catch (error) {
    throw new Error(bare((error as Error).message));
  } finally {
    stderr.mockRestore();
  }
}

const LIST = 'left,right,share,n,scene\na.png,b.png,0.8,10,sea\nb.png,c.png,0.25,12,wood\n';

test('rows have both images, the share of people who prefer the first, and how many were asked', async () => {
  const { rows, vars } = await load(LIST, { raters: 'n', group: 'scene' });
  expect(vars).toEqual([
    { first: 'a.png', second: 'b.png', share: 0.8, raters: 10 },
    { first: 'b.png', second: 'c.png', share: 0.25, raters: 12 },
  ]);
  expect(rows[0]?.description).toBe('a.png | b.png');
  expect(rows[0]?.metadata).toMatchObject({ dataset: 'set/pairs', group: 'sea', [PAIR_KEY]: true });
  expect(rows[0]?.metadata[SOURCE_KEY]).toMatchObject({
    read: { first: 'left', second: 'right', share: 'share', raters: 'n', group: 'scene' },
  });
  expect(JSON.parse(JSON.stringify(rows))).toEqual(rows);
});

describe('the same pairs, as others write them', () => {
  const expected = [0.8, 0.25];
  test.each<[string, string, object, string?]>([
    [
      'share of the second',
      'left,right,share\na.png,b.png,0.2\nb.png,c.png,0.75',
      { shareOf: 'second' },
    ],
    ['percents', 'left,right,share\na.png,b.png,80\nb.png,c.png,25', { scale: [0, 100] }],
    ['-1 to 1', 'left,right,share\na.png,b.png,0.6\nb.png,c.png,-0.5', { scale: [-1, 1] }],
    [
      'words',
      'left,right,share\na.png,b.png,mostly\nb.png,c.png,rarely',
      { answers: { mostly: 0.8, rarely: 0.25 } },
    ],
    [
      'votes, a tie counting half',
      'left,right,l,r,same\na.png,b.png,7,1,2\nb.png,c.png,1,5,2',
      { votes: { first: 'l', second: 'r', tie: 'same' } },
    ],
    ['tabs', 'left\tright\tshare\na.png\tb.png\t0.8\nb.png\tc.png\t0.25', {}, 'pairs.tsv'],
    [
      'semicolons and decimal commas',
      'left;right;share\r\na.png;b.png;0,8\r\nb.png;c.png;0,25\r\n',
      {},
    ],
    [
      'words that look like decimal commas',
      'left;right;share\na.png;b.png;8,2\nb.png;c.png;1,3',
      { answers: { '8,2': 0.8, '1,3': 0.25 } },
    ],
    [
      'no header',
      'a.png,b.png,0.8\nb.png,c.png,0.25',
      { header: false, first: 1, second: 2, share: 3 },
    ],
    [
      'JSON',
      JSON.stringify({
        pairs: [
          { left: 'a.png', right: 'b.png', share: 0.8 },
          { left: 'b.png', right: 'c.png', share: 0.25 },
        ],
      }),
      {},
      'pairs.json',
    ],
    [
      'JSON lines',
      '{"left":"a.png","right":"b.png","share":0.8}\n{"left":"b.png","right":"c.png","share":0.25}',
      {},
      'pairs.jsonl',
    ],
    [
      'JSON lines, whatever the file is called',
      '{"left":"a.png","right":"b.png","share":0.8}\n{"left":"b.png","right":"c.png","share":0.25}',
      {},
      'pairs.txt',
    ],
  ])('%s', async (_, list, config, name) => {
    const { vars } = await load(list, config, name);
    expect(vars.map(({ first, second }) => `${first} ${second}`)).toEqual([
      'a.png b.png',
      'b.png c.png',
    ]);
    for (const [index, { share }] of vars.entries())
      expect(share).toBeCloseTo(expected[index]!, 12);
  });

  test('votes say how many people there were', async () => {
    const { vars } = await load('left,right,l,r\na.png,b.png,3,1', {
      votes: { first: 'l', second: 'r' },
    });
    expect(vars).toEqual([{ first: 'a.png', second: 'b.png', share: 0.75, raters: 4 }]);
  });
});

describe('a list without a header', () => {
  test.each<[string, string, object, string]>([
    ['names', 'a.png,b.png,0.8\nb.png,c.png,0.25', {}, 'first: 1, second: 2, share: 3'],
    ['another order', '0.8,a.png,b.png\n0.25,b.png,c.png', {}, 'first: 2, second: 3, share: 1'],
    [
      'numbers of columns, and images without endings',
      'x,y,0.8\ny,z,0.25',
      { first: 1, second: 2, share: 3 },
      'first: 1, second: 2, share: 3',
    ],
    [
      'votes',
      'a.png,b.png,7,2\nb.png,c.png,1,8',
      { votes: { first: 'l', second: 'r' } },
      'first: 1, second: 2, votes.first: 3',
    ],
  ])('loses no pair, and says how columns are named: %s', async (_, list, config, numbers) => {
    await expect(load(list, config)).rejects.toThrow(
      `set header: false and name columns by their numbers, such as ${numbers}`,
    );
  });
});

describe("a line that cannot be used is its row's problem", () => {
  test.each<[string, string, object, RegExp]>([
    ['no share', 'a.png,b.png,', {}, /line 2: column "share" is empty; give the share of people/],
    ['a word', 'a.png,b.png,left', {}, /"left", which is not a number/],
    ['beyond the scale', 'a.png,b.png,73', {}, /is 73, which is not between 0 and 1; .*set scale/],
    ['an unknown word', 'a.png,b.png,x', { answers: { y: 1 } }, /"x", and answers names y/],
    ['no image', 'a.png,,0.5', {}, /column "right" is empty/],
    ['an image that is not there', 'a.png,z.png,0.5', {}, /no such file z.png/],
    [
      'an address that nothing is fetched from',
      'a.png,ftp://example.org/b.png,0.5',
      {},
      /line 2: column "right" is "ftp:\/\/example\.org\/b\.png"; give the path of a file$/,
    ],
    ['one image twice', 'a.png,a.png,0.5', {}, /both images are the same file/],
  ])('%s', async (_, line, config, problem) => {
    const { problems } = await load(`left,right,share\n${line}\nc.png,d.png,0.5`, config);
    expect(problems[0]).toMatch(problem);
    if (!('answers' in config)) expect(problems[1]).toBeUndefined();
  });

  test('votes of nobody', async () => {
    const votes = { first: 'l', second: 'r' };
    const { problems } = await load('left,right,l,r\na.png,b.png,0,0\nc.png,d.png,-1,2', { votes });
    expect(problems[0]).toMatch(/nobody voted/);
    expect(problems[1]).toMatch(/column "l" is "-1"/);
  });
});

test('votes of what may be thousands are asked about', async () => {
  const votes = { first: 'l', second: 'r' };
  const list = 'left;right;l;r\na.png;b.png;1,234;7\nc.png;d.png;5;2';
  const { problems } = await load(list, { votes });
  expect(problems).toEqual([
    expect.stringContaining(
      'line 2: column "l" is "1,234", which may be 1234 or 1.234; set decimal',
    ),
    undefined,
  ]);
});

describe('a pair that is listed twice', () => {
  test('is one where both lines say the same, in either order', async () => {
    const { vars, said } = await load('left,right,share\na.png,b.png,0.9\nb.png,a.png,0.1');
    expect(vars).toHaveLength(1);
    expect(said).toMatch(/1 repeated line says the same/);
  });

  test('is an error where they differ', async () => {
    await expect(load('left,right,share\na.png,b.png,0.9\nb.png,a.png,0.3')).rejects.toThrow(
      '1 pair is listed more than once by lines that differ (b.png | a.png)',
    );
  });
});

test('limit takes pairs over all shares, in the order of the list, the same each time', async () => {
  const lines = Array.from({ length: 30 }, (_, i) => `p${i}.png,q${i}.png,${i / 29}`);
  const files = Array.from({ length: 30 }, (_, i) => [`p${i}.png`, `q${i}.png`]).flat();
  const list = `left,right,share\n${lines.join('\n')}`;
  const { vars, said } = await load(list, { limit: 10, seed: 4 }, 'pairs.csv', files);
  const shares = vars.map(({ share }) => Number(share));
  expect(shares).toHaveLength(10);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(Math.min(...shares)).toBeLessThanOrEqual(2 / 29);
  expect(Math.max(...shares)).toBeGreaterThanOrEqual(27 / 29);
  expect(said).toMatch(/limit takes 10 of 30 pairs/);
  const again = await load(list, { limit: 10, seed: 4 }, 'pairs.csv', files);
  expect(again.vars).toEqual(vars);
});

test('a path out of the folder of the images is refused', async () => {
  await expect(load('left,right,share\na.png,../x.png,0.5')).rejects.toThrow(
    /1 image path leads out of .*\("\.\.\/x\.png" in line 2\).*allowOutsideRoot/,
  );
});

test('a folder without the images is an error', async () => {
  await expect(load(LIST, {}, 'pairs.csv', [])).rejects.toThrow(/none of the 4 images is in/);
});

test('a file name that looks like a template stays a text', async () => {
  const name = '{{a}}.png';
  const { rows } = await load(`left,right,share\n${name},b.png,0.5`, {}, 'pairs.csv', [
    name,
    'b.png',
  ]);
  expect(rows[0]?.vars.first).not.toContain('{{a');
});

test.each<[object, RegExp]>([
  [{ file: 'x', first: 'a', second: 'b' }, /exactly one of share and votes/],
  [
    { file: 'x', first: 'a', second: 'b', votes: { first: 1, second: 2 }, ratersEach: 3 },
    /with votes, remove/,
  ],
  [{ file: 'x', first: 'a', second: 'b', share: 's', scale: [1, 1] }, /both ends are the same/],
])('the configuration %j is refused', (config, reason) => {
  const parsed = pairsConfigSchema.safeParse(config);
  expect(parsed.error?.issues.map(({ message }) => message).join()).toMatch(reason);
});
