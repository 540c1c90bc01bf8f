import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import rankCorrelation, { rankCorrelationConfigSchema } from '../../assertions/rank-correlation.ts';
import { CORRELATION_KEY } from '../../src/harness/row-keys.ts';
import { baselinesOf } from '../../src/report/gate-lines.ts';
import { answerOf } from '../assertions/answers.ts';
import { jsonOf, linesOf, type SavedColumn, save } from '../report/history/saved-runs.ts';

/** Scores that follow MOS but for a repeated disorder of this size, in images. */
const answered = (disorder: number, extra = {}) =>
  answerOf(
    Array.from({ length: 60 }, (_, i) => 0.2 + (i + disorder * Math.sin(i * 2.3)) / 200),
    extra,
  );
const good = answered(6);
const poor = answered(30);

let folder = '';
let runs = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iqa-green-'));
  mkdirSync(join(folder, 'runs'));
  runs = relative('.', join(folder, 'runs'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const passed = { pass: true };
const column = (answer = good, extra: Partial<SavedColumn> = {}): SavedColumn => ({
  answers: [answer],
  gate: passed,
  ...extra,
});

/** A run of this day of September. */
const saved = (name: string, day: number, ...columns: SavedColumn[]): string =>
  save(
    runs,
    name,
    jsonOf({ date: new Date(Date.UTC(2026, 8, day, 4, 30)).toISOString(), columns }),
  );

const judge = (answer = good, config: object = {}) =>
  rankCorrelation('', {
    config: { baseline: { lastGreen: runs, ...config }, margin: 0.05 },
    metadata: { correlation: answer },
  });

describe('the last green run as the baseline', () => {
  it('is the newest in which everything passed; the reason names it, its date and what was passed over', () => {
    saved('a.json', 1, column(good));
    saved('b.json', 2, column(poor));
    saved('c.json', 3, column(good, { gate: { pass: false, sentence: 'SRCC 0.1, below 0.7' } }));
    const { pass, reason } = judge();
    expect(pass).toBe(true);
    expect(reason).toMatch(
      `the baseline is ${runs}/b.json, the last green run, of 2026-09-02 04:30 UTC; passed over, as newer and not it: ${runs}/c.json (a gate failed: SRCC 0.1, below 0.7)`,
    );
    // By SciPy, the poor run has 0.608.
    expect(reason).toMatch(/; baseline 0\.61 \[/);
  });

  it('fails what falls behind it', () => {
    saved('a.json', 1, column(good));
    expect(judge(poor)).toMatchObject({
      pass: false,
      reason: expect.stringMatching(/reaches below the allowed -0\.05\. the baseline is .*a\.json/),
      metadata: { iqaGate: { judged: true } },
    });
  });

  it.each<[string, SavedColumn[], RegExp]>([
    ['a row in error', [column(good, { images: [{}, { error: 'timeout' }] })], /1 row in error/],
    [
      'an error of its correlation row',
      [{ answers: [{ dataset: 'd', error: 'no score' }], gate: passed }],
      /1 row in error/,
    ],
    ['a failed row', [column(good, { images: [{ success: false }] })], /1 row failed/],
    ['no gate', [{ answers: [good] }], /it has no gate/],
    [
      'a gate that judged nothing',
      [column(good, { gate: { pass: true, judged: false } })],
      /a gate failed: SRCC 0\.5/,
    ],
    [
      'a gate of another column that failed',
      [column(), column(good, { prompt: 'other', gate: { pass: false } })],
      /a gate failed/,
    ],
    [
      'a column that was not reached',
      [column(), { answers: [], prompt: 'other' }],
      /it was not finished/,
    ],
    [
      'images without their correlation row',
      [column(), { answers: [], prompt: 'other', images: [{}] }],
      /it was not finished/,
    ],
  ])('passes over a run with %s', (_, columns, because) => {
    saved('a.json', 1, column(good));
    saved('b.json', 2, ...columns);
    expect(judge().reason).toMatch(/the baseline is \S*a\.json, the last green run, of 2026-09-01/);
    expect(judge().reason).toMatch(because);
  });

  it('passes over runs without the column or the data set, and files that are none', () => {
    saved('a.json', 1, column(good));
    saved('b.json', 2, column(good, { prompt: 'five-level' }));
    saved('c.json', 3, column(answered(6, { dataset: 'other' })));
    writeFileSync(join(runs, 'd.json'), '{"half');
    writeFileSync(join(runs, 'package.json'), '{"name":"x"}');
    save(runs, 'e.json', jsonOf({ date: null, columns: [column()] }));
    save(runs, 'f.jsonl', linesOf(jsonOf({ date: null, columns: [column()] })));
    const { pass, reason } = judge();
    expect(pass).toBe(true);
    expect(reason).toMatch(/passed over, .*c\.json \(it has no correlation over "d"\) and 1 more/);
    // Of those two it may be that they were green, and newer.
    expect(reason).toMatch(/; not read: \S+d\.json \(it is not JSON; .*\) and 1 more$/);
  });

  it('takes a pattern, and a folder with its subfolders and links to files', () => {
    mkdirSync(join(runs, 'sub'));
    saved(join('sub', 'a.json'), 1, column(good));
    const elsewhere = save(
      folder,
      'elsewhere.json',
      jsonOf({ date: '2026-09-05T00:00:00.000Z', columns: [column(good)] }),
    );
    symlinkSync(elsewhere, join(runs, 'link.json'));
    symlinkSync(runs, join(folder, 'loop'));
    expect(judge(good).reason).toContain(`${runs}/link.json, the last green run`);
    expect(judge(good, { lastGreen: `${runs}/sub/*.json` }).reason).toContain('sub/a.json');
    expect(judge(good, { lastGreen: `${runs}/nothing/*.json` })).toMatchObject({ pass: false });
  });

  it.each<[string, () => void, RegExp]>([
    [
      'an empty folder',
      () => undefined,
      /no green run in \S+: it has no output; name a run to begin with: the output of one that you accept, as baseline\.file/,
    ],
    [
      'no folder',
      () => rmSync(runs, { recursive: true }),
      /no green run: there is no file or folder \S+ in \S+; name a run to begin with/,
    ],
    [
      'none that is green',
      () => saved('a.json', 1, column(good, { gate: { pass: false, sentence: 'SRCC 0.2' } })),
      /no green run in \S+: 1 output, of which the newest is \S+a\.json \(a gate failed: SRCC 0\.2\); name a run/,
    ],
  ])('without one the gate fails and says what to do: %s', (_, prepare, message) => {
    prepare();
    const { pass, reason, metadata } = judge();
    expect(pass).toBe(false);
    expect(reason).toMatch(message);
    expect(metadata).toMatchObject({ iqaGate: { judged: false } });
  });

  it('takes the file beside it as long as there is none', () => {
    const file = save(folder, 'first.json', jsonOf({ date: null, columns: [column(good)] }));
    const begun = judge(good, { file });
    expect(begun.pass).toBe(true);
    expect(begun.reason).toContain(
      `no green run in ${runs}: it has no output, so the baseline is ${file}`,
    );
    saved('a.json', 1, column(poor));
    expect(judge(poor, { file }).pass).toBe(true);
    const gone = judge(good, { lastGreen: join(folder, 'none'), file: 'gone.json' });
    expect(gone.reason).toMatch(/no green run: .*; baseline gone\.json: no such file in/);
  });

  it('is an older one where newer ones are over other images, and says so', () => {
    saved('a.json', 1, column(good));
    saved('b.json', 2, column({ ...good, rows: good.rows.slice(0, 40) }));
    saved('c.json', 3, column({ ...good, rows: good.rows.slice(0, 30) }));
    const { pass, reason } = judge();
    expect(pass).toBe(true);
    expect(reason).toContain(
      `the baseline is ${runs}/a.json, the last green run, of 2026-09-01 04:30 UTC; passed over, as newer and not it: ${runs}/c.json (30 images not in that run`,
    );
  });

  it('over other images is not comparable, and says how to begin anew', () => {
    saved('a.json', 1, column(good));
    saved('b.json', 2, column(good));
    const fewer = { ...good, rows: good.rows.slice(0, 40) };
    expect(judge(fewer).reason).toMatch(
      /; not comparable with baseline \S+b\.json \(candidate, qdebias\): 20 images only in the baseline .*\. to begin anew with what differs, give lastGreen another folder/,
    );
  });

  it('is one of several columns by its name', () => {
    saved('a.json', 1, column(good, { provider: 'x' }), column(poor, { provider: 'y' }));
    expect(judge(good).reason).toMatch(
      /2 columns have the prompt "qdebias"; name one with baseline\.column/,
    );
    expect(judge(poor, { column: 'y' })).toMatchObject({ pass: true });
    expect(judge(poor, { column: 'x' })).toMatchObject({ pass: false });
  });

  it('is, of several columns of its prompt, the one of its own provider', () => {
    saved('a.json', 1, column(good, { provider: 'x' }), column(poor, { provider: 'y' }));
    const passes = (label: string) =>
      rankCorrelation('', {
        config: { baseline: { lastGreen: runs } },
        metadata: { correlation: poor },
        provider: { id: () => 'debiased', label, callApi: async () => ({}) },
      }).pass;
    expect(['x', 'y', 'z'].map(passes)).toEqual([false, true, false]);
  });

  it('sees a run that was added since', () => {
    saved('a.json', 1, column(good));
    expect(judge().reason).toContain('a.json, the last green run');
    saved('b.json', 2, column(good));
    expect(judge().reason).toContain('b.json, the last green run');
  });

  it('is not overwritten by the run: its green outputs are baselines, the others are not', () => {
    const green = saved('a.json', 1, column(good));
    saved('b.json', 2, column(good, { gate: { pass: false } }));
    const test = {
      metadata: { [CORRELATION_KEY]: {} },
      assert: [{ type: 'javascript' as const, config: { baseline: { lastGreen: runs } } }],
    };
    expect(baselinesOf([test])).toEqual([green]);
  });

  it('is asked for by a path, alone or beside a file', () => {
    const errorOf = (baseline: unknown) =>
      rankCorrelationConfigSchema.safeParse({ baseline }).error?.issues[0]?.message;
    expect(errorOf({})).toBe('a baseline needs file, lastGreen or both');
    expect(errorOf({ lastGreen: 'file://runs' })).toMatch(/a plain path/);
    expect(errorOf({ lastGreen: 'runs', file: 'first.json', column: 'x' })).toBeUndefined();
  });
});
