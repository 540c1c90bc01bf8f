import { describe, expect, it } from 'vitest';
import { buildReport } from '../../src/report/build-report.ts';
import { mergeRuns } from '../../src/report/run/merge-runs.ts';
import { readRun } from '../../src/report/run/read-run.ts';
import type { DatasetSource } from '../../src/rows/dataset-source.ts';
import { evaluation, images, type MadeColumn, type MadeImage, noise } from './evaluations.ts';

const column: MadeColumn = {
  provider: 'm',
  prompt: 'two-level',
  score: ({ mos }) => 0.2 + 0.6 * noise(mos),
};
const runOf = (listed: readonly MadeImage[], columns: readonly MadeColumn[] = [column]) =>
  readRun(evaluation(columns, listed));
const merge = (...runs: ReturnType<typeof runOf>[]) =>
  mergeRuns(runs.map((run, index) => ({ file: `${index}.json`, run })));
const options = { draws: { draws: 1000, seed: 0, confidence: 0.95 }, disagreements: 3, files: [] };
const measured = (run: ReturnType<typeof runOf>) => buildReport(run, options).report.datasets;

describe('mergeRuns', () => {
  it('makes of shards what the undivided run makes, in any order', () => {
    const columns = [column, { ...column, prompt: 'qdebias', method: 'debiased' as const }];
    const whole = measured(runOf(images(40), columns));
    const shard = (from: number, to: number) => runOf(images(40).slice(from, to), columns);
    expect(measured(merge(shard(0, 13), shard(13, 40)))).toEqual(whole);
    expect(measured(merge(shard(25, 40), shard(0, 13), shard(13, 25)))).toEqual(whole);
  });

  it('puts columns of different names beside each other', () => {
    const run = merge(runOf(images(4)), runOf(images(4), [{ ...column, provider: 'other' }]));
    expect(run.columns.map(({ provider }) => provider)).toEqual(['m', 'other']);
  });

  it('keeps columns of one name in one run apart, and joins them with those of other runs in their order', () => {
    const columns = [column, { ...column, score: ({ mos }: MadeImage) => 1 - mos! / 100 }];
    const scoresOf = (run: ReturnType<typeof runOf>) =>
      run.columns.map(({ rows }) => rows.map(({ scored }) => scored?.score));
    const whole = runOf(images(8), columns);
    expect(scoresOf(merge(whole))).toEqual(scoresOf(whole));
    expect(scoresOf(whole)[0]).not.toEqual(scoresOf(whole)[1]);
    const shards = [runOf(images(5), columns), runOf(images(8).slice(5), columns)];
    expect(scoresOf(merge(...shards))).toEqual(scoresOf(whole));
  });

  it('counts an image that both have once', () => {
    const run = merge(runOf(images(4)), runOf(images(4, 2)));
    expect(run.columns[0]?.rows.map(({ image }) => image)).toEqual(
      images(6).map(({ image }) => image),
    );
  });

  it('counts the repetitions of an image that both have once, and keeps further ones', () => {
    const repeated = (listed: readonly MadeImage[], repeat: number) =>
      readRun(evaluation([column], listed, { repeat }));
    const run = merge(repeated(images(4), 2), repeated(images(4, 2), 3));
    expect(run.columns[0]?.repetitions.map(({ image }) => image).sort()).toEqual(
      [0, 1, 2, 2, 3, 3, 4, 4, 5, 5].map((number) => `d/${number}.png`),
    );
    const whole = repeated(images(4), 3);
    expect(measured(merge(whole, whole))[0]?.entries[0]?.cost).toEqual(
      measured(whole)[0]?.entries[0]?.cost,
    );
  });

  it('knows an image again where the data set lies in another folder', () => {
    const moved = (run: ReturnType<typeof runOf>) => ({
      ...run,
      columns: run.columns.map((one) => ({
        ...one,
        rows: one.rows.map((row) => ({ ...row, image: `/mnt/${row.image}` })),
      })),
    });
    expect(merge(runOf(images(4)), moved(runOf(images(4)))).columns[0]?.rows).toHaveLength(4);
  });

  it('keeps images of one name in two folders apart', () => {
    const inFolder = (folder: string) => [{ image: `${folder}/1.png`, mos: folder.length }];
    expect(merge(runOf(inFolder('a')), runOf(inFolder('bb'))).columns[0]?.rows).toHaveLength(2);
  });

  it('prefers a score to an error about the same image, whichever comes first', () => {
    const failing = runOf(images(3), [{ ...column, score: () => 'timed out' }]);
    for (const run of [merge(failing, runOf(images(3))), merge(runOf(images(3)), failing)]) {
      expect(run.columns[0]?.rows.every(({ scored }) => scored)).toBe(true);
      expect(run.columns[0]?.rows).toHaveLength(3);
    }
  });

  it('refuses outputs that disagree about an image', () => {
    const other = runOf(images(4), [
      { ...column, score: ({ mos }) => (mos === 2 ? 0.5 : 0.2 + 0.6 * noise(mos)) },
    ]);
    expect(() => merge(runOf(images(4)), other)).toThrow(
      /0\.json and 1\.json: column "m, two-level" disagrees about 1 image that both have: d\/1\.png \(score .* and 0\.5\)/,
    );
    const rescored = images(4).map((image) => ({ ...image, mos: image.mos + 1 }));
    expect(() => merge(runOf(images(4)), runOf(rescored))).toThrow(
      /disagrees about 4 images .*MOS 1 and 2.*and 1 more/,
    );
  });

  it.each([
    ['another seed', { seed: 7 }, /seed is 0 and 7/],
    ['another encoding', { encoding: 'jpeg' }, /sent is .*png.* and .*jpeg/],
    ['another model behind the name', { model: 'm-2' }, /model is \["m-1"\] and \["m-2"\]/],
    ['another source of probabilities', { source: 'samples' }, /source is logprobs and samples/],
    ['another prompt text', { promptText: '{"a":2}' }, /the prompt text differs/],
    [
      'other weights',
      { rank: { weights: 'uniform' } },
      /weights of rank-correlation is unset and uniform/,
    ],
  ])('refuses %s under the same name', (_, change, message) => {
    expect(() => merge(runOf(images(3)), runOf(images(3, 3), [{ ...column, ...change }]))).toThrow(
      message,
    );
  });

  const read = (listed: readonly MadeImage[], source: Partial<DatasetSource>) =>
    runOf(
      listed.map((image) => ({
        ...image,
        source: { file: 'mos.csv', read: { mos: 'mos' }, contents: 'c1', ...source },
      })),
    );

  it('joins runs of one list that lies elsewhere, and runs that do not say', () => {
    const here = read(images(3), {});
    const there = read(images(3, 3), { file: '/data/mos.csv', images: '/data' });
    expect(merge(here, there, runOf(images(3, 6))).columns[0]?.rows).toHaveLength(9);
    // After its list was corrected, a run that went on has rows of both.
    const corrected = [...images(1), ...images(1, 1)].map((image, index) => ({
      ...image,
      source: { file: 'mos.csv', read: { mos: 'mos' }, contents: `c${index}` },
    }));
    expect(merge(runOf(corrected), read(images(3, 3), {})).columns[0]?.rows).toHaveLength(5);
  });

  it.each([
    ['another list', { file: 'b/mos.csv', contents: 'c2' }],
    ['another column', { read: { mos: 'MOS' } }],
    ['another split', { read: { mos: 'mos', splitColumn: 'set', split: 'test' } }],
  ])('refuses %s under the name of a data set', (_, source) => {
    expect(() => merge(read(images(3), {}), read(images(3, 3), source))).toThrow(
      /what is called d is not the same list in both \(mos\.csv \(mos: mos\) and .*mos\.csv \(mos: .*different names/,
    );
  });

  it('says what differs between two lists that are read alike', () => {
    expect(() => merge(read(images(3), {}), read(images(3, 3), { contents: 'c2' }))).toThrow(
      'not the same list in both (mos.csv (mos: mos), with other names or scores)',
    );
  });

  it('takes no correlation over two lists of one run, joined or not', () => {
    const two = [
      ...read(images(10), {}).columns,
      ...read(images(10, 10), { file: 'b/mos.csv' }).columns,
    ].flatMap(({ rows }) => rows);
    const pooled = runOf(
      two.map(({ image, mos, source }) => ({ image, mos: mos ?? 0, ...(source && { source }) })),
    );
    for (const run of [merge(pooled), merge(runOf(images(3, 30)), pooled)]) {
      const [entry] = measured(run)[0]?.entries ?? [];
      expect(entry?.SRCC).toMatchObject({
        estimate: null,
        problem: expect.stringContaining('two sources are called d'),
      });
      expect(entry?.mapping.PLCC.estimate).toBeNull();
      expect(entry?.disagreements).toEqual([]);
      expect(measured(run)[0]?.tags).toEqual([]);
    }
  });

  it('takes a prompt text for the same that differs in the order of its keys', () => {
    const a = { ...column, promptText: '{"a":1,"b":2}' };
    const b = { ...column, promptText: '{"b":2, "a":1}' };
    expect(merge(runOf(images(3), [a]), runOf(images(3, 3), [b])).columns[0]?.rows).toHaveLength(6);
  });
});
