import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import pairAgreement from '../../../assertions/pair-agreement.ts';
import { CORRELATION_KEY } from '../../../src/harness/row-keys.ts';
import { baselinesOf } from '../../../src/report/gate-lines.ts';
import type { AnsweredPair, PreferenceAnswer } from '../../../src/rows/preference-row.ts';
import { answerOf as imagesAnswer } from '../../assertions/answers.ts';
import { jsonOf, type SavedColumn, save } from '../../report/history/saved-runs.ts';

interface ReferencePair {
  first: string;
  second: string;
  group: string;
  share: number;
  now: number;
  before: number;
}

/** Made by make-reference.py. */
const { pairs, expected } = JSON.parse(
  readFileSync(new URL('reference.json', import.meta.url), 'utf8'),
) as {
  pairs: ReferencePair[];
  expected: Record<
    string,
    Record<'now' | 'before' | 'difference' | 'units', number> &
      Record<'low' | 'high', [number, number]>
  >;
};

const ASKED: NonNullable<PreferenceAnswer['asked']> = {
  conditions: [],
  seed: 0,
  sources: ['logprobs'],
  models: ['model-1'],
  prompt: { label: 'pair', sha256: 'text' },
};

const rowOf = ({ first, second, group, share }: ReferencePair, p: number): AnsweredPair => ({
  ...{ first: `${first}.png`, second: `${second}.png` },
  ...{ firstSha256: `sha ${first}`, secondSha256: `sha ${second}`, group, share },
  output: {
    ...{ probability: p, shownFirst: p, shownSecond: p, tie: 0, positionBias: 0 },
    ...{ isInconsistent: false, source: 'logprobs' },
  },
});

const answerOf = (run: 'now' | 'before', extra: Partial<PreferenceAnswer> = {}) => ({
  ...{ dataset: 'd', several: false, repeatIndex: 0, missing: [], asked: ASKED },
  rows: pairs.map((pair) => rowOf(pair, pair[run])),
  ...extra,
});
const newer = answerOf('now');
const older = answerOf('before');

/** The same pair, listed the other way round. */
const turned = (row: AnsweredPair): AnsweredPair => ({
  ...row,
  ...{ first: row.second, second: row.first },
  ...{ firstSha256: row.secondSha256, secondSha256: row.firstSha256 },
  share: 1 - row.share,
  output: { ...row.output, probability: 1 - row.output.probability },
});

const withRow = (
  answer: PreferenceAnswer,
  place: number,
  change: (row: AnsweredPair) => AnsweredPair,
): PreferenceAnswer => ({
  ...answer,
  rows: answer.rows.map((row, index) => (index === place ? change(row) : row)),
});

let folder = '';
beforeEach(() => {
  folder = relative('.', mkdtempSync(join(tmpdir(), 'iqa-preferences-')));
});
afterEach(() => rmSync(folder, { recursive: true }));

const column = (answer: PreferenceAnswer, extra: Partial<SavedColumn> = {}): SavedColumn => ({
  ...{ answers: [answer], of: 'pairs', prompt: 'pair', gate: { pass: true } },
  ...extra,
});

const saved = (answer: PreferenceAnswer): string =>
  save(folder, 'old.json', jsonOf({ date: null, columns: [column(answer)] }));

const judge = (answer: PreferenceAnswer, config: object) =>
  pairAgreement('', { config, metadata: { preferences: answer } });

/** Held against this run. */
const against = (before: PreferenceAnswer, config: object = {}, now: PreferenceAnswer = newer) =>
  judge(now, { baseline: { file: saved(before) }, margin: 0.01, ...config });

const UNJUDGED = { pass: false, metadata: { iqaGate: { judged: false } } };

/** `[estimate, low, high]` of the difference. */
const differenceIn = (reason: string): number[] =>
  (/difference (\S+) \[(\S+), (\S+)\]/.exec(reason) ?? []).slice(1).map(Number);

