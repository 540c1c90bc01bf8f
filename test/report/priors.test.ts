import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../src/harness/result-schema.ts';
import type { ConditionResult } from '../../src/method/row-output.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { leaderboard } from '../../src/report/printed-leaderboard.ts';
import { reportSchema } from '../../src/report/report-schema.ts';
import { readRun } from '../../src/report/run/read-run.ts';
import { writeReport } from '../../src/report/write-report.ts';
import { priorSuitability } from '../../src/statistics/index.ts';
import { evaluation, images, noise } from './evaluations.ts';

const COUNT = 12;

/** Ratings of the copies of image `index`, by degradation; null is a copy without effect. */
const copies = (index: number) => ({
  steady: { good: 0.1, same: 0.9 },
  unsteady: { good: noise(index, 5), same: 0.9 },
  idle: { good: index % 2 === 0 ? null : 0.1, same: index % 2 === 0 ? null : 0.9 },
});

const condition = (
  degradation: string,
  { good, same }: { good: number | null; same: number | null },
): ConditionResult => ({
  degradation,
  severity: 3,
  quality: good,
  similarity: same,
  weight: 1,
  psnrDb: 20,
  ...(good === null && { skipped: 'no effect' }),
});

/** A column that rates images beside one that rates their copies, whose third image failed. */
function made(): Evaluation {
  const base = evaluation(
    [
      { provider: 'm', prompt: 'two-level', score: ({ mos }) => mos / COUNT },
      { provider: 'm', prompt: 'prior', score: (_, index) => (index === 2 ? 'no answer' : 0.5) },
    ],
    images(COUNT),
  );
  return {
    ...base,
    results: base.results.map((result) => {
      const output = result.response?.output;
      if (result.promptIdx !== 1 || typeof output !== 'object') return result;
      const conditions = Object.entries(copies(result.testIdx)).map(([name, answer]) =>
        condition(name, answer),
      );
      return {
        ...result,
        response: { ...result.response, output: { ...output, method: 'prior', conditions } },
      };
    }),
  };
}

const findings = (run = made()) =>
  buildReport(readRun(run), {
    draws: { draws: 1000, seed: 0, confidence: 0.95 },
    disagreements: 2,
    files: [],
  });

describe('degradations as priors in the report', () => {
  it('ranks them over the images with an answer, and keeps them out of the correlations', () => {
    const { report } = findings();
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    expect(report.datasets[0]?.entries.map(({ prompt }) => prompt)).toEqual(['two-level']);
    const [prior] = report.priors;
    expect(prior).toMatchObject({
      column: 1,
      provider: 'm',
      prompt: 'prior',
      images: { total: COUNT, scored: COUNT - 1 },
      calls: { bought: COUNT - 1, reused: 0, unusable: 0 },
      cost: { usd: expect.closeTo(0.001 * (COUNT - 1), 12) },
      notes: [
        'first without an answer: d/2.png: no answer',
        'P(same) is 0.900 for every copy, so recognition plays no part in the order',
      ],
    });
    const indices = images(COUNT).flatMap((_, index) => (index === 2 ? [] : [index]));
    const measured = (name: 'steady' | 'unsteady' | 'idle') =>
      priorSuitability(indices.map((index) => copies(index)[name]));
    expect(prior?.ranking).toEqual(
      (['steady', 'unsteady', 'idle'] as const)
        .map((name) => ({ degradation: name, severity: 3, ...measured(name) }))
        .sort((a, b) => (b.suitability as number) - (a.suitability as number)),
    );
    expect(prior?.ranking[0]).toMatchObject({ degradation: 'steady', withoutEffect: 0 });
    expect(prior?.ranking.find(({ degradation }) => degradation === 'idle')).toMatchObject({
      n: 11,
      withoutEffect: 5,
      meanGood: expect.closeTo(0.1, 12),
    });
  });

  it('shows a table and a plot, and says in the terminal which are best', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'iqa-priors-'));
    try {
      await writeReport(findings(), folder, { PROMPTFOO_CONFIG_DIR: folder });
      const markdown = await readFile(join(folder, 'report.md'), 'utf8');
      expect(markdown).toContain('## Degradations as priors');
      expect(markdown).toMatch(/\| steady \| 3 \| 0\.100 \| 0\.000 \| 0\.900 \| 0 \| 0\.810 \|/);
      expect(markdown).toMatch(
        /Degraded copies by themselves: an answer is to one question.*\n\n.*\n.*\n\| m \(m-1\) \| prior \| logprobs \| 0 \| 11 \| 0 \| \$0\.011 \| /,
      );
      expect(markdown).toMatch(/\| idle \| 3 \| .* \| 5 of 11 \| /);
      const html = await readFile(join(folder, 'report.html'), 'utf8');
      expect(html).toMatch(/<section id="priors"[\s\S]*<svg[\s\S]*>unsteady<[\s\S]*<\/svg>/);
    } finally {
      await rm(folder, { recursive: true });
    }
    const text = leaderboard(findings().report);
    expect(text).toMatch(/m, prior: the best of 3 degraded copies as priors, over 11 of 12 images/);
    expect(text).toMatch(/steady +3 +0\.100 +0\.000 +0\.900 +0\.810/);
    expect(text).not.toMatch(/m +prior/);
  });

  it('has no section for a run that rated images only', () => {
    const { report } = findings(
      evaluation([{ provider: 'm', prompt: 'p', score: ({ mos }) => mos / COUNT }], images(COUNT)),
    );
    expect(report.priors).toEqual([]);
    expect(leaderboard(report)).not.toMatch(/priors/);
  });
});
