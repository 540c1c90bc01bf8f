import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestCase, TestSuite } from 'promptfoo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import DebiasedProvider from '../../providers/debiased.ts';
import { CORRELATION_KEY } from '../../src/harness/row-keys.ts';
import { decodeImage } from '../../src/images/decode.ts';
import { rawInput } from '../../src/images/resize.ts';
import { sharedPixelPool } from '../../src/method/pixel-pool.ts';
import { addPreview, markPreviews } from '../../src/suite/previews.ts';
import { picture } from '../images/pictures.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-previews-'));
  await writeFile(join(folder, 'a.png'), await rawInput(picture(640, 480)).png().toBuffer());
});
afterAll(async () => {
  await sharedPixelPool.close();
  await rm(folder, { recursive: true });
});

const COUNT = 4;

/** A suite whose last row is a correlation row; none of its images exists. */
function suiteOf(previews: readonly unknown[]): TestSuite {
  const row = (index: number): TestCase => ({ vars: { image: `none-${index}.png`, mos: index } });
  return {
    providers: previews.map(
      (preview) =>
        new DebiasedProvider({ id: 'x', config: { judge: 'statistical', ...(preview as object) } }),
    ),
    prompts: [],
    tests: [
      ...Array.from({ length: COUNT }, (_, index) => row(index)),
      { vars: { image: 'correlation' }, metadata: { [CORRELATION_KEY]: {} } },
    ],
  };
}

/** Numbers of the rows that are marked to get a thumbnail. */
const marked = (suite: TestSuite): number[] =>
  (suite.tests ?? []).flatMap(({ metadata }, index) => (metadata?.iqaPreview ? [index] : []));

describe('the rows that get a thumbnail', () => {
  it.each([
    ['all of them unless said otherwise', [{}], [0, 1, 2, 3]],
    ['all', [{ preview: 'all' }], [0, 1, 2, 3]],
    ['none', [{ preview: 'none' }], []],
    ['the first two', [{ preview: 2 }], [0, 1]],
    ['what the most generous provider wants', [{ preview: 1 }, { preview: 3 }], [0, 1, 2]],
  ])('are %s, and never the correlation row', (_, previews, rows) => {
    expect(marked(markPreviews(suiteOf(previews)))).toEqual(rows);
  });

  it('get it when they run: marking reads no image', async () => {
    const [test] = markPreviews(suiteOf([{}])).tests ?? [];
    if (!test) throw new Error('no row');
    expect(test.vars).toEqual({ preview: '', image: 'none-0.png', mos: 0 });
    const ready = { ...test, vars: { ...test.vars, image: join(folder, 'a.png') } };
    const preview = String((await addPreview(ready)).vars?.preview);
    expect(preview).toMatch(/^data:image\/webp;base64,/);
    // The viewer's column is 8 pixels wide a character of the longest lines, and 48.
    const longest = Math.max(...preview.split('\n').map(({ length }) => length));
    expect(8 * longest + 48).toBeLessThan(240);
    const bytes = Buffer.from(preview.slice(preview.indexOf(',') + 1), 'base64');
    expect(await decodeImage({ name: 'preview', bytes }, 1e6)).toMatchObject({
      width: 160,
      height: 120,
    });
  });

  it('have it before their other vars, which gives it the first column, and after them when they run', async () => {
    const [test] = markPreviews(suiteOf([{}])).tests ?? [];
    expect(Object.keys(test?.vars ?? {})).toEqual(['preview', 'image', 'mos']);
    const ready = { ...test, vars: { ...test?.vars, image: join(folder, 'a.png') } };
    expect(Object.keys((await addPreview(ready)).vars ?? {})).toEqual(['image', 'mos', 'preview']);
  });

  it('keep a picture that they were written with', async () => {
    const suite = suiteOf([{}]);
    const own = { preview: 'data:image/png;base64,AA', image: join(folder, 'a.png'), mos: 1 };
    const [test] = markPreviews({ ...suite, tests: [{ vars: own }] }).tests ?? [];
    expect((await addPreview(test as TestCase)).vars).toEqual(own);
  });

  it('stay as they are where the picture cannot be had, or none is wanted', async () => {
    const [missing] = markPreviews(suiteOf([{}])).tests ?? [];
    const [unmarked] = markPreviews(suiteOf([{ preview: 'none' }])).tests ?? [];
    for (const test of [missing, unmarked] as TestCase[]) {
      expect(await addPreview(test)).toEqual(test);
    }
    expect(unmarked?.vars).toEqual({ image: 'none-0.png', mos: 0 });
  });
});
