import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseCsv } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type History, historySchema } from '../../src/report/history/history-schema.ts';
import type { CorrelationAnswer } from '../../src/rows/correlation-row.ts';
import { answerOf } from '../assertions/answers.ts';
import { jsonOf, linesOf, type SavedColumn, save } from '../report/history/saved-runs.ts';
import { callCli } from './run-cli.ts';

/** Made by test/report/history/make-reference.py with NumPy and SciPy. */
const reference = JSON.parse(
  readFileSync(new URL('../report/history/reference-values.json', import.meta.url), 'utf8'),
) as {
  days: number[];
  mos: number[];
  columns: Record<'steady' | 'falling', number[][]>;
  expected: Record<
    'steady' | 'falling',
    {
      SRCC: number[];
      KRCC: number[];
      intervals: [number, number][];
      steps: { estimate: number; low: number; high: number; p: number; sd: number }[];
      trend: { estimate: number; p: number };
    }
  >;
};
const { columns, expected, mos } = reference;

const dayOf = (run: number): string =>
  new Date(Date.UTC(2026, 8, 1 + (reference.days[run] ?? run * 7), 4, 30)).toISOString();

/** The answer of a run of the reference, over its images or the first of them. */
function answered(
  name: 'steady' | 'falling',
  run: number,
  extra: Partial<CorrelationAnswer> = {},
  count = mos.length,
): CorrelationAnswer {
  const answer = answerOf(columns[name][run]!.slice(0, count), extra);
  return {
    ...answer,
    rows: answer.rows.map((row, i) => ({ ...row, mos: mos[i]!, source: 'computed' })),
    asked: extra.asked ?? { ...answer.asked!, models: [`vendor-model-2026-0${run + 1}`] },
  };
}

const asked = (answer: CorrelationAnswer, other: object): CorrelationAnswer => ({
  ...answer,
  asked: { ...answer.asked!, ...other },
});

