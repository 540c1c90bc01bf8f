import { describe, expect, it } from 'vitest';
import { buildReport } from '../../src/report/build-report.ts';
import type { Block, TableBlock } from '../../src/report/page/blocks.ts';
import { renderSvg } from '../../src/report/plots/render-svg.ts';
import { leaderboard } from '../../src/report/printed-leaderboard.ts';
import { readRun } from '../../src/report/run/read-run.ts';
import { cost } from '../../src/report/sections/cost.ts';
import { debiasing } from '../../src/report/sections/debiasing.ts';
import { disagreements } from '../../src/report/sections/disagreements.ts';
import { leaderboard as leaderboardSection } from '../../src/report/sections/leaderboard.ts';
import { pairs } from '../../src/report/sections/pairs.ts';
import { scatter } from '../../src/report/sections/scatter.ts';
import type { Section } from '../../src/report/sections/section.ts';
import { tags } from '../../src/report/sections/tags.ts';
import { evaluation, images, type MadeColumn, type MadeImage, noise } from './evaluations.ts';

const COUNT = 60;
/** Columns that agree with MOS more and more, two of each provider. */
const columns = (count: number): MadeColumn[] =>
  Array.from({ length: count }, (_, i) => ({
    provider: `vendor ${Math.floor(i / 2)}`,
    prompt: i % 2 === 0 ? 'two-level' : 'qdebias',
    method: i % 2 === 0 ? 'single-image' : 'debiased',
    score: ({ mos }) => 0.02 * i * (mos / COUNT) + 0.1 * (mos / COUNT) + 0.3 * noise(mos, i),
  }));

function findingsOf(made: MadeColumn[], listed: MadeImage[] = images(COUNT)) {
  return buildReport(readRun(evaluation(made, listed)), {
    draws: { draws: 1000, seed: 0, confidence: 0.95 },
    disagreements: 0,
    files: [],
  });
}

const blocksOf = (section: Section, findings: ReturnType<typeof findingsOf>) =>
  section.blocks({
    ...findings,
    sheets: new Map(),
    pictures: new Map(),
    pairPictures: new Map(),
    renderPlot: renderSvg,
  });

const tableIn = (blocks: readonly Block[]): TableBlock => {
  const table = blocks.find((block) => block.kind === 'table');
  if (table?.kind !== 'table') throw new Error('no table');
  return table;
};
const textOf = (blocks: readonly Block[]): string => JSON.stringify(blocks);

it('nowhere calls a number MOS that no people gave', async () => {
  const listed = (truth: object) =>
    images(COUNT).map((image, i) => ({ ...image, tags: { subject: `s${i % 3}`, ...truth } }));
  const textFor = async (truth: object): Promise<string> => {
    const findings = buildReport(readRun(evaluation(columns(1), listed(truth))), {
      draws: { draws: 1000, seed: 0, confidence: 0.95 },
      disagreements: 2,
      files: [],
    });
    const parts = await Promise.all(
      [disagreements, scatter, tags].map((section) => blocksOf(section, findings)),
    );
    return textOf(parts.flat());
  };
  const byMeasure = await textFor({ truth: 'MS-SSIM' });
  expect(byMeasure).not.toContain('MOS');
  expect(byMeasure).toMatch(/is (over|under)rated: .*; ground truth \d/);
  expect(await textFor({})).toMatch(/is (over|under)rated: .*; MOS \d/);
});

