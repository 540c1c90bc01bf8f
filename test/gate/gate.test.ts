import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import rankCorrelation from '../../assertions/rank-correlation.ts';
import type { CorrelationAnswer } from '../../src/rows/correlation-row.ts';
import { answerOf, condition } from '../assertions/answers.ts';

type Row = CorrelationAnswer['rows'][number];

const folder = mkdtempSync(join(tmpdir(), 'iqa-baseline-'));
afterAll(() => rmSync(folder, { recursive: true }));

const judge = (answer: CorrelationAnswer, config: object) =>
  rankCorrelation('', { config, metadata: { correlation: answer } });

interface SavedColumn {
  provider: string;
  prompt?: string;
  answers: CorrelationAnswer[];
}

let files = 0;
/** Writes what `promptfoo eval -o` writes of these columns. */
function saved(...columns: SavedColumn[]): string {
  const file = join(folder, `baseline-${files++}.json`);
  const results = columns.flatMap(({ answers }, promptIdx) => [
    { promptIdx, response: { output: '{}', metadata: { mos: 1 } } },
    { promptIdx, response: null, error: 'an earlier attempt' },
    ...answers.map((correlation) => ({ promptIdx, response: { metadata: { correlation } } })),
  ]);
  const prompts = columns.map(({ provider, prompt = 'qdebias' }) => ({ provider, label: prompt }));
  writeFileSync(file, JSON.stringify({ evalId: 'e', results: { version: 3, prompts, results } }));
  return file;
}
const savedOne = (answer: CorrelationAnswer): string =>
  saved({ provider: 'old', answers: [answer] });

/** Scores that follow MOS but for a repeated disorder of this size, in images. */
const scoresOf = (disorder: number, count = 60): number[] =>
  Array.from({ length: count }, (_, i) => 0.2 + (i + disorder * Math.sin(i * 2.3)) / 200);
const good = answerOf(scoresOf(6));
const poor = answerOf(scoresOf(30));
const slightlyPoor = answerOf(scoresOf(25));
const constant = answerOf(Array.from({ length: 60 }, () => 0.5));