const column = (answer: CorrelationAnswer, extra: Partial<SavedColumn> = {}): SavedColumn => ({
  ...extra,
  answers: [answer],
});

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-history-'));
  await mkdir(join(folder, 'runs'));
  vi.stubEnv('PROMPTFOO_CONFIG_DIR', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const saveRun = (name: string, run: Parameters<typeof jsonOf>[0]): string =>
  save(join(folder, 'runs'), name, jsonOf(run));

const history = (...args: string[]) => callCli(['history', ...args], folder);

async function measured(...args: string[]): Promise<History> {
  const { status, stderr } = await history(...args, '-o', 'h.json');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return historySchema.parse(JSON.parse(await readFile(join(folder, 'h.json'), 'utf8')));
}

/** The five runs of the reference, both columns. */
function saveReference(): void {
  for (const run of reference.days.keys()) {
    saveRun(`${run}.json`, {
      date: dayOf(run),
      columns: [
        column(answered('steady', run), { provider: 'steady' }),
        column(answered('falling', run), { provider: 'falling' }),
      ],
    });
  }
}

describe('a history of five runs', () => {
  it('has the correlations, changes and trends of SciPy and NumPy', async () => {
    saveReference();
    const { series, runs, metrics } = await measured(
      'runs',
      '--metric',
      'srcc',
      '--metric',
      'KRCC',
    );
    expect(metrics).toEqual(['SRCC', 'KRCC']);
    expect(runs.map(({ name }) => name)).toEqual([
      '2026-09-01',
      '2026-09-08',
      '2026-09-15',
      '2026-09-29',
      '2026-10-06',
    ]);
    expect(series.map(({ provider }) => provider)).toEqual(['steady', 'falling']);
    for (const { provider, points, steps, trends } of series) {
      const of = expected[provider as 'steady' | 'falling'];
      for (const metric of ['SRCC', 'KRCC'] as const) {
        const values = points.map((point) => point.values.find((one) => one.metric === metric)!);
        for (const [run, { estimate }] of values.entries()) {
          expect(estimate).toBeCloseTo(of[metric][run]!, 12);
        }
      }
      for (const [run, { values }] of points.entries()) {
        const [low, high] = of.intervals[run]!;
        expect(Math.abs(values[0]!.low! - low)).toBeLessThan(0.025);
        expect(Math.abs(values[0]!.high! - high)).toBeLessThan(0.015);
      }
      const [, ...tested] = steps.filter(({ metric }) => metric === 'SRCC');
      expect(tested.map(({ run, against }) => [run, against])).toEqual([
        [1, 0],
        [2, 1],
        [3, 2],
        [4, 3],
      ]);
      for (const [index, step] of tested.entries()) {
        const own = of.steps[index]!;
        expect(step.estimate).toBeCloseTo(own.estimate, 12);
        expect(Math.abs(step.low! - own.low)).toBeLessThan(own.sd / 5);
        expect(Math.abs(step.high! - own.high)).toBeLessThan(own.sd / 5);
        // Shares of 2,000 and of 20,000 draws.
        expect(Math.abs(step.pValue! - own.p)).toBeLessThan(0.01 + own.p / 8);
      }
      const trend = trends.find(({ metric }) => metric === 'SRCC')!;
      expect(trend.estimate).toBeCloseTo(of.trend.estimate, 10);
      expect(Math.abs(trend.pValue! - of.trend.p)).toBeLessThan(0.05);
      expect(trend.verdict).toBe(provider === 'falling' ? 'loss' : 'undecided');
    }
  });

  it("corrects by Holm's method what was tested of one run, and so says the same when another run joins", async () => {
    saveReference();
    const { series } = await measured('runs');
    const p = (run: number) =>
      series.map(({ steps }) => steps.find((step) => step.run === run)!.pValue!);
    const corrected = (run: number) =>
      series.map(({ steps }) => steps.find((step) => step.run === run)!.holmPValue);
    for (const run of [1, 2, 3, 4]) {
      const [less, more] = p(run).toSorted((a, b) => a - b) as [number, number];
      const holm = [Math.min(1, 2 * less), Math.max(Math.min(1, 2 * less), more)];
      expect(corrected(run).toSorted()).toEqual(holm.map((value) => expect.closeTo(value, 12)));
    }
    await rm(join(folder, 'runs', '4.json'));
    const before = await measured('runs');
    expect(before.series.map(({ steps }) => steps)).toEqual(
      series.map(({ steps }) => steps.filter(({ run }) => run < 4)),
    );
  });

  it('is printed as a table, and written as CSV with all digits', async () => {
    saveReference();
    const { stdout } = await history('runs', '--provider', 'falling', '-o', 'h.csv');
    expect(stdout).toMatch(
      /^\nd: falling, qdebias\n run +SRCC +change +since +p, corrected +verdict +images +model, as it named itself/,
    );
    expect(stdout).toMatch(
      /2026-09-08 +0\.829 \[0\.\d{3}, 0\.\d{3}\] +−0\.082 \[−0\.\d{3}, −0\.\d{3}\] +2026-09-01 +0\.00\d +fell +80 +vendor-model-2026-02/,
    );
    expect(stdout).toMatch(
      /trend of SRCC over 5 runs, 2026-09-01 to 2026-10-06: −0\.447 .*: it fell/,
    );
    expect(stdout).not.toContain('steady');
    const rows = parseCsv(await readFile(join(folder, 'h.csv'), 'utf8'), { columns: true });
    expect(rows).toHaveLength(5);
    expect(rows[1]).toMatchObject({
      run: '2026-09-08',
      date: dayOf(1),
      models: 'vendor-model-2026-02',
      since: '2026-09-01',
      verdict: 'loss',
    });
    expect(Number((rows[1] as Record<string, string>).estimate)).toBeCloseTo(
      expected.falling.SRCC[1]!,
      12,
    );
  });

  it('is written to its end where nobody reads what is printed', async () => {
    saveReference();
    const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
    const child = spawn(process.execPath, [main, 'history', 'runs', '-o', 'h.csv'], {
      cwd: folder,
    });
    child.stdout.destroy();
    const said: string[] = [];
    child.stderr.on('data', (chunk) => said.push(String(chunk)));
    const [status] = await once(child, 'close');
    expect({ status, said: said.join('') }).toEqual({ status: 0, said: '' });
    expect(await readFile(join(folder, 'h.csv'), 'utf8')).toContain('vendor-model-2026-05');
  });

  it('is a page that loads nothing and says in words what its plot shows', async () => {
    saveReference();
    const { stdout } = await history('runs');
    expect(stdout).toContain('\niqa-history.html\n');
    const html = await readFile(join(folder, 'iqa-history.html'), 'utf8');
    expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
    expect(html).toMatch(
      /role="img" aria-label="SRCC from run to run: steady, qdebias: 2026-09-01 0\.845 \[0\.\d+, 0\.\d+\], 2026-09-08 0\.839 \[0\.\d+, 0\.\d+\] \(another model\)/,
    );
  });
});

it('is Markdown for a step summary', async () => {
  saveReference();
  await history('runs', '-o', 'h.md');
  const text = await readFile(join(folder, 'h.md'), 'utf8');
  expect(text).toMatch(/^# Image quality assessment: history\n\n5 runs, 2026-09-01 to 2026-10-06/);
  expect(text).toMatch(/\| 2026-09-08 \| 0\.829 \[.*\] \| −0\.082 .* \| fell \| 80 \| vendor/);
  expect(text).not.toMatch(/(?<!\\)</);
});

describe('runs that are not comparable', () => {
  const first = answered('steady', 0);
  const stepAfter = async (now: CorrelationAnswer, args: string[] = [], config = {}) => {
    saveRun('a.json', { date: dayOf(0), columns: [column(first)] });
    saveRun('b.json', { date: dayOf(1), columns: [column(now, { config })] });
    const { series } = await measured('runs', ...args);
    return series[0]!.steps[1]!;
  };

  it.each<[string, CorrelationAnswer, RegExp, object?]>([
    ['other images', answered('steady', 1, {}, 70), /^10 images only in the run of 2026-09-01 \(/],
    [
      'another MOS',
      { ...first, rows: first.rows.map((row, i) => (i === 3 ? { ...row, mos: 9 } : row)) },
      /^1 image with another MOS \(3\.png: .* there, 9 here\)$/,
    ],
    [
      'another text of the prompt',
      asked(first, { prompt: { label: 'qdebias', sha256: 'other' } }),
      /^prompt qdebias: its text has changed$/,
    ],
    [
      'another severity',
      asked(first, { conditions: [{ degradation: 'fog', severity: 5 }] }),
      /^degradations: fog 4 in the run of 2026-09-01, fog 5 here$/,
    ],
    [
      'another number of samples',
      asked(first, { sources: ['samples (8)'] }),
      /^probabilities: logprobs in the run of 2026-09-01, samples \(8\) here$/,
    ],
    [
      'other weights',
      first,
      /^weights of rank-correlation: unset in the run of 2026-09-01, uniform here$/,
      { weights: 'uniform' },
    ],
  ])('%s: it says what differs, and tests nothing', async (_, now, message, config) => {
    const step = await stepAfter(now, [], config);
    expect(step).toMatchObject({ against: null, pValue: null, verdict: null });
    expect(step.notComparable).toEqual([{ run: 0, differences: [expect.stringMatching(message)] }]);
  });

  it('with --any-prompt another text of the prompt is a remark', async () => {
    const now = asked(answered('steady', 1), { prompt: { label: 'qdebias', sha256: 'other' } });
    const step = await stepAfter(now, ['--any-prompt']);
    expect(step.against).toBe(0);
    expect(step.remarks).toEqual([
      'model: vendor-model-2026-01 in the run of 2026-09-01, vendor-model-2026-02 here',
      'prompt qdebias: its text has changed',
    ]);
  });

  it('are passed over: the nearest earlier run that is comparable counts', async () => {
    saveRun('a.json', { date: dayOf(0), columns: [column(first)] });
    saveRun('b.json', { date: dayOf(1), columns: [column(answered('steady', 1, {}, 30))] });
    saveRun('c.json', { date: dayOf(2), columns: [column(answered('steady', 2))] });
    const { series } = await measured('runs');
    expect(series[0]!.steps[2]).toMatchObject({ run: 2, against: 0, notComparable: [{ run: 1 }] });
    expect(series[0]!.trends[0]).toMatchObject({
      runs: [0, 2],
      problem: 'a trend needs 3 comparable runs, and there are 2',
    });
    expect((await history('runs')).stdout).toContain(
      'trend of SRCC is not tested: a trend needs 3 comparable runs, and there are 2\n',
    );
  });

  it('of other names are columns of their own', async () => {
    saveRun('a.json', { date: dayOf(0), columns: [column(first, { provider: 'old name' })] });
    saveRun('b.json', { date: dayOf(1), columns: [column(first, { provider: 'new name' })] });
    const { series } = await measured('runs');
    expect(series.map(({ provider, points }) => [provider, points.length])).toEqual([
      ['new name', 1],
      ['old name', 1],
    ]);
  });
});

describe('--fail-on-drop', () => {
  const two = (before: CorrelationAnswer, now: SavedColumn['answers'][number]) => {
    saveRun('a.json', { date: dayOf(0), columns: [column(before)] });
    saveRun('b.json', { date: dayOf(1), columns: [{ answers: [now] }] });
  };

  it('ends with 100 where the newest run is lower than the one before', async () => {
    two(answered('falling', 3), answered('falling', 4));
    const { status, stdout } = await history('runs', '--fail-on-drop');
    expect(status).toBe(100);
    expect(stdout).toMatch(
      /\ndrop: d: candidate, qdebias: SRCC 0\.412 \[.*\] on 2026-09-08, −0\.242 \[.*\] against 2026-09-01, p (< )?0\.00\d: it fell\ndrops: 1 of 1\n$/,
    );
  });

  it('ends with 0 where it rose, or nothing is shown, and at a higher confidence', async () => {
    two(answered('falling', 4), answered('falling', 3));
    expect((await history('runs', '--fail-on-drop')).status).toBe(0);
    // p is 0.25 in the reference.
    two(answered('falling', 1), answered('falling', 2));
    expect((await history('runs', '--fail-on-drop')).status).toBe(0);
    expect((await history('runs', '--fail-on-drop', '--confidence', '0.5')).status).toBe(100);
  });

  it('ends with 0 where an older run fell: it looks at the newest', async () => {
    saveRun('a.json', { date: dayOf(0), columns: [column(answered('falling', 0))] });
    saveRun('b.json', { date: dayOf(1), columns: [column(answered('falling', 4))] });
    saveRun('c.json', { date: dayOf(2), columns: [column(answered('falling', 4))] });
    const { status, stdout } = await history('runs', '--fail-on-drop');
    expect(stdout).toContain('fell');
    expect(status).toBe(0);
  });

  it.each<[string, () => void, RegExp]>([
    [
      'a first run',
      () => saveRun('a.json', { date: dayOf(0), columns: [column(answered('steady', 0))] }),
      /not judged: d: candidate, qdebias: SRCC 0\.845 .*: there is no earlier run of this column/,
    ],
    [
      'other images',
      () => two(answered('steady', 0), answered('steady', 1, {}, 50)),
      /not judged: .*: no earlier run is comparable \(30 images only in the run of 2026-09-01/,
    ],
    [
      'too few images',
      () => two(answered('steady', 0, {}, 4), answered('steady', 1, {}, 4)),
      /not judged: .*: an interval needs at least 5 independent images or groups, there are 4/,
    ],
    [
      'an error',
      () => two(answered('steady', 0), { dataset: 'd', error: '3 of 80 images have no score' }),
      /not judged: d: candidate, qdebias: on 2026-09-08: 3 of 80 images have no score/,
    ],
    [
      'a file that may have held the newest run',
      () => {
        two(answered('falling', 4), answered('falling', 3));
        save(join(folder, 'runs'), 'c.json', '{"evalId":"eval-x","results":{"resu');
      },
      /not judged: runs\/c\.json: it is not JSON; .*\ndrops: 0 of 2, 1 not judged/,
    ],
  ])('ends with 101 where nothing can be said: %s', async (_, prepare, message) => {
    prepare();
    const { status, stdout } = await history('runs', '--fail-on-drop');
    expect(stdout).toMatch(message);
    expect(status).toBe(101);
  });

  it('judges a column by its last run, and says that the newest does not have it', async () => {
    two(answered('falling', 3), answered('falling', 4));
    const other = column(answered('steady', 0), { provider: 'other' });
    saveRun('c.json', { date: dayOf(2), columns: [other] });
    saveRun('d.json', { date: dayOf(3), columns: [other] });
    const { status, stdout } = await history('runs', '--fail-on-drop');
    expect(stdout).toMatch(
      /\ndrop: d: candidate, .* on 2026-09-08 \(its last: the run of 2026-09-29 does not have it\), −0\.242 /,
    );
    expect(stdout).toMatch(
      /\nno drop: d: other, qdebias: SRCC 0\.845 \[[^(]*\] on 2026-09-29, 0\.000/,
    );
    expect(status).toBe(100);
    const chosen = await history('runs', '--fail-on-drop', '--provider', 'other');
    expect(chosen.status).toBe(0);
  });

  it('names a drop first: 100 goes before 101', async () => {
    two(answered('falling', 3), answered('falling', 4));
    save(join(folder, 'runs'), 'c.json', '{');
    expect((await history('runs', '--fail-on-drop')).status).toBe(100);
  });
});

describe('which files take part', () => {
  const run = (date: string | null, extra: object = {}) => ({
    date,
    columns: [column(answered('steady', 0))],
    ...extra,
  });

  it('of a folder: its outputs, in its subfolders too; what else is there is named and left out', async () => {
    await mkdir(join(folder, 'runs', 'sub'));
    await mkdir(join(folder, 'runs', 'node_modules'));
    saveRun('a.json', run(dayOf(0)));
    saveRun(join('sub', 'b.json'), run(dayOf(1)));
    saveRun(join('node_modules', 'x.json'), run(dayOf(2)));
    saveRun('package.json', run(dayOf(3)));
    await writeFile(join(folder, 'runs', 'package.json'), '{"name":"x"}');
    await writeFile(join(folder, 'runs', 'images.jsonl'), '{"image":"a.png","mos":3}\n');
    await writeFile(join(folder, 'runs', 'notes.txt'), 'nothing');
    const other = { date: dayOf(2), columns: [{ answers: [] }] };
    saveRun('other-plugin.json', other);
    const { runs, leftOut, drops } = await measured('runs');
    expect(runs.map(({ file }) => file)).toEqual(['runs/a.json', 'runs/sub/b.json']);
    expect(leftOut.map(({ file, isBroken }) => [file, isBroken])).toEqual([
      ['runs/images.jsonl', false],
      ['runs/other-plugin.json', false],
      ['runs/package.json', false],
    ]);
    expect(drops.map(({ kind }) => kind)).toEqual(['none']);
  });

  it('named itself, a file must be an output; no file at all is an error', async () => {
    await writeFile(join(folder, 'package.json'), '{"name":"x"}');
    for (const [args, message] of [
      [['package.json'], /^error: package\.json: it is no output of promptfoo; write one with/],
      [['gone.json'], /^error: history: there is no file or folder gone\.json in /],
      [['runs'], /^error: history: there is no run to look at; write the outputs of runs there/],
      [['runs/*.json'], /^error: history: there is no run to look at/],
    ] as const) {
      const { status, stderr } = await history(...args);
      expect(stderr).toMatch(message);
      expect(status).toBe(1);
    }
  });

  it('of one evaluation one output counts, the one that was written last', async () => {
    const evalId = 'eval-abc';
    const early = { ...run(dayOf(0), { evalId }), exportedAt: dayOf(0) };
    saveRun('early.json', early);
    saveRun('late.json', { ...run(dayOf(0), { evalId }), exportedAt: dayOf(1) });
    const { runs } = await measured('runs');
    expect(runs).toMatchObject([{ file: 'runs/late.json', alsoIn: ['runs/early.json'] }]);
  });

  it('in JSON Lines they are known by the ids of their results, and dated by their file', async () => {
    const json = jsonOf(run(dayOf(0)));
    save(join(folder, 'runs'), 'a.json', json);
    save(join(folder, 'runs'), 'a.jsonl', linesOf(json));
    const alone = save(join(folder, 'runs'), 'b.jsonl', linesOf(jsonOf(run(null))));
    const time = new Date('2026-10-01T12:00:00Z');
    await utimes(alone, time, time);
    const { status, stdout } = await history('runs', '-o', 'h.json');
    expect(status).toBe(0);
    expect(stdout).toContain('runs/a.jsonl: left out: the same evaluation as runs/a.json\n');
    expect(stdout).toContain(
      'runs/b.jsonl: it does not say when the run was, as JSON Lines never do; 2026-10-01 is the date of the file\n',
    );
  });

  it('of the same moment stand beside each other, each with a name of its own', async () => {
    saveRun('a.json', run(dayOf(0)));
    saveRun('b.json', run(dayOf(0)));
    saveRun('c.json', run(dayOf(0)));
    const { runs, series } = await measured('runs');
    expect(runs.map(({ name }) => name)).toEqual([
      '2026-09-01 04:30:00',
      '2026-09-01 04:30:00 (2)',
      '2026-09-01 04:30:00 (3)',
    ]);
    expect(series[0]!.trends[0]!.problem).toBe('a trend needs times that differ');
  });

  it('are never overwritten, and an ending says what is written', async () => {
    const file = saveRun('a.json', run(dayOf(0)));
    const before = await readFile(file, 'utf8');
    const own = await history('runs', '-o', './runs/a.json');
    expect(own.stderr).toMatch(
      /^error: -o \.\/runs\/a\.json: it is one of the files that are read/,
    );
    expect(await readFile(file, 'utf8')).toBe(before);
    const ending = await history('runs', '-o', 'h.pdf');
    expect(ending.stderr).toMatch(/^error: -o h\.pdf: its ending says what is written, one of/);
    expect([own.status, ending.status]).toEqual([1, 1]);
  });

  it('says what there is instead of a name that no run has', async () => {
    saveRun('a.json', run(dayOf(0)));
    const { status, stderr } = await history('runs', '--provider', 'candidat');
    expect(stderr).toBe('error: --provider: no run has "candidat"; did you mean "candidate"?\n');
    expect(status).toBe(1);
  });
});

describe('text from outside', () => {
  it('stays text: in the page, in the terminal and in the name of a file', async () => {
    const hostile = '<script>alert(1)</script>"><img src=x onerror=alert(2)>\u001b[31m\u202e';
    const answer = { ...answered('steady', 0), dataset: hostile };
    for (const [index, name] of ['a \u001b[2J <b>&\'".json', 'ü [x] *.json'].entries()) {
      saveRun(name, {
        date: dayOf(index),
        columns: [
          column(asked(answer, { models: [hostile] }), { provider: hostile, prompt: '=1+1' }),
        ],
      });
    }
    const { status, stdout } = await history('runs', '-o', 'h.html', '-o', 'h.csv');
    expect(status).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    const html = await readFile(join(folder, 'h.html'), 'utf8');
    expect(html).not.toMatch(/<script|<img|<b>/);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(await readFile(join(folder, 'h.csv'), 'utf8')).toContain(`"'=1+1"`);
    const named = await history(join('runs', 'ü [x] *.json'), '-o', 'h.html');
    expect(named.status).toBe(0);
  });
});

describe('what is missing in a run', () => {
  it('a trend is over the images that all runs have scored, as long as they are enough', async () => {
    const config = { minCoverage: 0.95 };
    for (const run of [0, 1, 2, 3, 4]) {
      const whole = answered('falling', run);
      const { image } = whole.rows[run]!;
      const rows = whole.rows.filter((row) => row.image !== image);
      const answer = { ...whole, rows, missing: [{ image, reason: 'timeout' }] };
      saveRun(`${run}.json`, { date: dayOf(run), columns: [column(answer, { config })] });
    }
    const [four] = (await measured('runs')).series;
    // Two runs have 78 of 80 in common, all five 75.
    expect(four!.steps.map(({ images }) => images)).toEqual([null, 78, 78, 78, 78]);
    expect(four!.trends[0]!.problem).toBe(
      'only 75 of 80 images are scored in all runs, fewer than minCoverage 0.95 asks for',
    );
    await rm(join(folder, 'runs', '0.json'));
    const [three] = (await measured('runs')).series;
    expect(three!.trends[0]).toMatchObject({ runs: [0, 1, 2, 3], images: 76, verdict: 'loss' });
  });

  it('two columns of one name are not told apart', async () => {
    const same = column(answered('steady', 0));
    saveRun('a.json', { date: dayOf(0), columns: [same, same] });
    const { series } = await measured('runs');
    expect(series[0]!.points[0]!.problem).toMatch(/^2 columns have this name/);
  });

  it('an image that one run has not scored is left out of the change, and said', async () => {
    const whole = answered('steady', 1);
    const { image } = whole.rows[5]!;
    const without = {
      ...answered('steady', 0),
      missing: [{ image, reason: 'timeout' }],
    };
    without.rows = without.rows.filter((row) => row.image !== image);
    const config = { minCoverage: 0.9 };
    saveRun('a.json', { date: dayOf(0), columns: [column(without, { config })] });
    saveRun('b.json', { date: dayOf(1), columns: [column(whole, { config })] });
    const { series } = await measured('runs');
    expect(series[0]!.points.map(({ images, missing }) => [images, missing])).toEqual([
      [79, 1],
      [80, 0],
    ]);
    expect(series[0]!.steps[1]).toMatchObject({ against: 0, images: 79 });
    expect(series[0]!.steps[1]!.remarks).toContain('1 image is not scored by both and left out');
  });
});