describe('which columns differ', () => {
  it('is a list of pairs for up to 8 columns', async () => {
    const table = tableIn(await blocksOf(pairs, findingsOf(columns(8))));
    expect(table.rows).toHaveLength(28);
  });

  it('is a ranked matrix for more, whose signs and letters are those of the comparisons', async () => {
    const findings = findingsOf(columns(10));
    const [dataset] = findings.report.datasets;
    const { head, rows, caption } = tableIn(await blocksOf(pairs, findings));
    expect(caption).toMatch(/columns by SRCC/);
    expect(head.slice(0, 3)).toEqual(['model, prompt', 'SRCC', 'group']);
    expect(rows).toHaveLength(10);
    const ranking = dataset?.ranking ?? [];
    const srccs = ranking.map(
      ({ column }) => dataset?.entries.find((entry) => entry.column === column)?.SRCC.estimate,
    );
    expect(srccs).toEqual(srccs.toSorted((a, b) => Number(b) - Number(a)));
    const verdicts = new Set<string>();
    for (const [place, { column, letters }] of ranking.entries()) {
      for (const [other, { column: against, letters: others }] of ranking.entries()) {
        const cell = rows[place]?.[3 + other];
        if (place === other) {
          expect(cell).toBe('');
          continue;
        }
        const pair = dataset?.comparisons.find(
          ({ a, b }) => (a === column && b === against) || (a === against && b === column),
        );
        verdicts.add(String(pair?.verdict));
        const better = pair?.verdict === (pair?.a === column ? 'gain' : 'loss') ? '+' : '−';
        expect(cell).toBe(pair?.verdict === 'undecided' ? '·' : better);
        expect(letters.some((letter) => others.includes(letter))).toBe(
          pair?.verdict === 'undecided',
        );
      }
    }
    // Both kinds occur, or nothing was shown.
    expect(verdicts.has('undecided') && verdicts.size > 1).toBe(true);
  });

  it('says of many pairs that cannot be compared why, once, and marks them', async () => {
    const made = columns(9).map(
      (column, i): MadeColumn => ({
        ...column,
        ...(i === 0 && { score: () => 'refused' }),
      }),
    );
    const blocks = await blocksOf(pairs, findingsOf(made));
    expect(tableIn(blocks).rows).toHaveLength(8);
    expect(textOf(blocks)).toContain('8 pairs: 60 of 60 images have no score');
  });
});

describe('what the report says of a difference', () => {
  it('is one rule in terminal, debiasing and pairs', async () => {
    const findings = findingsOf(columns(8));
    const text = leaderboard(findings.report);
    const shown = tableIn(await blocksOf(debiasing, findings)).rows;
    const listed = tableIn(await blocksOf(pairs, findings)).rows;
    expect(shown).toHaveLength(4);
    for (const row of shown) {
      const [provider, debiased, vanilla, , , , p, cell] = row;
      const verdict = typeof cell === 'object' ? cell.text : cell;
      const pair = listed.find(
        ([a, b]) => a === `${provider}, ${vanilla}` && b === `${provider}, ${debiased}`,
      );
      expect(pair?.[4]).toBe(p);
      const words = { gain: 'second is better', loss: 'first is better', undecided: 'undecided' };
      expect(pair?.[6]).toBe(words[verdict as keyof typeof words]);
      expect(text).toMatch(
        new RegExp(
          `${provider}: ${debiased} minus ${vanilla} .*corrected for 28 pairs: ${verdict}`,
        ),
      );
    }
  });
});

