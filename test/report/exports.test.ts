import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { buildReport } from '../../src/report/build-report.ts';
import { csvOf } from '../../src/report/exports/csv-text.ts';
import { imagesCsv } from '../../src/report/exports/images-csv.ts';
import { leaderboardCsv } from '../../src/report/exports/leaderboard-csv.ts';
import { escapeTex, leaderboardTex } from '../../src/report/exports/leaderboard-tex.ts';
import { readRun } from '../../src/report/run/read-run.ts';
import { evaluation, images, type MadeColumn, noise } from './evaluations.ts';

const COMMAND = "=cmd|' /C calc'!A0";
const NASTY = '50 % of "x"; a_b & {c} \\d $e #f ~g ^h <i>,\nsecond line';
const columns: MadeColumn[] = [
  { provider: COMMAND, prompt: 'two-level', score: ({ mos }) => 0.5 * noise(mos) + mos / 80 },
  {
    provider: NASTY,
    prompt: '-qdebias',
    method: 'debiased',
    score: ({ mos }, i) => (i === 4 ? '=broken, "quoted"' : mos / 40),
    rank: { minCoverage: 0.9 },
  },
];
const listed = images(30).map((image, i) => ({
  ...image,
  image: i === 0 ? '@SUM(A1).png' : image.image,
  tags: { subject: i % 2 === 0 ? '+1' : 'bin' },
}));
const findings = buildReport(readRun(evaluation(columns, listed)), {
  draws: { draws: 1000, seed: 0, confidence: 0.95 },
  disagreements: 2,
  files: [],
});

describe('csvOf', () => {
  it.each(['=1+1', '+1', '-1', '@x', '\t=1', '\r=1', '＝1'])(
    'makes no formula of the name %j',
    (name) => {
      expect(parse(csvOf(['name'], [[name]])).flat()).toEqual(['name', `'${name}`]);
    },
  );

  it('writes numbers in full, negative ones too, and quotes every text', () => {
    const text = csvOf(['a', 'b', 'c', 'd'], [[-0.1 - 0.2, 'x;=1', null, 'line\nbreak']]);
    expect(text).toBe('"a","b","c","d"\r\n-0.30000000000000004,"x;=1",,"line\nbreak"\r\n');
  });
});

describe('leaderboard.csv', () => {
  const rows: Record<string, string>[] = parse(leaderboardCsv(findings.report), { columns: true });

  it('has a line for each column, the best first, with estimates as report.json has them', () => {
    expect(rows).toHaveLength(2);
    expect(rows.map(({ rank }) => rank)).toEqual(['1', '2']);
    for (const row of rows) {
      const entry = findings.report.datasets[0]?.entries.find(({ prompt }) =>
        row.prompt?.endsWith(prompt),
      );
      expect(Number(row.SRCC)).toBe(entry?.SRCC.estimate);
      expect(Number(row['SRCC low'])).toBe(entry?.SRCC.low);
      expect(Number(row['PLCC mapped high'])).toBe(entry?.mapping.PLCC.high);
      expect(Number(row['RMSE low'])).toBe(entry?.mapping.RMSE.low);
      expect([row.images, row.scored]).toEqual(['30', `${entry?.images.scored}`]);
    }
  });

  it('has the standard error of a score, and what the order of two images did', () => {
    const anchor = { image: 'a.png', sha256: 'a', shownFirst: 0.7, shownSecond: 0.4, tie: 0 };
    const compared = (quality: number, standardError: number, positionBias: number) => ({
      ...{ degradation: 'fog', severity: 4, psnrDb: 20, similarity: null, weight: 0.5 },
      ...{ quality, standardError },
      pairs: {
        ...{ model: 'thurstone', score: 0.1, standardError: 0.5, positionBias, inconsistent: 1 },
        anchors: [anchor, anchor],
      },
    });
    const made = evaluation([columns[0]!], images(6));
    const [result] = made.results;
    result!.response!.output = {
      ...{ method: 'pair', weights: 'uniform', source: 'logprobs', score: 0.5 },
      conditions: [compared(0.4, 0.3, 0.1), compared(0.6, 0.4, -0.3)],
    };
    const options = {
      draws: { draws: 100, seed: 0, confidence: 0.95 },
      disagreements: 0,
      files: [],
    };
    const [first, second]: Record<string, string>[] = parse(
      imagesCsv(buildReport(readRun(made), options)),
      { columns: true },
    );
    // Half of each: the root of 0.15 ^ 2 + 0.2 ^ 2.
    expect(Number(first?.['score standard error'])).toBeCloseTo(0.25, 12);
    expect(Number(first?.['position bias'])).toBeCloseTo(-0.1, 12);
    expect(first).toMatchObject({ score: '0.5', 'orders disagree': '0.5' });
    expect(second).toMatchObject({
      ...{ 'score standard error': '', 'position bias': '', 'orders disagree': '' },
      probabilities: 'logprobs',
    });
  });

  it('begins no cell of a name with a formula', () => {
    expect(rows.map(({ provider, prompt }) => [provider, prompt])).toEqual([
      [NASTY, "'-qdebias"],
      [`'${COMMAND}`, 'two-level'],
    ]);
  });
});

