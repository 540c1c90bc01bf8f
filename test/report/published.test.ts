import { describe, expect, it } from 'vitest';
import { datasets } from '../../datasets/index.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { renderSvg } from '../../src/report/plots/render-svg.ts';
import { publishedResults, resultsOn } from '../../src/report/published-results.ts';
import { readRun } from '../../src/report/run/read-run.ts';
import { published } from '../../src/report/sections/published.ts';
import { evaluation, images, noise } from './evaluations.ts';

const titles = Object.values(datasets).flatMap((load) =>
  'published' in load ? [load.published.title] : [],
);

function blocksOf(dataset: string) {
  const made = evaluation(
    [
      {
        provider: 'my-model',
        prompt: 'qdebias',
        method: 'debiased',
        score: ({ mos }) => noise(mos),
      },
    ],
    images(20),
    { dataset },
  );
  const findings = buildReport(readRun(made), {
    draws: { draws: 1000, seed: 0, confidence: 0.95 },
    disagreements: 1,
    files: [],
  });
  return published.blocks({
    ...findings,
    sheets: new Map(),
    pictures: new Map(),
    pairPictures: new Map(),
    renderPlot: renderSvg,
  });
}

describe('published results', () => {
  it('are of data sets by the titles that their rows bear, with the figures of the tables', () => {
    expect(new Set(publishedResults.map(({ dataset }) => dataset)).size).toBe(5);
    for (const { dataset, SRCC, PLCC } of publishedResults) {
      expect(titles).toContain(dataset);
      expect(SRCC).toBeGreaterThan(0);
      expect(SRCC).toBeLessThan(1);
      expect(Math.abs(PLCC - SRCC)).toBeLessThan(0.3);
    }
    expect(publishedResults).toHaveLength(3 * 5 + 5 * 2 * 2);
    expect(resultsOn('KADID-10k').map(({ method, SRCC, PLCC }) => [method, SRCC, PLCC])).toEqual([
      ['Q-Bench prompt', 0.315, 0.267],
      ['Q-Debias', 0.7, 0.753],
      ['Dog-IQA', 0.612, 0.624],
    ]);
    // Table 2 of the paper, by hand.
    const table = (dataset: string, model: string) =>
      resultsOn(dataset)
        .filter((result) => result.model === model)
        .map(({ method, SRCC, PLCC }) => [method, SRCC, PLCC]);
    expect(table('LIVE Challenge', 'DeepSeek-VL2')).toEqual([
      ['without debiasing', 0.8, 0.851],
      ['Q-Debias', 0.822, 0.86],
    ]);
    expect(table('LIVE Challenge', 'Qwen-VL')).toEqual([
      ['without debiasing', 0.47, 0.546],
      ['Q-Debias', 0.504, 0.501],
    ]);
    expect(table('AGIQA-3K', 'BakLLaVA')).toEqual([
      ['without debiasing', 0.48, 0.321],
      ['Q-Debias', 0.46, 0.482],
    ]);
    expect(publishedResults.filter(({ method }) => /adaptive/i.test(method))).toEqual([]);
  });

  it('stand beside the measured ones, for any split of the data set', async () => {
    const blocks = await blocksOf('KonIQ-10k (test)');
    const [, table] = blocks;
    if (table?.kind !== 'table') throw new Error('no table');
    expect(table.rows[0]).toEqual([
      'measured',
      'my-model (m-1)',
      'qdebias',
      '20',
      expect.stringMatching(/^.?0\.\d{3} \[/),
      expect.stringMatching(/^.?0\.\d{3} \[/),
      'this run',
    ]);
    expect(table.rows.slice(1).map((row) => row[6])).toEqual([
      'arXiv 2411.12791',
      'arXiv 2410.02505',
      'arXiv 2411.12791',
    ]);
    expect(table.rows.slice(1).map((row) => row.slice(0, 5))).toEqual([
      ['published', 'mPLUG-Owl3', 'Q-Debias', '–', '0.838'],
      ['published', 'mPLUG-Owl3', 'Dog-IQA', '–', '0.819'],
      ['published', 'mPLUG-Owl3', 'Q-Bench prompt', '–', '0.672'],
    ]);
  });

  it("make no section for the user's own images", async () => {
    expect(await blocksOf('my-images/scores')).toEqual([]);
    expect(await blocksOf('KonIQ-10k-like')).toEqual([]);
  });
});
