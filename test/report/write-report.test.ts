import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AfterAllExtensionHookContext } from 'promptfoo';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildReport } from '../../src/report/build-report.ts';
import { reportRun } from '../../src/report/report-run.ts';
import { reportSchema } from '../../src/report/report-schema.ts';
import { readReportSettings } from '../../src/report/report-settings.ts';
import { readRun } from '../../src/report/run/read-run.ts';
import { writeReport } from '../../src/report/write-report.ts';
import { evaluation, images, type MadeColumn, noise } from './evaluations.ts';

const NASTY = '<script>alert(1)</script> | "x" & `y` *z*';
const columns: MadeColumn[] = [
  { provider: NASTY, prompt: 'two-level', score: ({ mos }) => noise(mos) },
  { provider: NASTY, prompt: 'qdebias', method: 'debiased', score: ({ mos }) => mos / 40 },
];
const made = evaluation(columns, images(30));
const findings = () =>
  buildReport(readRun(made), {
    draws: { draws: 1000, seed: 0, confidence: 0.95 },
    disagreements: 2,
    files: [],
  });

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-report-'));
});
afterEach(() => rm(folder, { recursive: true }));
const read = (name: string) => readFile(join(folder, name), 'utf8');
/** Away from the store of whoever runs the tests. */
const write = (environment: NodeJS.ProcessEnv = {}) =>
  writeReport(findings(), folder, { PROMPTFOO_CONFIG_DIR: folder, ...environment });

describe('writeReport', () => {
  it('writes a report.json of its schema', async () => {
    await write();
    const report = reportSchema.parse(JSON.parse(await read('report.json')));
    expect(report.datasets[0]?.entries).toHaveLength(2);
  });

  it('leaves no tables of generators or of pairs from an earlier run', async () => {
    const further = [
      'generators.csv',
      'generator-pairs.csv',
      'pictures.csv',
      'preferences.csv',
      'pairs.csv',
    ];
    for (const name of further) await writeFile(join(folder, name), 'old');
    await write();
    const names = await readdir(folder);
    expect(names.filter((name) => further.includes(name))).toEqual([]);
    expect(names).toContain('leaderboard.csv');
  });

  it('writes one page that asks for nothing and runs nothing', async () => {
    await write();
    const html = await read('report.html');
    // Not toMatch: it would print the whole page.
    expect(/<script|<link|<iframe|@import|url\((?!#)/i.exec(html)).toBeNull();
    expect([...html.matchAll(/\b(?:src|href)="(?!#|data:)[^"]*"/g)]).toEqual([]);
    // Names of XML spaces are no addresses.
    expect(/https?:\/\//.exec(html.replaceAll(/xmlns(:\w+)?="[^"]*"/g, ''))).toBeNull();
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).toContain('prefers-color-scheme:dark');
  });

  it('names rows and columns of its tables, and says what plots show', async () => {
    await write();
    const html = await read('report.html');
    const tables = html.match(/<table/g)?.length ?? 0;
    expect(tables).toBeGreaterThan(3);
    expect(html.match(/<table aria-label="[^"]+"><thead><tr><th scope="col"/g)).toHaveLength(
      tables,
    );
    expect(html).toMatch(/<tbody><tr><th scope="row">/);
    const plots = html.match(/<svg/g)?.length ?? 0;
    // The intervals, SRCC against cost, and for each column its scatter and its calibration.
    expect(plots).toBe(6);
    expect(html.match(/role="img" aria-label="[^"]{20,}"/g)).toHaveLength(plots);
  });

  it('says of images without a sheet why they have none', async () => {
    await write();
    expect(await read('report.html')).toMatch(/No contact sheet: .*no such file/);
  });

  it('writes Markdown whose tables no name breaks', async () => {
    await write();
    const markdown = await read('report.md');
    expect(markdown).toContain('\\<script\\>');
    const widths = markdown
      .split('\n\n')
      .filter((block) => block.startsWith('|'))
      .map((block) =>
        block
          .trim()
          .split('\n')
          .map((line) => line.split(/(?<!\\)\|/).length),
      );
    expect(widths.length).toBeGreaterThan(3);
    for (const table of widths) expect(new Set(table).size).toBe(1);
  });

  it('appends the Markdown to the step summary', async () => {
    const summary = join(folder, 'summary.md');
    await writeFile(summary, 'before\n');
    await write({ GITHUB_STEP_SUMMARY: summary });
    expect(await read('summary.md')).toBe(`before\n${await read('report.md')}`);
  });

  it('is there although the step summary cannot be written', async () => {
    const missing = join(folder, 'no/such/summary.md');
    const { problems } = await write({ GITHUB_STEP_SUMMARY: missing });
    expect(problems).toEqual([
      expect.stringMatching(/^the step summary was not written: .*ENOENT/),
    ]);
    expect(await read('report.html')).toContain('Leaderboard');
  });
});

describe('reportRun', () => {
  const printed = async (context: object) => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      await reportRun(context as AfterAllExtensionHookContext);
      return write.mock.calls.map(([text]) => String(text)).join('');
    } finally {
      write.mockRestore();
    }
  };
  const context = (iqaReport: unknown) => ({ ...made, config: { metadata: { iqaReport } } });

  it('prints the leaderboard, and where the report is', async () => {
    const text = await printed(context({ folder, disagreements: 0 }));
    expect(text).toMatch(/SRCC +KRCC +PLCC raw/);
    expect(text).toMatch(/0\.\d{3} \[−?0\.\d{3}, 0\.\d{3}\].*logprobs/);
    expect(text).toContain(`Report: ${join(folder, 'report.html')}\n`);
  });

  it('writes nothing where the folder is false', async () => {
    const text = await printed(context({ folder: false }));
    expect(text).toContain('SRCC');
    expect(text).not.toContain('Report:');
  });

  it.each([
    [
      'a wrong setting',
      context({ folder: 7 }),
      /^report: none was made: metadata\.iqaReport: folder/,
    ],
    ['an unknown setting', context({ foldr: 'x' }), /unknown key "foldr", did you mean "folder"\?/],
    [
      'results of another shape',
      { results: 3, prompts: [] },
      /^report: none was made: promptfoo's results: /,
    ],
  ])('says %s in one line and throws nothing', async (_, given, message) => {
    const text = await printed(given);
    expect(text).toMatch(message);
    expect(text.trim().split('\n')).toHaveLength(1);
  });

  it('says that a folder cannot be written, after the leaderboard', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    expect(await printed(context({ folder: join(file, 'x') }))).toMatch(
      /SRCC[\s\S]*\nreport: none was made: ENOTDIR/,
    );
  });
});

describe('readReportSettings', () => {
  it('takes the environment before the configuration', () => {
    const config = { metadata: { iqaReport: { folder: 'a' } } };
    const folderOf = (environment: NodeJS.ProcessEnv) =>
      readReportSettings(config, environment).folder;
    expect(folderOf({})).toBe('a');
    expect(folderOf({ PROMPTFOO_IQA_REPORT: 'b' })).toBe('b');
    expect(folderOf({ PROMPTFOO_IQA_REPORT: 'none' })).toBe(false);
    expect(readReportSettings({}, {}).folder).toBe('iqa-report');
  });
});
