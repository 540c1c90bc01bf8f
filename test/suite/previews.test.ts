import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestCase, TestSuite } from 'promptfoo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CORRELATION_KEY } from '../../providers/correlation-row.ts';
import DebiasedProvider from '../../providers/debiased.ts';
import { decodeImage } from '../../providers/images/decode.ts';
import { rawInput } from '../../providers/images/resize.ts';
import { sharedPixelPool } from '../../providers/pixel-pool.ts';
import { addPreview, markPreviews } from '../../reports/previews.ts';
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
    expect(test.vars).toEqual({ image: 'none-0.png', mos: 0 });
    const ready = { ...test, vars: { ...test.vars, image: join(folder, 'a.png') } };
    const preview = String((await addPreview(ready)).vars?.preview);
    expect(preview).toMatch(/^data:image\/webp;base64,/);
    const bytes = Buffer.from(preview.slice(preview.indexOf(',') + 1), 'base64');
    expect(await decodeImage({ name: 'preview', bytes }, 1e6)).toMatchObject({
      width: 160,
      height: 120,
    });
  });

  it('stay as they are where the picture cannot be had, or none is wanted', async () => {
    const [missing] = markPreviews(suiteOf([{}])).tests ?? [];
    const [unmarked] = markPreviews(suiteOf([{ preview: 'none' }])).tests ?? [];
    for (const test of [missing, unmarked] as TestCase[]) {
      expect(await addPreview(test)).toEqual(test);
    }
  });
});
