import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestCase, TestSuite } from 'promptfoo';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { persistRunPlan } from '../../src/harness/run-plan.ts';
import { appendCorrelationRows } from '../../src/suite/correlation-rows.ts';
import { describeUnscored } from '../../src/suite/unscored.ts';

const rank = { type: 'javascript', value: 'file://assertions/rank-correlation.ts' } as const;
const score = { type: 'javascript', value: 'file://assertions/debiased-score.ts' } as const;

const images = (count: number, dataset = 'd'): TestCase[] =>
  Array.from({ length: count }, (_, i) => ({ vars: { image: `${i}.png`, mos: i, dataset } }));

function suiteOf(tests: TestCase[], defaultTest: object = { assert: [score, rank] }): TestSuite {
  return { prompts: [], providers: [], tests, defaultTest } as unknown as TestSuite;
}

const correlationsOf = (suite: TestSuite) =>
  (suite.tests ?? []).filter((test) => test.metadata?.iqaCorrelation);
const imagesOf = (suite: TestSuite) =>
  (suite.tests ?? []).filter((test) => !test.metadata?.iqaCorrelation);
const listed = (test: TestCase | undefined) =>
  test?.metadata?.iqaCorrelation.rows.map((row: { vars: { image: string } }) => row.vars.image);

describe('appendCorrelationRows', () => {
  it('appends one row per data set, at the end, listing its rows', () => {
    const suite = appendCorrelationRows(suiteOf([...images(2, 'a'), ...images(3, 'b')]), []);
    expect(suite.tests).toHaveLength(7);
    const [a, b] = correlationsOf(suite);
    expect(suite.tests?.slice(5)).toEqual([a, b]);
    expect(listed(a)).toEqual(['0.png', '1.png']);
    expect(listed(b)).toEqual(['0.png', '1.png', '2.png']);
    expect(a?.metadata?.iqaCorrelation.several).toBe(true);
  });

  it('hands on what the data set says of the ratings behind each MOS', () => {
    const [first, second] = images(2) as [TestCase, TestCase];
    const rated = { ...first, metadata: { iqaRatings: { deviation: 0.5, raters: 20 } } };
    const [row] = correlationsOf(appendCorrelationRows(suiteOf([rated, second]), []));
    expect(row?.metadata?.iqaCorrelation.rows.map((one: object) => 'ratings' in one)).toEqual([
      true,
      false,
    ]);
    expect(row?.metadata?.iqaCorrelation.rows[0].ratings).toEqual({ deviation: 0.5, raters: 20 });
  });

  it('moves rank-correlation to them and the other assertions to the image rows', () => {
    const suite = appendCorrelationRows(suiteOf(images(2)), []);
    expect((suite.defaultTest as TestCase).assert).toEqual([]);
    for (const test of imagesOf(suite)) expect(test.assert).toEqual([score]);
    expect(correlationsOf(suite)[0]?.assert).toEqual([{ ...rank, config: { publish: true } }]);
  });

  it('lets one of several rank-correlations publish, whatever their weights', () => {
    const gates = [
      { ...rank, weight: 0, config: { min: 0.5 } },
      { ...rank, config: { metric: 'PLCC' } },
    ];
    const [row] = correlationsOf(appendCorrelationRows(suiteOf(images(2), { assert: gates }), []));
    expect(row?.assert).toEqual([
      { ...rank, config: { min: 0.5, publish: true } },
      { ...rank, config: { metric: 'PLCC', publish: false } },
    ]);
  });

  it('keeps a threshold away from the correlation row, where it would let a failed gate pass', () => {
    const suite = appendCorrelationRows(
      suiteOf(images(1), { assert: [score, rank], threshold: 0.2 }),
      [],
    );
    expect(suite.defaultTest).not.toHaveProperty('threshold');
    expect(imagesOf(suite)[0]?.threshold).toBe(0.2);
    expect(correlationsOf(suite)[0]).not.toHaveProperty('threshold');
  });

  it("keeps a test's own assertions, and its wish for no default ones", () => {
    const own = { type: 'cost', threshold: 1 } as const;
    const suite = appendCorrelationRows(
      suiteOf([
        { vars: { image: 'a' }, assert: [own] },
        { vars: { image: 'b' }, assert: [own], options: { disableDefaultAsserts: true } },
      ]),
      [],
    );
    expect(imagesOf(suite).map((test) => test.assert)).toEqual([[score, own], [own]]);
  });

  it('drops correlation rows of an earlier run', () => {
    const once = appendCorrelationRows(suiteOf(images(3)), []);
    const twice = appendCorrelationRows({ ...once, defaultTest: { assert: [score, rank] } }, []);
    expect(correlationsOf(twice)).toHaveLength(1);
    expect(listed(correlationsOf(twice)[0])).toEqual(['0.png', '1.png', '2.png']);
  });

  it('lists rows with the vars of defaultTest, and what their loader found wrong', () => {
    const tests = [{ vars: { image: 'a' }, metadata: { problem: 'no score' } }];
    const [row] = correlationsOf(
      appendCorrelationRows(suiteOf(tests, { assert: [rank], vars: { dataset: 'x' } }), []),
    );
    expect(row?.metadata?.iqaCorrelation).toMatchObject({
      dataset: 'x',
      rows: [{ vars: { image: 'a', dataset: 'x' }, problem: 'no score' }],
    });
  });

  it('is of the data set that the metadata of its rows name, and says so in its own', () => {
    const tests = ['a', 'b', 'a'].map((dataset, i) => ({
      vars: { image: `${i}.png`, mos: i },
      metadata: { dataset, group: `g${i}` },
    }));
    const [a, b] = correlationsOf(appendCorrelationRows(suiteOf(tests), []));
    expect(a?.vars).toEqual({ image: 'correlation over 2 images', mos: '' });
    expect([a?.metadata?.dataset, b?.metadata?.dataset]).toEqual(['a', 'b']);
    expect(a?.metadata?.iqaCorrelation.rows).toEqual([
      { vars: { image: '0.png', mos: 0, dataset: 'a', group: 'g0' } },
      { vars: { image: '2.png', mos: 2, dataset: 'a', group: 'g2' } },
    ]);
  });

  it("names its own data set where defaultTest's vars name another", () => {
    const tests = [
      { vars: { image: '0.png', mos: 0, dataset: 'own' } },
      { vars: { image: '1.png' } },
    ];
    const rows = correlationsOf(
      appendCorrelationRows(suiteOf(tests, { assert: [rank], vars: { dataset: 'x' } }), []),
    );
    expect(rows.map(({ vars }) => vars?.dataset)).toEqual(['own', 'x']);
  });

  it('lists a row whose vars and metadata contradict each other with what is wrong', () => {
    const tests = [{ vars: { image: '0.png', group: 1 }, metadata: { group: '2', dataset: 'd' } }];
    const [row] = correlationsOf(appendCorrelationRows(suiteOf(tests), []));
    expect(row?.metadata?.iqaCorrelation.rows[0].problem).toBe(
      'row "0.png": vars.group is 1 and metadata.group is "2"; give one of them',
    );
  });

  it('appends none for a data set that declares itself unscored, and says so', () => {
    const folder = [1, 2].map((i) => ({
      vars: { image: `${i}.png`, dataset: 'photos' },
      metadata: { iqaUnscored: true },
    }));
    const suite = appendCorrelationRows(suiteOf([...folder, ...images(2, 'a')]), []);
    expect(correlationsOf(suite).map((row) => row.metadata?.iqaCorrelation.dataset)).toEqual(['a']);
    expect(correlationsOf(suite)[0]?.metadata?.iqaCorrelation.several).toBe(false);
    for (const test of imagesOf(suite)) expect(test.assert).toEqual([score]);
    expect(describeUnscored(suite.tests ?? [])).toBe(
      'photos: 2 images without human scores, so no correlation\n',
    );
    expect(describeUnscored(images(2))).toBe('');
  });

  it('lists an unscored row among scored ones of its name, where it is an error', () => {
    const unscored = { vars: { image: 'x.png', dataset: 'a' }, metadata: { iqaUnscored: true } };
    const [row] = correlationsOf(appendCorrelationRows(suiteOf([unscored, ...images(2, 'a')]), []));
    expect(listed(row)).toEqual(['x.png', '0.png', '1.png']);
  });

  describe('takes no correlation over what is no one data set', () => {
    const source = { file: 'A/labels/mos.csv', read: { image: 'image', mos: 'mos' } };
    const from = (own: object, rows = images(2)): TestCase[] =>
      rows.map((test) => ({ ...test, metadata: { iqaSource: { ...source, ...own } } }));
    const others = images(5).slice(3);
    const problemOf = (tests: TestCase[]) =>
      correlationsOf(appendCorrelationRows(suiteOf(tests), [])).map(
        (row) => row.metadata?.iqaCorrelation.problem,
      );

    it.each<[string, TestCase[], string]>([
      [
        'two lists of one name',
        [...from({}), ...from({ file: 'B/labels/mos.csv' }, others)],
        'two sources are called d: A/labels/mos.csv (image: image, mos: mos) and B/labels/mos.csv (image: image, mos: mos); set `dataset` of one to another name',
      ],
      [
        'two columns of one list',
        [...from({}), ...from({ read: { image: 'image', mos: 'sharpness' } })],
        'two sources are called d: A/labels/mos.csv (image: image, mos: mos) and A/labels/mos.csv (image: image, mos: sharpness)',
      ],
      [
        'one list over two folders',
        [...from({}), ...from({ images: 'B' }, others)],
        'A/labels/mos.csv (images: B, image: image, mos: mos)',
      ],
      [
        'tests written by hand under the name of a list',
        [...from({}), ...others],
        'and tests written by hand; set `dataset`',
      ],
      [
        'one list twice, whole and limited',
        [...from({}, images(6)), ...from({}, images(4))],
        'd has 4 images more than once (0.png, 1.png, 2.png, …); list each once, or set `dataset`',
      ],
      ['an image that is written twice', [...images(2), ...images(1)], 'd has 1 image more than'],
    ])('%s', (_, tests, message) => {
      const [problem, ...more] = problemOf(tests);
      expect(problem).toContain(message);
      expect(problem).not.toContain('\n');
      expect(more).toEqual([]);
    });

    it('and takes it over parts of one list, and over lists of two names', () => {
      expect(problemOf([...from({}), ...from({}, others)])).toEqual([undefined]);
      const named = from({ file: 'B/labels/mos.csv' }, images(2, 'b'));
      expect(problemOf([...from({}), ...named])).toEqual([undefined, undefined]);
    });
  });

  describe('gives a gate a row for what it cannot judge', () => {
    const gate = (config: object) => ({ ...rank, config });
    const folder = { vars: { image: 'x.png', dataset: 'photos' }, metadata: { iqaUnscored: true } };
    const problemsOf = (tests: TestCase[], ...assert: object[]) =>
      correlationsOf(appendCorrelationRows(suiteOf(tests, { assert }), [])).map(({ metadata }) => [
        metadata?.iqaCorrelation.dataset,
        metadata?.iqaCorrelation.problem,
      ]);

    it.each([{ min: 0.5 }, { baseline: { file: 'b.json' } }, { min: 'broken' }])('%j', (config) => {
      expect(problemsOf([], gate(config))).toEqual([
        ['no data set', expect.stringMatching(/^the run has no row \(a filter left none/)],
      ]);
      expect(problemsOf([folder], gate(config))).toEqual([
        ['photos', expect.stringMatching(/^its 1 images have no human scores/)],
      ]);
      expect(problemsOf([folder, ...images(2)], rank, gate(config))).toEqual([
        ['d', undefined],
        ['photos', expect.stringMatching(/so the gate has nothing to judge$/)],
      ]);
    });

    it('and none where there is no gate', () => {
      expect(problemsOf([], rank)).toEqual([]);
      expect(problemsOf([folder], rank)).toEqual([]);
    });

    it('unless it names other data sets, which the run must have', () => {
      expect(problemsOf([folder, ...images(2)], gate({ min: 0.5, datasets: ['d'] }))).toEqual([
        ['d', undefined],
      ]);
      expect(problemsOf([folder, ...images(2)], gate({ min: 0.5, datasets: ['D'] }))).toEqual([
        ['d', undefined],
        ['D', expect.stringMatching(/^the run has no row of it, only of "photos", "d"/)],
      ]);
    });
  });

  it('holds each data set to the gates that are for it', () => {
    const forB = {
      ...rank,
      config: { min: 0.5, minImages: 30, datasets: ['b'], weights: 'uniform' },
    };
    const suite = appendCorrelationRows(
      suiteOf([...images(2, 'a'), ...images(3, 'b')], { assert: [forB] }),
      [],
    );
    expect(correlationsOf(suite).map((row) => row.assert)).toEqual([
      [{ ...rank, config: { datasets: ['b'], weights: 'uniform', publish: true } }],
      [{ ...rank, config: { ...forB.config, publish: true } }],
    ]);
  });

  it('refuses what would pass a gate without judging it', () => {
    const turned = { ...rank, type: 'not-javascript' };
    expect(() => appendCorrelationRows(suiteOf(images(2), { assert: [turned] }), [])).toThrow(
      /its type is "not-javascript", which would pass a gate that fails/,
    );
    const scenarios = { ...suiteOf(images(2)), scenarios: [{ config: [{}], tests: [] }] };
    expect(() => appendCorrelationRows(scenarios as unknown as TestSuite, [])).toThrow(
      /the rows of scenarios are made too late to be correlated/,
    );
    const agree = { type: 'javascript', value: 'file://assertions/pair-agreement.ts' };
    const ofPairs = { ...scenarios, defaultTest: { assert: [score, agree] } };
    expect(() => appendCorrelationRows(ofPairs as unknown as TestSuite, [])).toThrow(
      /the rows of scenarios are made too late/,
    );
  });

  it('refuses tests that are for some columns alone, whose correlation would be asked for in all', () => {
    const [first, second] = images(2) as [TestCase, TestCase];
    const forOne = { ...second, providers: ['a'] } as TestCase;
    expect(() => appendCorrelationRows(suiteOf([first, forOne]), [])).toThrow(
      /a test has providers of its own, and a correlation is over the same rows in every column/,
    );
    for (const own of [{ prompts: ['two-level'] }, { provider: { id: () => 'other' } }]) {
      const test = { ...second, ...own } as unknown as TestCase;
      expect(() => appendCorrelationRows(suiteOf([first, test]), [])).toThrow(
        `a test has ${Object.keys(own)[0]} of its own`,
      );
    }
    // What defaultTest says, promptfoo gives the correlation row as well.
    const all = suiteOf([first, forOne], { assert: [rank], providers: ['a'] });
    expect(correlationsOf(appendCorrelationRows(all, []))).toHaveLength(1);
    const unjudged = suiteOf([first, forOne], { assert: [score] });
    expect(appendCorrelationRows(unjudged, []).tests).toHaveLength(2);
  });

  it('refuses vars that change after they are listed', () => {
    const options = { transformVars: '({ ...vars, mos: -vars.mos })' };
    const [first, second] = images(2) as [TestCase, TestCase];
    for (const suite of [
      suiteOf([first, second], { assert: [rank], options }),
      suiteOf([first, { ...second, options }]),
    ]) {
      expect(() => appendCorrelationRows(suite, [])).toThrow(
        /options\.transformVars changes the vars of rows after they are listed/,
      );
    }
  });

  it('refuses assertions that turned round would pass what has no score', () => {
    for (const name of ['debiased-score', 'image-quality']) {
      const turned = { type: 'not-javascript', value: `file://assertions/${name}.ts` };
      const [test] = images(1) as [TestCase];
      const inSet = { ...test, assert: [{ type: 'assert-set', assert: [turned] }] } as TestCase;
      const refusal = `${name}: its type is "not-javascript", which would pass what has no score`;
      expect(() => appendCorrelationRows(suiteOf([test], { assert: [turned] }), [])).toThrow(
        refusal,
      );
      expect(() => appendCorrelationRows(suiteOf([inSet], {}), [])).toThrow(refusal);
    }
  });

  it('refuses the name of a metric where promptfoo would show another number under it', () => {
    const named = { ...rank, metric: 'KRCC', config: { min: 0.5 } };
    expect(() => appendCorrelationRows(suiteOf(images(2), { assert: [named] }), [])).toThrow(
      /^rank-correlation: metric: KRCC stands beside its config/,
    );
    const gate = { ...named, metric: 'my gate' };
    const [row] = correlationsOf(appendCorrelationRows(suiteOf(images(2), { assert: [gate] }), []));
    expect(row?.assert?.[0]).toHaveProperty('metric', 'my gate');
  });

  it('refuses gates where they have nothing to judge and could pass', () => {
    const agree = { type: 'javascript', value: 'file://assertions/pair-agreement.ts' };
    const inSet = [score, { type: 'assert-set', threshold: 0.5, assert: [score, rank] }];
    expect(() => appendCorrelationRows(suiteOf(images(2), { assert: inSet }), [])).toThrow(
      /^rank-correlation: it stands in an assert-set, where it has nothing to judge; write it into defaultTest\.assert/,
    );
    const [first, second] = images(2) as [TestCase, TestCase];
    const alone = { ...second, threshold: 0, assert: [{ type: 'assert-set', assert: [agree] }] };
    const tests = [first, alone] as TestCase[];
    expect(() => appendCorrelationRows(suiteOf(tests, { assert: [score] }), [])).toThrow(
      /^pair-agreement: it stands in a test, where it has nothing to judge/,
    );
  });

  it('leaves a suite without rank-correlation as it is', () => {
    const suite = appendCorrelationRows(suiteOf(images(2), { assert: [score] }), []);
    expect(suite.tests).toEqual(images(2));
    expect(suite.defaultTest).toEqual({ assert: [score] });
  });
});

describe('a run that goes on', () => {
  let folder = '';
  const before = process.env.PROMPTFOO_CONFIG_DIR;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'iqa-plan-'));
    process.env.PROMPTFOO_CONFIG_DIR = folder;
  });
  afterEach(async () => {
    if (before === undefined) delete process.env.PROMPTFOO_CONFIG_DIR;
    else process.env.PROMPTFOO_CONFIG_DIR = before;
    await rm(folder, { recursive: true });
  });

  const begin = (id: string, rows: TestCase[], args: string[] = []) => {
    appendCorrelationRows(suiteOf(rows), args);
    persistRunPlan(id);
  };
  const names = (suite: TestSuite) => imagesOf(suite).map((test) => test.vars?.image);
  const all = images(6);
  const some = [4, 1, 3].map((i) => all[i]!);

  it.each([
    ['--retry-errors', ['eval', '--retry-errors']],
    ['--resume', ['eval', '--resume']],
    ['--resume latest', ['eval', '--resume', 'latest', '-j', '3']],
    ['--resume <id>', ['eval', '--resume', 'eval-x:1']],
  ])('has the rows it began with, in their order: %s', (_, args) => {
    begin('eval-x:1', some);
    expect(names(appendCorrelationRows(suiteOf(all), args))).toEqual(['4.png', '1.png', '3.png']);
  });

  it('takes the rows of the evaluation named', () => {
    begin('eval-old', some);
    begin('eval-new', all);
    expect(names(appendCorrelationRows(suiteOf(all), ['--resume', 'eval-old']))).toHaveLength(3);
  });

  it('finds a row whose MOS was corrected', () => {
    begin('eval-x', some);
    const corrected = all.map((test) => ({ ...test, vars: { ...test.vars, mos: 99 } }));
    expect(names(appendCorrelationRows(suiteOf(corrected), ['--retry-errors']))).toEqual([
      '4.png',
      '1.png',
      '3.png',
    ]);
  });

  it('goes over all rows when nothing is known of the evaluation', () => {
    expect(names(appendCorrelationRows(suiteOf(all), ['--resume', 'eval-unknown']))).toHaveLength(
      6,
    );
  });

  describe('has the columns it began with', () => {
    const prompt = (label: string) => ({ label, raw: `{"${label}": 1}` });
    const withColumns = (labels: string[], prompts: object[]) =>
      ({
        ...suiteOf(all),
        providers: labels.map((label) => ({ label, id: () => `x#${label}` })),
        prompts,
      }) as unknown as TestSuite;
    const [one, two] = [prompt('one'), prompt('two')];

    it('though promptfoo gives it a prompt for each of them', () => {
      appendCorrelationRows(withColumns(['a', 'b'], [one, two]), []);
      persistRunPlan('eval-x');
      const again = withColumns(['a', 'b'], [one, two, one, two]);
      expect(appendCorrelationRows(again, ['--retry-errors']).prompts).toEqual([one, two]);
    });

    it.each([
      [
        'a provider is gone',
        ['a'],
        [one, two],
        '4 columns and would go on with 2',
        '"b, one" is gone',
      ],
      ['a provider is new', ['a', 'b', 'c'], [one, two], 'go on with 6', '"c, one" is new'],
      ['they stand in another order', ['b', 'a'], [one, two], 'go on with 4', 'another order'],
    ])('or stops where %s', (_, labels, prompts, counts, what) => {
      appendCorrelationRows(withColumns(['a', 'b'], [one, two]), []);
      persistRunPlan('eval-x');
      const goOn = () => appendCorrelationRows(withColumns(labels, prompts), ['--resume']);
      expect(goOn).toThrow(counts);
      expect(goOn).toThrow(what);
    });
  });

  it('refuses when a row is gone', () => {
    begin('eval-x', some);
    expect(() => appendCorrelationRows(suiteOf(all.slice(0, 3)), ['--retry-errors'])).toThrow(
      '2 of the 3 rows that this evaluation was begun with are not in the data set any more (4.png of d, …), so it cannot go on; put them back, or run it anew',
    );
  });

  it('refuses to go on after --filter-range, which would cut the correlation row off', () => {
    begin('eval-x', some, ['--filter-range', '1:4']);
    expect(() => appendCorrelationRows(suiteOf(all), ['--resume'])).toThrow(
      /begun with --filter-range 1:4.*run it anew/,
    );
  });
});