describe('images.csv', () => {
  const rows: Record<string, string>[] = parse(imagesCsv(findings), { columns: true });

  it('has every image of every column, with its score or its error', () => {
    expect(rows).toHaveLength(60);
    const failed = rows.filter(({ error }) => error !== '');
    expect(failed).toHaveLength(1);
    expect(failed[0]).toMatchObject({
      image: 'd/4.png',
      mos: '5',
      prompt: "'-qdebias",
      score: '',
      error: `'=broken, "quoted"`,
    });
    const scored = rows.find(({ image, provider }) => image === 'd/7.png' && provider === NASTY);
    expect(Number(scored?.score)).toBe(8 / 40);
    expect(scored).toMatchObject({ mos: '8', probabilities: 'logprobs', 'tag subject': 'bin' });
    // The scores are straight in MOS, so the curve gives MOS back.
    expect(Number(scored?.['score mapped'])).toBeCloseTo(8, 0);
  });

  it('begins no cell of a name, a tag or an error with a formula', () => {
    for (const row of rows) {
      for (const [name, value] of Object.entries(row)) {
        if (!/^(mos|score|expected)/.test(name)) expect(value).not.toMatch(/^[=+\-@]/);
      }
    }
  });
});

describe('leaderboard.tex', () => {
  const text = leaderboardTex(findings.report);

  it('has a row for each column with its seven cells', () => {
    // Small numbers too: the second column fits its curve to the last digits.
    expect(text).toMatch(/\$\d\.\d\d\\times10\^\{-\d+\}\$/);
    const rows = text.split('\n').filter((line) => /& \$[01]\.\d{3}\$/.test(line));
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      expect(row.split(/(?<!\\)&/)).toHaveLength(7);
      expect(row).toMatch(/ \\\\$/);
      expect(row).toMatch(/\$[01]\.\d{3}\$ \{\\footnotesize \$\[[01]\.\d{3}, [01]\.\d{3}\]\$\}/);
    }
  });

  it('sets names as they are, whatever characters they have', () => {
    expect(text).toContain(
      '50 \\% of "x"; a\\_b \\& \\{c\\} \\textbackslash{}d \\$e \\#f \\textasciitilde{}g \\textasciicircum{}h \\textless{}i\\textgreater{}, second line',
    );
    expect(escapeTex('a\u2028b\u0000c')).toBe('a b c');
    expect(escapeTex('\\input{/etc/passwd}')).toBe('\\textbackslash{}input\\{/etc/passwd\\}');
  });

  it('closes what it opens', () => {
    const bare = text.replaceAll(/\\[{}]/g, '');
    expect(bare.split('{').length).toBe(bare.split('}').length);
    expect(text.match(/\\begin/g)?.length).toBe(text.match(/\\end/g)?.length);
  });
});
