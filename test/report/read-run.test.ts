import { describe, expect, it } from 'vitest';
import { readRun } from '../../src/report/run/read-run.ts';
import { evaluation, imageResult, images, type MadeColumn } from './evaluations.ts';

const column: MadeColumn = { provider: 'm', prompt: 'two-level', score: ({ mos }) => mos / 10 };

describe('readRun', () => {
  it('reads a column for each provider and prompt, with its rows in their order', () => {
    const run = readRun(evaluation([column, { ...column, prompt: 'qdebias' }], images(3)));
    expect(run.columns.map(({ prompt }) => prompt)).toEqual(['two-level', 'qdebias']);
    expect(
      run.columns[0]?.rows.map(({ image, mos, scored }) => [image, mos, scored?.score]),
    ).toEqual([
      ['d/0.png', 1, 0.1],
      ['d/1.png', 2, 0.2],
      ['d/2.png', 3, 0.3],
    ]);
    expect(run.evaluations).toEqual(['eval-1']);
  });

  it('keeps the new result of a row that was asked again, wherever the old error stands', () => {
    const made = evaluation([column], images(3));
    const failing = { ...column, score: () => 'refused' };
    const old = imageResult(failing, images(3)[1] as never, 1, 'd', { promptIdx: 0, testIdx: 1 });
    for (const results of [
      [old, ...made.results],
      [...made.results, old],
    ]) {
      const [read] = readRun({ ...made, results }).columns;
      expect(read?.rows.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
    }
  });

  it('says in one line of an answer that cannot be read what it is', () => {
    const made = evaluation([column], images(1));
    const [result] = made.results;
    // As a transform of the test may leave it.
    const results = [{ ...result!, response: { ...result!.response!, output: 'Good' } }];
    const [read] = readRun({ ...made, results }).columns;
    expect(read?.rows[0]?.error).toBe(
      'the answer is not readable: the whole: Invalid input: expected object, received string (found "Good")',
    );
  });

  it('takes correlations over the first repetition, and knows the others', () => {
    let calls = 0;
    const counting = { ...column, score: () => (calls++ % 2 === 0 ? 0.25 : 0.75) };
    const [read] = readRun(evaluation([counting], images(3), { repeat: 2 })).columns;
    expect(read?.rows.map(({ scored }) => scored?.score)).toEqual([0.25, 0.25, 0.25]);
    expect(read?.repetitions.map(({ scored }) => scored?.score)).toEqual([0.75, 0.75, 0.75]);
  });

  it('keeps an image that the configuration lists twice as two rows', () => {
    const [image] = images(1);
    const twice = [image, image] as NonNullable<typeof image>[];
    const [read] = readRun(evaluation([column], twice)).columns;
    expect(read?.rows).toHaveLength(2);
    expect(read?.repetitions).toHaveLength(0);
  });

  it('says of which data sets no correlation may be taken', () => {
    const source = (file: string) => ({ file, read: { mos: 'mos' } });
    const from = (file: string) =>
      images(2, file.length).map((one) => ({ ...one, source: source(file) }));
    const pooledOf = (listed: Parameters<typeof evaluation>[1], options = {}) =>
      readRun(evaluation([column], listed, options)).columns[0]?.pooled;
    expect(pooledOf(from('a.csv'))).toEqual(new Map());
    expect(pooledOf(from('a.csv'), { repeat: 2 })).toEqual(new Map());
    expect(pooledOf([...from('a.csv'), ...from('other.csv')])?.get('d')).toBe(
      'two sources are called d: a.csv (mos: mos) and other.csv (mos: mos); set `dataset` of one to another name',
    );
    expect(pooledOf([...images(2), ...images(1)])?.get('d')).toContain(
      'd has 1 image more than once (d/0.png)',
    );
  });

  it('keeps a failed row with its reason', () => {
    const failing = { ...column, score: () => 'no such file' };
    const [read] = readRun(evaluation([failing], images(2))).columns;
    expect(read?.rows).toMatchObject([
      { scored: undefined, error: 'no such file', mos: 1 },
      { scored: undefined, error: 'no such file', mos: 2 },
    ]);
  });

  it('leaves columns of other providers out, and names them', () => {
    const made = evaluation([column, { ...column, provider: 'echo' }], images(2));
    const results = made.results.map((result) =>
      result.promptIdx === 1 ? { ...result, response: { output: 'hello' } } : result,
    );
    const run = readRun({ ...made, results });
    expect(run.columns).toHaveLength(1);
    expect(run.otherColumns).toEqual(['echo, two-level']);
  });

  it("scores by the weights of the column's rank-correlation", () => {
    const [read] = readRun(
      evaluation([{ ...column, rank: { weights: 'uniform', minCoverage: 0.5 } }], images(2)),
    ).columns;
    expect(read?.settings).toEqual({ weights: 'uniform', minCoverage: 0.5 });
  });

  it('reads what the data set says of an image, and not what the plugin notes', () => {
    const tagged = [{ ...images(1)[0], tags: { family: 'jpeg', iqaPreview: '1', truth: 't' } }];
    const [read] = readRun(evaluation([column], tagged as never)).columns;
    expect(read?.rows[0]).toMatchObject({ tags: { family: 'jpeg' }, truth: 't' });
  });

  describe('gates', () => {
    const gated = (repeat: number, verdicts: (object | undefined)[]) => {
      const made = evaluation([column], images(3), { repeat: 1 });
      const row = made.results.at(-1) as (typeof made.results)[number];
      const assert = [
        { config: { min: 0.5 } },
        { config: { metric: 'KRCC' } },
        { config: { baseline: { file: 'b.json' } } },
      ];
      const rows = Array.from({ length: repeat }, (_, i) => ({
        ...row,
        testIdx: row.testIdx + i,
        testCase: { ...row.testCase, assert },
        ...verdicts[i],
      }));
      return readRun({ ...made, results: [...made.results.slice(0, -1), ...rows] }).columns[0]
        ?.gates;
    };
    const judged = (...reasons: string[]) => ({
      gradingResult: {
        componentResults: reasons.map((reason) => ({ pass: reason.startsWith('+'), reason })),
      },
    });

    const says = (reason: string) => ({ reason, sentence: reason, remarks: [] });

    it('are the assertions with a bound', () => {
      expect(gated(1, [judged('+ above', '+ no bound', '- fell')])).toEqual([
        { dataset: 'd', of: 'images', passed: true, judged: true, ...says('+ above') },
        { dataset: 'd', of: 'images', passed: false, judged: true, ...says('- fell') },
      ]);
    });

    it('have failed where the row is in error, and say what they were held against', () => {
      const failed = { success: false, response: { error: 'd: no correlation' } };
      expect(gated(1, [failed])).toEqual([
        {
          dataset: 'd',
          of: 'images',
          passed: false,
          judged: false,
          ...says('min 0.5: d: no correlation'),
        },
        {
          dataset: 'd',
          of: 'images',
          passed: false,
          judged: false,
          ...says('baseline b.json: d: no correlation'),
        },
      ]);
    });

    it('are listed once however often they are repeated, unless they say different things', () => {
      const same = judged('+ above', '+', '- fell');
      expect(gated(2, [same, same])).toHaveLength(2);
      expect(gated(3, [same, judged('+ above', '+', '+ rose'), same])).toMatchObject([
        { dataset: 'd', passed: true, reason: '+ above' },
        { dataset: 'd', passed: false, reason: '- fell', repetitions: [1, 3] },
        { dataset: 'd', passed: true, reason: '+ rose', repetitions: [2] },
      ]);
    });
  });
});
