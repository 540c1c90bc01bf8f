import type { TestCase, TestSuite } from 'promptfoo';
import { describe, expect, it } from 'vitest';
import { appendCorrelationRows } from '../../src/suite/correlation-rows.ts';
import { addPreview, markPreviews } from '../../src/suite/previews.ts';

const agree = { type: 'javascript', value: 'file://assertions/pair-agreement.ts' } as const;
const rank = { type: 'javascript', value: 'file://assertions/rank-correlation.ts' } as const;
const score = { type: 'javascript', value: 'file://assertions/debiased-score.ts' } as const;
const other = { type: 'javascript', value: 'file://mine.ts' } as const;

const pairs = (count: number, dataset = 'p'): TestCase[] =>
  Array.from({ length: count }, (_, i) => ({
    vars: { first: `${i}.png`, second: `${i + 1}.png`, share: 0.6 },
    metadata: { iqaPair: true, dataset, iqaSource: { file: 'p.csv', read: {} } },
  }));
const images: TestCase[] = [0, 1].map((i) => ({
  vars: { image: `${i}.png`, mos: i, dataset: 'd' },
}));

const prepared = (tests: TestCase[], assert: object[] = [score, other, rank, agree]) =>
  appendCorrelationRows(
    { prompts: [], providers: [], tests, defaultTest: { assert } } as unknown as TestSuite,
    [],
  ).tests ?? [];

const requestOf = ({ metadata }: TestCase) => metadata?.iqaCorrelation;
const summaries = (tests: readonly TestCase[]) => tests.filter(requestOf);

describe('data sets of pairs', () => {
  it('get one row each, at the end, which lists its pairs', () => {
    const tests = prepared([...pairs(2, 'p'), ...images, ...pairs(3, 'q')]);
    const rows = summaries(tests);
    expect(rows.map(({ description }) => description)).toEqual([
      'correlation: d',
      'pairs: p',
      'pairs: q',
    ]);
    expect(tests.slice(-3)).toEqual(rows);
    const [d, p] = rows.map(requestOf);
    expect(d.rows).toHaveLength(2);
    // Data sets of images are no reason for metrics of pairs to carry a name, nor the other way round.
    expect([d.several, p.several]).toEqual([false, true]);
    expect(p.rows.map(({ vars }: { vars: object }) => vars)).toEqual([
      { first: '0.png', second: '1.png', share: 0.6, dataset: 'p' },
      { first: '1.png', second: '2.png', share: 0.6, dataset: 'p' },
    ]);
  });

  it('are not taken together where a pair stands twice, be it turned round', () => {
    const [pair] = pairs(1);
    const { first, second, share } = pair!.vars as { first: string; second: string; share: number };
    const turned = { ...pair!, vars: { first: second, second: first, share: 1 - share } };
    const [row] = summaries(prepared([pair!, turned, ...pairs(3).slice(1)]));
    expect(requestOf(row!).problem).toMatch(/^p has 1 pair more than once \(0\.png \| 1\.png\)/);
    const long = (middle: string) => `${'s'.repeat(300)}${middle}${'e'.repeat(300)}`;
    const alike = ['a', 'b'].map((middle) => ({
      ...pair!,
      vars: { first, second: long(middle), share },
    }));
    expect(requestOf(summaries(prepared(alike))[0]!).problem).toBeUndefined();
  });

  it('have no debiased score, and every other assertion', () => {
    const tests = prepared([...pairs(1), ...images]);
    expect(tests[0]?.assert).toEqual([other]);
    expect(tests[1]?.assert).toEqual([score, other]);
    const [d, p] = summaries(tests);
    expect(d?.assert).toEqual([{ ...rank, config: { publish: true } }]);
    expect(p?.assert).toEqual([{ ...agree, config: { publish: true } }]);
  });

  it('are no images, so that a gate of rank-correlation has nothing to judge and fails', () => {
    const gate = { ...rank, config: { min: 0.5 } };
    const [unjudged, judged] = summaries(prepared(pairs(2), [gate, agree]));
    expect(requestOf(unjudged!).problem).toBe(
      'all 2 rows of the run are pairs of images, which pair-agreement is for, so the gate has nothing to judge',
    );
    expect(judged?.description).toBe('pairs: p');
    expect(
      summaries(prepared(pairs(2), [rank, agree])).map(({ description }) => description),
    ).toEqual(['pairs: p']);
    const named = { ...rank, config: { min: 0.5, datasets: ['d'] } };
    const [row] = summaries(prepared(pairs(2), [named, agree]));
    expect(requestOf(row!).problem).toContain('so the gate has nothing to judge');
  });

  it('are rows of pairs when they are written by hand, too', () => {
    const tests = prepared([{ vars: { first: 'a.png', second: 'b.png', share: 1, dataset: 'h' } }]);
    expect(summaries(tests).map(({ description }) => description)).toEqual(['pairs: h']);
  });
});

describe('a gate of pair-agreement', () => {
  const gate = (config: object) => ({ ...agree, config: { min: 0.7, ...config } });

  it('that has nothing to judge gets a row that fails', () => {
    const [row] = summaries(prepared(images, [gate({})]));
    expect(requestOf(row!)).toMatchObject({ kind: 'pairs', rows: [] });
    expect(requestOf(row!).problem).toContain('the run has no pair');
    const bounds = { minUnits: 5, baseline: { file: 'baseline.json' }, margin: 0.1 };
    const [p, q] = summaries(prepared(pairs(2), [gate({ datasets: ['q'], ...bounds })]));
    expect(requestOf(q!).problem).toContain('only of "p"');
    // The one of p holds nothing against it.
    expect(p?.assert?.[0]).toMatchObject({ config: { datasets: ['q'], publish: true } });
    for (const key of ['min', ...Object.keys(bounds)]) {
      expect(p?.assert?.[0]).not.toHaveProperty(`config.${key}`);
      expect(q?.assert?.[0]).toHaveProperty(`config.${key}`);
    }
  });

  it('may not be turned round', () => {
    const turned = { type: 'not-javascript', value: agree.value };
    expect(() => prepared(pairs(1), [turned])).toThrow('would pass a gate that fails');
  });

  it('refuses two lists under one name, and a pair that is there twice', () => {
    const [one, two] = pairs(2) as [TestCase, TestCase];
    const elsewhere = {
      ...two,
      metadata: { ...two.metadata, iqaSource: { file: 'r.csv', read: {} } },
    };
    expect(requestOf(summaries(prepared([one, elsewhere]))[0]!).problem).toContain('two sources');
    expect(requestOf(summaries(prepared([one, one]))[0]!).problem).toContain('more than once');
  });
});

it('a pair has two thumbnails, which stand first', async () => {
  const suite = { prompts: [], providers: [], tests: pairs(1) } as unknown as TestSuite;
  const [unmarked] = markPreviews(suite).tests ?? [];
  expect(Object.keys(unmarked?.vars ?? {})).toEqual(['first', 'second', 'share']);
  const marked = {
    ...unmarked,
    vars: { preview: '', preview2: '', ...unmarked?.vars },
    metadata: { iqaPreview: { maxInputPixels: 1e6, isKept: false } },
  };
  // There are no such files: the row goes on without.
  expect((await addPreview(marked)).vars).toMatchObject({ preview: '', preview2: '', share: 0.6 });
});