describe('the leaderboard', () => {
  it('has SRCC beside the name, intervals of all, and a sign for a falling curve', async () => {
    const contrary: MadeColumn = {
      provider: 'contrary',
      prompt: 'two-level',
      score: ({ mos }) => 1 - 0.7 * (mos / COUNT) - 0.1 * noise(mos, 9),
    };
    const blocks = await blocksOf(leaderboardSection, findingsOf([...columns(2), contrary]));
    const { head, rows } = tableIn(blocks);
    expect(head.slice(0, 2)).toEqual(['model, prompt', 'SRCC']);
    const last = rows.at(-1) ?? [];
    expect(last[0]).toBe('contrary (m-1), two-level');
    expect(last[4]).toMatch(/^−0\.9\d\d \[−0\.9\d\d, −0\.9\d\d\] ↓$/);
    expect(last[5]).toMatch(/^\d\.\d\d \[\d\.\d\d, \d\.\d\d\]$/);
    expect(textOf(blocks)).toContain('↓ The fitted curve falls');
    expect(textOf(await blocksOf(leaderboardSection, findingsOf(columns(2))))).not.toContain('↓');
  });

  it("says that intervals of few groups are Student's", async () => {
    const grouped = images(COUNT).map((image, i) => ({ ...image, group: `g${i % 8}` }));
    const findings = findingsOf(columns(2), grouped);
    expect(leaderboard(findings.report)).toContain(
      "only 8 independent groups, so intervals are Student's",
    );
    expect(textOf(await blocksOf(leaderboardSection, findings))).toContain(
      'Only 8 independent groups were resampled, too few for percentiles',
    );
  });

  it('says that figures over a handful of images may be chance', () => {
    expect(leaderboard(findingsOf(columns(2), images(4)).report)).toContain(
      'only 4 independent images, too few for intervals: what these figures say may be chance',
    );
    // A column that is right without exception has no interval over so few, and the other has one.
    const right: MadeColumn = { provider: 'right', prompt: 'p', score: (_, index) => index / 10 };
    const eight = images(8).map((image, index) => ({ ...image, mos: index }));
    const text = leaderboard(findingsOf([right, ...columns(1)], eight).report);
    expect(text).toContain("only 8 independent images, so intervals are Student's");
    const oneGroup = images(COUNT).map((image) => ({ ...image, group: 'g' }));
    expect(leaderboard(findingsOf(columns(2), oneGroup).report)).toContain(
      'only 1 independent group, too few',
    );
  });

  it('has mean and lowest scores of images that nobody rated, in the terminal and on the page', async () => {
    const folder = images(4).map(({ image }) => ({ image }) as MadeImage);
    const column: MadeColumn = {
      provider: 'judge',
      prompt: 'two-level',
      score: (_, index) => [0.5, 0.25, 0.75, 1][index] ?? 0,
    };
    const findings = findingsOf([column], folder);
    const named = [1, 0, 2].map((index) => folder[index]?.image);
    const lowest = `${named[0]} 0.250, ${named[1]} 0.500, ${named[2]} 0.750`;
    const text = leaderboard(findings.report);
    expect(text).toContain('d: scores, with no human ratings to compare');
    expect(text).toMatch(/judge \(m-1\) +two-level +4 +0\.625 +/);
    expect(text).toContain(`  judge, two-level: lowest scores: ${lowest}\n`);
    expect(text).not.toContain('SRCC');
    const { head, rows } = tableIn(await blocksOf(leaderboardSection, findings));
    expect(head.slice(-2)).toEqual(['mean score', 'lowest scores']);
    expect(rows).toEqual([['judge (m-1)', 'two-level', '4', '0.625', lowest]]);
  });

  it('says that no image has a score where every row failed, and nothing of MOS', async () => {
    const folder = images(3).map(({ image }) => ({ image }) as MadeImage);
    const dead: MadeColumn = { provider: 'dead', prompt: 'two-level', score: () => 'HTTP 401' };
    const text = leaderboard(findingsOf([dead], folder).report);
    expect(text).toContain('d: no image has a score\n');
    expect(text).toContain(
      'dead, two-level: 3 of 3 images have no score, so there is no correlation',
    );
    expect(text).toMatch(/dead, two-level: first of them: .*HTTP 401/);
    expect(text).not.toContain('MOS');
  });

  it('has the scores of images that nobody rated, although another column has scored none of them', async () => {
    const folder = images(3).map(({ image }) => ({ image }) as MadeImage);
    const made: MadeColumn = { provider: 'judge', prompt: 'two-level', score: () => 0.5 };
    const dead: MadeColumn = { ...made, provider: 'dead', score: () => 'HTTP 401' };
    const findings = findingsOf([made, dead], folder);
    const text = leaderboard(findings.report);
    expect(text).toContain('d: scores, with no human ratings to compare');
    expect(text).toMatch(/judge \(m-1\) +two-level +3 +0\.500 +/);
    expect(text).toMatch(/dead +two-level +0 of 3 +–/);
    const { rows } = tableIn(await blocksOf(leaderboardSection, findings));
    expect(rows.map(([name, , , mean]) => [name, mean])).toEqual([
      ['judge (m-1)', '0.500'],
      ['dead', '–'],
    ]);
  });
});

it.each([1, 3])('says what an image cost by one repetition, of %i', async (repeat) => {
  // Each answer costs a thousandth of a dollar; the first row fails, and nothing was paid for it.
  const made = columns(2).map((column) => ({
    ...column,
    score: (image: MadeImage, index: number) =>
      index === 0 ? 'failed' : column.score(image, index),
    rank: { minCoverage: 0.5 },
  }));
  const findings = buildReport(readRun(evaluation(made, images(COUNT), { repeat })), {
    draws: { draws: 200, seed: 0, confidence: 0.95 },
    disagreements: 0,
    files: [],
  });
  expect(tableIn(await blocksOf(cost, findings)).rows.map((row) => row[2])).toEqual([
    '$0.0010',
    '$0.0010',
  ]);
});