describe('pairs against a baseline', () => {
  it.each(Object.entries(expected))(
    '%s: difference and paired interval are those of NumPy, over sets of pairs that hang together',
    (metric, { now, before, difference, low, high }) => {
      const { reason } = against(older, { metric });
      expect(reason).toMatch(
        new RegExp(
          `^${metric} ${now.toFixed(2)} \\[.*; baseline ${before.toFixed(2)} \\[.*; difference ${difference.toFixed(2)} \\[`,
        ),
      );
      const [, from, to] = differenceIn(reason);
      const rounding = 0.005;
      expect(from).toBeGreaterThan(low[0] - rounding);
      expect(from).toBeLessThan(low[1] + rounding);
      expect(to).toBeGreaterThan(high[0] - rounding);
      expect(to).toBeLessThan(high[1] + rounding);
    },
  );

  it('holds the lower end of the interval against the margin', () => {
    const [least, most] = expected.ACCURACY!.low;
    expect(against(older, { margin: -least })).toMatchObject({
      pass: true,
      reason: expect.stringContaining(' does not reach below the allowed -0.316'),
      metadata: { iqaGate: { judged: true } },
    });
    expect(against(older, { margin: -most })).toMatchObject({
      pass: false,
      reason: expect.stringContaining(' reaches below the allowed -0.2829'),
      metadata: { iqaGate: { judged: true } },
    });
  });

  it('passes the same answers with no margin, and a better run', () => {
    expect(against(newer, { margin: 0 })).toMatchObject({
      pass: true,
      reason: expect.stringContaining('difference 0.00 [0.00, 0.00] does not reach below'),
    });
    expect(against(newer, { margin: 0 }, older).pass).toBe(true);
  });

  it('takes a pair that is listed the other way round, under other names and in another place, for the same', () => {
    const other = older.rows
      .map((row, index) => (index % 3 === 0 ? turned(row) : row))
      .map((row) => ({ ...row, first: `old/${row.first}`, second: `old/${row.second}` }))
      .toReversed();
    for (const metric of Object.keys(expected)) {
      expect(against({ ...older, rows: other }, { metric }).reason).toBe(
        against(older, { metric }).reason,
      );
    }
  });

  it('matches copies of one pair in the order of their shares, whichever way round each stands', () => {
    const copies = (answer: PreferenceAnswer): AnsweredPair[] =>
      [0.2, 0.5, 0.9].map((share, i) => {
        const [row] = answer.rows as [AnsweredPair];
        return {
          ...row,
          share,
          first: `copy ${i}.png`,
          output: { ...row.output, probability: share },
        };
      });
    const now = { ...newer, rows: [...newer.rows.slice(1), ...copies(newer)] };
    const [low, even, high] = copies(older) as [AnsweredPair, AnsweredPair, AnsweredPair];
    const before = {
      ...older,
      rows: [turned(high), low, turned(even), ...older.rows.slice(1)],
    };
    expect(against(before, {}, now).metadata).toMatchObject({ iqaGate: { judged: true } });
  });

  it('says of how many pairs the preferred image changed, unless all answers are the same', () => {
    const lessSure = newer.rows.map((row) => {
      const p = row.output.probability;
      return { ...row, output: { ...row.output, probability: p - (p - 0.5) * 0.2 } };
    });
    const said = 'the two prefer different images of 0 of 81 pairs';
    const changed = pairs.filter(
      ({ share, now, before }) => share !== 0.5 && Math.sign(now - 0.5) !== Math.sign(before - 0.5),
    ).length;
    expect(against(older).reason).toContain(
      `the two prefer different images of ${changed} of 81 pairs. `,
    );
    const two = newer.rows.map((row, i) => {
      // People are not evenly divided on these.
      const isChanged = i === 1 || i === 2;
      return isChanged
        ? { ...row, output: { ...row.output, probability: 1 - row.output.probability } }
        : row;
    });
    expect(against({ ...newer, rows: two }).reason).toContain(
      'the two prefer different images of 2 of 81 pairs, so few that the lower end of the difference is that of Wilson',
    );
    expect(against({ ...newer, rows: lessSure }).reason).toContain(said);
    expect(against({ ...newer, rows: lessSure }, { metric: 'LOGLIK' }).reason).not.toContain(said);
    expect(against(newer).reason).not.toContain(said);
    expect(against({ ...newer, rows: newer.rows.map(turned) }).reason).not.toContain(said);
  });

  it('is held beside min, each with its own phrase', () => {
    const { pass, reason } = against(older, { min: 0.5, margin: 0.4 });
    expect(pass).toBe(true);
    expect(reason).toMatch(/ on 81 pairs, at least 0\.5; baseline 0\.91 /);
    expect(against(older, { min: 0.8, margin: 0.4 }).pass).toBe(false);
  });

  it.each<[string, PreferenceAnswer, RegExp]>([
    [
      'fewer pairs',
      { ...older, rows: older.rows.slice(0, 60) },
      /30 pairs not in the baseline \(a56\.png \| b60\.png, a61\.png \| b61\.png, .* and 27 more\)/,
    ],
    [
      'more pairs',
      { ...older, rows: [...older.rows, rowOf({ ...pairs[0]!, first: 'x', second: 'y' }, 0.4)] },
      /1 pair only in the baseline \(x\.png \| y\.png\)/,
    ],
    [
      'another content of a file',
      withRow(older, 3, (row) => ({ ...row, secondSha256: 'another' })),
      /1 pair not in the baseline \(a3\.png \| b3\.png\); 1 pair only in the baseline/,
    ],
    [
      'another share',
      withRow(older, 3, (row) => ({ ...row, share: 0.85 })),
      /1 pair with another share \(a3\.png \| b3\.png: 0\.85 there, 0\.\d here\)/,
    ],
    [
      'shares of the other image',
      { ...older, rows: older.rows.map((row) => ({ ...row, share: 1 - row.share })) },
      /81 pairs with another share, as if one of the runs had the share of the second image \(a0/,
    ],
    [
      'another group',
      withRow(older, 3, ({ group: _, ...row }) => row),
      /1 pair with another group \(a3\.png \| b3\.png: no group there, "photograph 1" here\)/,
    ],
    [
      'another source of the probabilities',
      { ...older, asked: { ...ASKED, sources: ['samples (20)'] } },
      /probabilities: samples \(20\) in the baseline, logprobs here/,
    ],
    [
      'an older version, which did not say how it asked',
      { ...older, asked: undefined } as unknown as PreferenceAnswer,
      /the baseline does not say how it asked; make it again with this version/,
    ],
    [
      'another data set',
      { ...older, dataset: 'other' },
      /not comparable with baseline \S+ \(candidate, pair\): it has no preferences over "d"/,
    ],
  ])('does not judge against %s, and says what differs', (_, before, because) => {
    const verdict = against(before, { margin: 0.5 });
    expect(verdict).toMatchObject(UNJUDGED);
    expect(verdict.reason).toMatch(/^ACCURACY 0\.72 \[.*; not comparable with baseline /);
    expect(verdict.reason).toMatch(because);
  });

  it('names what may differ', () => {
    const asked = { ...ASKED, models: ['model-0'], prompt: { label: 'pair', sha256: 'other' } };
    const { reason } = against({ ...older, asked });
    expect(reason).toContain('model: model-0 in the baseline, model-1 here');
    expect(reason).toContain('prompt pair: its text has changed');
  });

  describe('pairs that one run has not answered', () => {
    const missing = [3, 4].map((place) => ({
      // The list had this one the other way round.
      pair: place === 3 ? 'a3.png | b3.png' : 'b4.png | a4.png',
      reason: 'timeout',
    }));
    const fewer = { ...older, rows: older.rows.filter((_, i) => i !== 3 && i !== 4), missing };

    it('are left out of both and named, within minCoverage', () => {
      const { reason, metadata } = against(fewer, { metric: 'LOGLIK', minCoverage: 0.9 });
      expect(metadata).toMatchObject({ iqaGate: { judged: true } });
      expect(reason).toContain('on 90 pairs; on the 88 that both answered -0.6');
      expect(reason).toContain(
        'not answered by both and left out of the comparison: a3.png | b3.png, a4.png | b4.png',
      );
    });

    it('are too many below it', () => {
      const verdict = against(fewer, { minCoverage: 0.99 });
      expect(verdict).toMatchObject(UNJUDGED);
      expect(verdict.reason).toContain(
        '88 of the 90 pairs of this run are answered in both, fewer than minCoverage 0.99 asks for',
      );
    });
  });

  it('does not judge fewer than five independent sets of pairs', () => {
    const few = (answer: PreferenceAnswer) => ({ ...answer, rows: answer.rows.slice(0, 8) });
    const verdict = against(few(older), {}, few(newer));
    expect(verdict).toMatchObject(UNJUDGED);
    expect(verdict.reason).toMatch(
      /; no comparison: an interval needs at least 5 independent .*\(pairs that share an image or a group are one\)/,
    );
  });

  it('says in which run a metric is not defined', () => {
    const decided = newer.rows.filter(({ share }) => share > 0.5);
    const right = decided.map((row) => ({ ...row, output: { ...row.output, probability: 0.9 } }));
    const verdict = against(
      { ...newer, rows: right },
      { metric: 'KAPPA' },
      { ...newer, rows: decided },
    );
    expect(verdict).toMatchObject(UNJUDGED);
    expect(verdict.reason).toContain('in the baseline people and judge give one and the same');
  });

  it.each<[string, () => string, RegExp]>([
    ['is not there', () => join(folder, 'none.json'), /no such file in .*; an evaluation of the/],
    [
      'is no output',
      () => {
        writeFileSync(join(folder, 'half.json'), '{"half');
        return join(folder, 'half.json');
      },
      /cannot be read as an output of promptfoo eval -o/,
    ],
    [
      'is one of images',
      () => {
        const columns = [{ answers: [imagesAnswer([0.1, 0.2, 0.3])], prompt: 'pair' }];
        return save(folder, 'images.json', jsonOf({ date: null, columns }));
      },
      /it holds no preference row without an error; make it again with pair-agreement/,
    ],
    [
      'holds an answer of another shape',
      () => saved({ ...older, rows: [{}] } as unknown as PreferenceAnswer),
      /response\.metadata\.preferences/,
    ],
    [
      'has two rows of the data set',
      () =>
        save(
          folder,
          'two.json',
          jsonOf({ date: null, columns: [column(older, { answers: [older, older] })] }),
        ),
      /has two preference rows over "d"/,
    ],
    [
      'has no such prompt',
      () =>
        save(
          folder,
          'five.json',
          jsonOf({ date: null, columns: [column(older, { prompt: 'pair-five' })] }),
        ),
      /no column has the prompt "pair"; name one with baseline\.column: "candidate, pair-five"/,
    ],
  ])('fails and says what to do where the baseline %s', (_, file, because) => {
    const verdict = judge(newer, { baseline: { file: file() }, margin: 0.5 });
    expect(verdict).toMatchObject(UNJUDGED);
    expect(verdict.reason).toMatch(because);
  });

  it('refuses a margin without a baseline', () => {
    expect(judge(newer, { margin: 0.1 })).toMatchObject({
      pass: false,
      reason: expect.stringContaining('a margin needs a baseline'),
    });
  });
});

describe('the last green run of pairs', () => {
  let runs = '';
  beforeEach(() => {
    runs = join(folder, 'runs');
    mkdirSync(runs);
  });
  const run = (name: string, day: number, ...columns: SavedColumn[]): string =>
    save(
      runs,
      name,
      jsonOf({ date: new Date(Date.UTC(2026, 8, day, 4, 30)).toISOString(), columns }),
    );
  const judged = (config: object = {}) =>
    judge(newer, { baseline: { lastGreen: runs, ...config }, margin: 0.5 });

  it('is the newest that passed, has the pairs and is comparable', () => {
    run('a.json', 1, column(older));
    run('b.json', 2, column(newer, { gate: { pass: false, sentence: 'ACCURACY 0.1' } }));
    run('c.json', 3, column({ ...newer, rows: newer.rows.slice(0, 60) }));
    // A data set of images of that name is another one.
    run('d.json', 4, { answers: [imagesAnswer([0.1, 0.2])], prompt: 'pair', gate: { pass: true } });
    const { pass, reason } = judged();
    expect(pass).toBe(true);
    expect(reason).toContain('; baseline 0.91 [');
    expect(reason).toContain(
      `the baseline is ${runs}/a.json, the last green run, of 2026-09-01 04:30 UTC; passed over, as newer and not it: ${runs}/d.json (it has no preferences over "d") and 2 more`,
    );
  });

  it('is not comparable where none is, and says how to begin anew', () => {
    run('a.json', 1, column({ ...newer, rows: newer.rows.slice(0, 60) }));
    const verdict = judged();
    expect(verdict).toMatchObject(UNJUDGED);
    expect(verdict.reason).toMatch(
      /not comparable with baseline \S+a\.json \(candidate, pair\): 30 pairs not in the baseline .*\. to begin anew with what differs, give lastGreen another folder/,
    );
  });

  it('is a file as long as there is none, and without one the gate fails and says what to do', () => {
    expect(judged({ file: saved(older) }).reason).toMatch(
      /no green run in .*, so the baseline is \S+old\.json/,
    );
    expect(judged()).toMatchObject(UNJUDGED);
    expect(judged().reason).toMatch(/name a run to begin with: the output of one that you accept/);
  });

  it('is among the files that a run may not overwrite', () => {
    const green = run('a.json', 1, column(older));
    const request = { kind: 'pairs', dataset: 'd', several: false, rows: [] };
    const tests = [{ file: 'first.json' }, { lastGreen: runs }].map((baseline) => ({
      metadata: { [CORRELATION_KEY]: request },
      assert: [{ type: 'javascript' as const, value: 'x', config: { baseline } }],
    }));
    expect(baselinesOf(tests)).toEqual(['first.json', green]);
  });
});