describe('min', () => {
  it('is reached by the correlation, or with confidence by the lower end of its interval', () => {
    expect(judge(good, { min: 0.9 })).toMatchObject({
      pass: true,
      reason: expect.stringMatching(/^SRCC 0\.9\d \[0\.9\d, 0\.9\d\] on 60 images, at least 0\.9$/),
    });
    expect(judge(poor, { min: 0.5 }).pass).toBe(true);
    const held = judge(poor, { min: 0.5, confidence: 0.95 });
    expect(held.pass).toBe(false);
    expect(held.reason).toMatch(
      /^SRCC 0\.\d\d \[(0\.\d\d), 0\.\d\d\] on 60 images; its lower end \1 is below 0\.5$/,
    );
    expect(judge(good, { min: 0.5, confidence: 0.95 }).pass).toBe(true);
  });

  it('holds the scores of its weights', () => {
    const answer = answerOf([0.4, 0.5, 0.9]);
    const [poorest, between, best] = answer.rows as [Row, Row, Row];
    // 0.5 by equal weights, 0 by those in proportion to the similarities.
    const split = { ...between, conditions: [condition(1, 0), condition(0, 1, 'spatter')] };
    const rows = [poorest, split, best];
    const passes = (weights: string) =>
      judge({ ...answer, rows }, { min: 0.9, minImages: 3, weights }).pass;
    expect([passes('uniform'), passes('proportional')]).toEqual([true, false]);
  });

  it('holds PLCC of the scores as they are, not of those that are ranked', () => {
    // On a line, and two of them in one step of 1e-6.
    const line = answerOf([0.3, 0.3 + 4e-7, 0.3 + 8e-7]);
    expect(judge(line, { metric: 'PLCC', min: 0.99, minImages: 3 }).pass).toBe(true);
    expect(judge(line, { metric: 'SRCC', min: 0.99, minImages: 3 }).pass).toBe(false);
  });

  it('takes a wider interval for more confidence', () => {
    const lowEnd = (confidence: number) =>
      Number(/\[(-?[\d.]+),/.exec(judge(poor, { confidence }).reason)?.[1]);
    expect(lowEnd(0.99)).toBeLessThan(lowEnd(0.8));
  });

  it('shows as many decimals as tell the sides of the bound apart', () => {
    const srcc = judge(good, {}).namedScores?.SRCC ?? Number.NaN;
    for (const offset of [-0.004, -0.0004, -0.00004, 0.00004, 0.0004, 0.004]) {
      const min = srcc + offset;
      const { reason } = judge(good, { min });
      const shown = Number(/^SRCC ([\d.]+)/.exec(reason)?.[1]);
      expect(Math.sign(shown - min)).toBe(-Math.sign(offset));
      expect(reason).toContain(offset > 0 ? ', below 0.9' : ', at least 0.9');
    }
  });

  it('resamples groups where the data set has them, and says when they are few', () => {
    const grouped = {
      ...good,
      rows: good.rows.map((row, i) => ({ ...row, group: `reference ${i % 8}` })),
    };
    expect(judge(grouped, { min: 0.5, minImages: 8, confidence: 0.95 }).reason).toMatch(
      /on 60 images in 8 groups; .*\. 8 groups are few, so the interval is Student's$/,
    );
    const few = {
      ...good,
      rows: good.rows.map((row, i) => ({ ...row, group: `reference ${i % 3}` })),
    };
    expect(judge(few, { min: 0.5, minImages: 3, confidence: 0.95 })).toMatchObject({
      pass: false,
      reason: expect.stringMatching(
        /^SRCC 0\.9\d on 60 images in 3 groups; without an interval, min 0\.5 is not reached\. an interval needs at least 5 .* there are 3$/,
      ),
    });
    expect(judge(few, { min: 0.5, minImages: 3 }).pass).toBe(true);
  });

  it('is not judged over fewer images than minImages, 20 by default', () => {
    const few = (count: number) => answerOf(scoresOf(0, count));
    expect(judge(few(19), { min: 0.5 })).toMatchObject({
      pass: false,
      reason: expect.stringMatching(
        /^SRCC 1\.00 on 19 images; too few to judge min 0\.5: 19 images, fewer than minImages 20$/,
      ),
      metadata: { iqaGate: { judged: false } },
    });
    expect(judge(few(20), { min: 0.5 }).pass).toBe(true);
    expect(judge(few(4), { min: 0.5, minImages: 4 }).pass).toBe(true);
    expect(judge(few(4), { min: 0.5, minImages: 5 }).pass).toBe(false);
  });

  it('counts groups where there are groups', () => {
    const grouped = (groups: number) => ({
      ...good,
      rows: good.rows.map((row, i) => ({ ...row, group: `reference ${i % groups}` })),
    });
    expect(judge(grouped(19), { min: 0.5 })).toMatchObject({
      pass: false,
      reason: expect.stringContaining('19 groups, fewer than minImages 20'),
    });
    expect(judge(grouped(20), { min: 0.5 }).pass).toBe(true);
  });

  describe('counts a file once, however many rows show it', () => {
    const copies = answerOf(
      scoresOf(0, 40).map((_, i) => 0.1 + (i % 4) / 10),
      {},
    );
    const rows = copies.rows.map((row, i) => ({ ...row, sha256: `file ${i % 4}`, mos: i % 4 }));
    it.each([
      ['rows of their own', rows, 'on 4 images (40 rows); too few to judge min 0.5: 4 images'],
      [
        'groups of their own',
        rows.map((row, i) => ({ ...row, group: `name ${i}` })),
        'on 4 images (40 rows) in 4 groups; too few to judge min 0.5: 4 groups',
      ],
    ])('as %s', (_, copied, reason) => {
      const result = judge({ ...copies, rows: copied }, { min: 0.5 });
      expect(result).toMatchObject({ pass: false, reason: expect.stringContaining(reason) });
      // One unit a file, and fewer than 5 units have no interval.
      expect(judge({ ...copies, rows: copied }, { min: 0.5, minImages: 4 }).reason).toMatch(
        /^SRCC 1\.00 on 4 images \(40 rows\)/,
      );
    });
  });

  it('says when every answer was reused, and of when they are', () => {
    const reused = { first: '2026-09-01T23:59:00.000Z', last: '2026-10-11T00:01:00.000Z' };
    expect(judge({ ...good, reused }, { min: 0.9 }).reason).toMatch(
      /at least 0\.9\. every answer was reused: they were bought from 2026-09-01 to 2026-10-11$/,
    );
    const oneDay = { ...reused, first: '2026-10-11T00:00:00.000Z' };
    expect(judge({ ...good, reused: oneDay }, { min: 0.99 }).reason).toMatch(
      /below 0\.99\. every answer was reused: they were bought on 2026-10-11$/,
    );
  });

  it('is not judged where some images have a group and others none', () => {
    const mixed = {
      ...good,
      rows: good.rows.map((row, i) => (i < 2 ? row : { ...row, group: `reference ${i % 8}` })),
    };
    const { pass, reason, namedScores } = judge(mixed, { min: 0.5 });
    expect({ pass, namedScores }).toEqual({ pass: false, namedScores: undefined });
    expect(reason).toMatch(
      /^no correlation, because 2 of 60 images have no group \(.*\) and the others have one, so it is not known what belongs together; give every image its group/,
    );
  });
});

describe('baseline', () => {
  it('passes the same scores, and says how the difference lies to the margin', () => {
    const baseline = { file: savedOne(good) };
    const result = judge(good, { baseline });
    expect(result.pass).toBe(true);
    expect(result.reason).toMatch(
      /^SRCC (0\.\d\d \[.*\]) on 60 images; baseline \1; difference 0\.00 \[0\.00, 0\.00\] does not reach below the allowed 0$/,
    );
  });

  it('fails a worse column with a sentence that a reviewer can act on', () => {
    const result = judge(poor, { baseline: { file: savedOne(good) }, margin: 0.02 });
    expect(result.pass).toBe(false);
    expect(result.reason).toMatch(
      /^SRCC 0\.\d\d \[0\.\d\d, 0\.\d\d\] on 60 images; baseline 0\.\d\d \[0\.\d\d, 0\.\d\d\]; difference -0\.\d\d \[-0\.\d\d, -0\.\d\d\] reaches below the allowed -0\.02$/,
    );
    expect(result.namedScores).toHaveProperty('SRCC');
    expect(judge(poor, { baseline: { file: savedOne(slightlyPoor) }, margin: 0.5 }).pass).toBe(
      true,
    );
    expect(judge(good, { baseline: { file: savedOne(poor) } }).pass).toBe(true);
  });

  it('is held by the lower end of the interval of the difference, and not by the difference', () => {
    // -0.07 [-0.11, -0.03]
    const baseline = { file: savedOne(slightlyPoor) };
    const verdicts = [0.05, 0.09, 0.13].map((margin) => judge(poor, { baseline, margin }));
    expect(verdicts.map(({ pass }) => pass)).toEqual([false, false, true]);
    expect(verdicts[1]?.reason).toMatch(/reaches below the allowed -0\.09$/);
  });

  it('is not judged with more confidence than the draws can tell, which is said once', () => {
    const { pass, reason } = judge(good, {
      ...{ baseline: { file: savedOne(good) }, confidence: 0.99999 },
    });
    expect(pass).toBe(false);
    expect(reason.match(/bootstrap draws cannot say/g)).toHaveLength(1);
    const held = judge(good, { min: 0.5, confidence: 0.99999 });
    expect(held.pass).toBe(false);
    expect(held.reason).toMatch(/min 0\.5 is not reached.*2000 bootstrap draws cannot say/);
  });

  it('takes the confidence of the gate, and the groups of the images', () => {
    const baseline = { file: savedOne(slightlyPoor) };
    expect(judge(poor, { baseline, margin: 0.09, confidence: 0.5 }).pass).toBe(true);
    const inGroups = (answer: CorrelationAnswer) => ({
      ...answer,
      rows: answer.rows.map((row, i) => ({ ...row, group: `reference ${i % 8}` })),
    });
    expect(
      judge(inGroups(poor), { baseline: { file: savedOne(inGroups(slightlyPoor)) } }).reason,
    ).toContain("8 groups are few, so the interval is Student's");
  });

  it('pairs images by content, whatever their order and path', () => {
    const shuffled = {
      ...good,
      rows: good.rows.toReversed().map((row) => ({ ...row, image: `elsewhere/${row.image}` })),
    };
    expect(judge(good, { baseline: { file: savedOne(shuffled) } }).pass).toBe(true);
  });

  it('is held beside min, and both must hold', () => {
    const baseline = { file: savedOne(good) };
    expect(judge(good, { baseline, min: 0.99 })).toMatchObject({
      pass: false,
      reason: expect.stringMatching(/below 0\.99; baseline .* does not reach below/),
    });
    expect(judge(good, { baseline, min: 0.5 }).pass).toBe(true);
  });

  it('takes the metric and the weights of the gate for both', () => {
    const result = judge(poor, {
      metric: 'KRCC',
      weights: 'uniform',
      baseline: { file: savedOne(good) },
    });
    expect(result.reason).toMatch(/^KRCC .*; difference -0\.\d\d/);
  });

  const { asked } = good;
  if (!asked) throw new Error('the answer says how it was asked');
  const rowsWith = (change: (row: CorrelationAnswer['rows'][number], i: number) => object) => ({
    ...good,
    rows: good.rows.map((row, i) => ({ ...row, ...change(row, i) })),
  });
  it.each<[string, CorrelationAnswer, RegExp]>([
    [
      'other images',
      rowsWith((row, i) => (i < 5 ? { sha256: `other ${i}`, image: `new-${i}.png` } : row)),
      /5 images not in the baseline \(0\.png, 1\.png, 2\.png and 2 more\); 5 images only in the baseline \(new-0\.png, new-1\.png, new-2\.png and 2 more\)/,
    ],
    [
      'fewer images',
      { ...good, rows: good.rows.slice(1) },
      /1 image not in the baseline \(0\.png\)$/,
    ],
    [
      'another MOS',
      rowsWith((_, i) => (i === 7 ? { mos: 7.5 } : {})),
      /1 image with another MOS \(7\.png: 7\.5 there, 7 here\)/,
    ],
    [
      'a MOS that rose',
      rowsWith((_, i) => (i === 7 ? { mos: 6.5 } : {})),
      /1 image with another MOS \(7\.png: 6\.5 there, 7 here\)/,
    ],
    [
      'the MOS of the other direction',
      rowsWith((row) => ({ mos: -1 - row.mos })),
      /60 images with another MOS, in the opposite order, as if only one of the runs had direction: lower \(/,
    ],
    [
      'other groups',
      rowsWith((_, i) => (i === 7 ? { group: 'a' } : { group: 'b' })),
      /60 images with another group \(0\.png: "b" there, no group here, .* and 57 more\)$/,
    ],
    [
      'other degradations',
      { ...good, asked: { ...asked, conditions: [{ degradation: 'fog', severity: 3 }] } },
      /degradations: fog 3 in the baseline, fog 4 here/,
    ],
    [
      'a single image each',
      { ...good, asked: { ...asked, conditions: [] } },
      /degradations: none in the baseline, fog 4 here/,
    ],
    [
      'another seed',
      { ...good, asked: { ...asked, seed: 5 } },
      /seed of the degradations: 5 in the baseline, 0 here/,
    ],
    [
      'another probability source',
      { ...good, asked: { ...asked, sources: ['samples (20)'] } },
      /probabilities: samples \(20\) in the baseline, logprobs here/,
    ],
    ['an answer of an earlier version', { ...good, asked: undefined }, /does not say how it asked/],
    ['another data set', { ...good, dataset: 'other' }, /no correlation over "d"/],
  ])('is not comparable over %s, and says what differs', (_, baseline, difference) => {
    const result = judge(good, { baseline: { file: savedOne(baseline) } });
    expect(result.pass).toBe(false);
    expect(result.reason).toMatch(
      /^SRCC 0\.\d\d \[.*\] on 60 images; not comparable with baseline .*\.json \(old, qdebias\): /,
    );
    expect(result.reason).toMatch(difference);
    expect(result.namedScores).toHaveProperty('SRCC');
  });

  it('names images that were sent otherwise, or of which that is not known', () => {
    const as = (maxPixels: number | 'unlimited') => ({
      ...good,
      asked: { ...asked, sent: { encoding: 'png', maxPixels } },
    });
    const small = judge(as('unlimited'), { baseline: { file: savedOne(as(20_000)) } });
    expect(small.pass).toBe(true);
    expect(small.reason).toMatch(
      /\. images sent: of at most 20000 pixels, as png in the baseline, whole, as png here$/,
    );
    const unknown = judge(as('unlimited'), { baseline: { file: savedOne(good) } });
    expect(unknown.reason).toMatch(/\. images sent: not said in the baseline, whole, as png here$/);
    const same = judge(as(20_000), { baseline: { file: savedOne(as(20_000)) } });
    expect(same.reason).not.toContain('images sent');
  });

  it('names another model and another prompt text, which do not fail it', () => {
    const changed = {
      ...good,
      asked: { ...asked, models: ['model-0'], prompt: { label: 'qdebias', sha256: 'other' } },
    };
    const result = judge(good, { baseline: { file: savedOne(changed) } });
    expect(result.pass).toBe(true);
    expect(result.reason).toMatch(
      /\. model: model-0 in the baseline, model-1 here\. prompt qdebias: its text has changed$/,
    );
  });

  it('keeps a file that stands twice in the data set apart by its MOS', () => {
    const twice = rowsWith((_, i) => (i === 1 ? { sha256: 'sha 0' } : {}));
    const turned = { ...twice, rows: twice.rows.toReversed() };
    expect(judge(twice, { baseline: { file: savedOne(turned) } }).pass).toBe(true);
    expect(judge(twice, { baseline: { file: savedOne(good) } }).reason).toMatch(/not comparable/);
  });
});

describe('the column of a baseline', () => {
  const column = (provider: string, prompt: string, answer = good): SavedColumn => ({
    provider,
    prompt,
    answers: [answer],
  });

  it('is the one with the same prompt where there is one', () => {
    const file = saved(column('old', 'two-level', poor), column('old', 'qdebias'));
    expect(judge(good, { baseline: { file } })).toMatchObject({
      pass: true,
      reason: expect.stringContaining('difference 0.00'),
    });
  });

  it.each([
    ['b', 'difference 0.00'],
    ['b, qdebias', 'difference 0.00'],
    ['a', 'difference 0.'],
    ['c', 'difference 0.00'],
  ])('is named %s', (name, reason) => {
    const file = saved(
      column('a', 'qdebias', poor),
      column('b', 'qdebias'),
      column('b', 'two-level', poor),
      column('c', 'renamed'),
    );
    expect(judge(good, { baseline: { file, column: name } }).reason).toContain(reason);
  });

  it.each([
    [
      'several with the same prompt',
      {},
      /2 columns have the prompt "qdebias"; name one with baseline\.column: "a, qdebias", "b, qdebias"$/,
    ],
    ['an unknown name', { column: 'z' }, /no column "z"; it has "a, qdebias", "b, qdebias"$/],
  ])('is refused for %s', (_, extra, reason) => {
    const file = saved(column('a', 'qdebias'), column('b', 'qdebias'));
    const result = judge(good, { baseline: { file, ...extra } });
    expect(result.pass).toBe(false);
    expect(result.reason).toMatch(reason);
  });

  it('is refused where several have one name, which no configuration can tell apart', () => {
    const file = saved(column('a', 'qdebias'), column('a', 'qdebias', poor));
    for (const extra of [{}, { column: 'a' }, { column: 'a, qdebias' }]) {
      expect(judge(good, { baseline: { file, ...extra } }).reason).toMatch(
        /2 columns are called "a, qdebias" and cannot be told apart; give their providers labels/,
      );
    }
  });

  it('is refused when no prompt is the same and none is named', () => {
    const file = saved(column('a', 'other'));
    expect(judge(good, { baseline: { file } }).reason).toMatch(
      /no column has the prompt "qdebias"; name one with baseline\.column: "a, other"$/,
    );
  });
});

describe('a baseline that cannot be used', () => {
  const written = (text: string): string => {
    const file = join(folder, `broken-${files++}.json`);
    writeFileSync(file, text);
    return file;
  };
  it.each([
    [
      'that is not there',
      'none.json',
      /baseline none\.json: no such file in .*; an evaluation of the old model with -o none\.json makes it/,
    ],
    ['that is no JSON', written('nothing'), /cannot be read as an output of promptfoo eval/],
    ['of something else', written('{"a": 1}'), /results: .*it is missing/],
    [
      'without correlation rows',
      written('{"results": {"prompts": [], "results": []}}'),
      /no correlation row without an error/,
    ],
    [
      'with two rows of one column',
      saved({ provider: 'old', answers: [good, poor] }),
      /its column "old, qdebias" has two correlation rows over "d", so it is not known which one counts/,
    ],
    [
      'whose scores are all the same',
      saved({ provider: 'old', answers: [constant] }),
      /no comparison: in the baseline all 60 scores are 0\.\d+, so there is no correlation/,
    ],
    [
      'with a broken correlation row',
      written(
        '{"results": {"prompts": [{"label": "p", "provider": "q"}], "results": [{"promptIdx": 0, "response": {"metadata": {"correlation": {"dataset": "d"}}}}]}}',
      ),
      /results\[0\]\.response\.metadata\.correlation: several: .*it is missing/,
    ],
  ])('%s fails the gate with the reason', (_, file, reason) => {
    const result = judge(good, { baseline: { file } });
    expect(result.pass).toBe(false);
    expect(result.reason).toMatch(/^SRCC 0\.\d\d .*; no comparison: (in the )?baseline /);
    expect(result.reason).toMatch(reason);
  });
});

describe('minCoverage', () => {
  const missing = [{ image: '60.png', reason: 'timeout' }];
  const partial = { ...good, missing };

  it('names the rows without a score where they are allowed', () => {
    expect(judge(partial, { minCoverage: 0.9, min: 0.5 })).toMatchObject({
      pass: true,
      reason: expect.stringMatching(
        /at least 0\.5\. 1 of 61 images have no score and are left out: 60\.png \(timeout\)$/,
      ),
    });
  });

  it('is asked of the images of both runs by a comparison', () => {
    const all = scoresOf(6, 100);
    const lost = (from: number, to: number): CorrelationAnswer => {
      const answer = answerOf(all);
      return {
        ...answer,
        rows: answer.rows.filter((_, i) => i < from || i >= to),
        missing: answer.rows.slice(from, to).map(({ image }) => ({ image, reason: 'timeout' })),
      };
    };
    const compare = (now: CorrelationAnswer, before: CorrelationAnswer) =>
      judge(now, { minCoverage: 0.9, baseline: { file: savedOne(before) }, margin: 0.1 });
    expect(compare(lost(0, 10), lost(0, 10)).pass).toBe(true);
    expect(compare(answerOf(all), lost(0, 10)).pass).toBe(true);
    const otherHalf = compare(lost(0, 10), lost(10, 20));
    expect(otherHalf.pass).toBe(false);
    expect(otherHalf.reason).toContain(
      '80 of the 100 images of this run are scored in both, fewer than minCoverage 0.9 asks for; 80 of the 100 images of the baseline',
    );
    // The baseline itself was let through by another minCoverage.
    const old = compare(answerOf(all), lost(0, 40));
    expect(old).toMatchObject({ pass: false, metadata: { iqaGate: { judged: false } } });
    expect(old.reason).toContain('; not comparable with baseline');
  });

  it('takes its remark on few images from those that are compared', () => {
    const now = answerOf(scoresOf(2, 22));
    const before = {
      ...now,
      rows: now.rows.slice(4),
      missing: now.rows.slice(0, 4).map(({ image }) => ({ image, reason: 'timeout' })),
    };
    const { reason } = judge(now, { minCoverage: 0.8, baseline: { file: savedOne(before) } });
    expect(reason).toMatch(/on 22 images; on the 18 that both scored/);
    expect(reason).toMatch(/18 compared images are few/);
  });

  it('fails an assertion that asks for more than the row has', () => {
    expect(judge(partial, {})).toMatchObject({
      pass: false,
      reason: '1 of 61 images have no score, more than minCoverage 1 allows',
    });
  });

  it('compares with a baseline over the images that both scored, and names the others', () => {
    const full = answerOf([...scoresOf(6), 0.9]);
    const result = judge(partial, { minCoverage: 0.9, baseline: { file: savedOne(full) } });
    expect(result.pass).toBe(true);
    expect(result.reason).toMatch(
      /on 60 images; on the 60 that both scored 0\.\d\d \[.*\]; baseline .*\. not scored by both and left out of the comparison: 60\.png\. 1 of 61 images/,
    );
  });
});

describe('the configuration of a gate', () => {
  it.each([
    [{ margin: 0.1 }, /margin: a margin needs a baseline/],
    [{ baseline: { file: 'b.json' }, margin: 0.51 }, /margin: .*0\.5/],
    [{ minImages: 30 }, /minImages: minImages needs a min/],
    [{ min: 0.5, minImages: 0 }, /minImages: /],
    [{ confidence: 95 }, /confidence: /],
    [{ minCoverage: 2 }, /minCoverage: /],
    [{ baseline: 'baseline.json' }, /baseline: /],
    [{ baseline: { file: 'file://baseline.json' } }, /baseline\.file: a plain path/],
    [{ baseline: { files: 'x' } }, /unknown key "baseline\.files", did you mean "file"\?/],
    [{ metric: 'RMSE' }, /metric: /],
  ])('refuses %j', (config, reason) => {
    const result = judge(good, config);
    expect(result.pass).toBe(false);
    expect(result.reason).toMatch(/^assertion rank-correlation: config: /);
    expect(result.reason).toMatch(reason);
  });
});
