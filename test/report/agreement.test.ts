import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { buildReport } from '../../src/report/build-report.ts';
import { imagesCsv } from '../../src/report/exports/images-csv.ts';
import { renderMarkdown } from '../../src/report/page/markdown.ts';
import { calibrationPlot } from '../../src/report/plots/calibration.ts';
import { renderSvg } from '../../src/report/plots/render-svg.ts';
import { PAGE_THEME } from '../../src/report/plots/theme.ts';
import { reportSchema } from '../../src/report/report-schema.ts';
import { readRun } from '../../src/report/run/read-run.ts';
import { agreement } from '../../src/report/sections/agreement.ts';
import type { Ratings } from '../../src/rows/ratings.ts';
import { evaluation, type MadeColumn, noise } from './evaluations.ts';

/** Made by test/statistics/agreement/make-reference.py. */
const { cases } = JSON.parse(
  readFileSync(new URL('../statistics/agreement/reference-values.json', import.meta.url), 'utf8'),
) as {
  cases: {
    scale: [number, number];
    scores: number[];
    others: number[][];
    mos: number[];
    standardErrors: number[];
    expected: {
      pairs: { accuracy: number; told: number };
      pairsWithBand: { accuracy: number; told: number; pairs: number };
      kappa: number;
      icc: { absolute: number; consistency: number };
      alpha: number;
      reliability: number;
      attainable: { SRCC: number };
    };
  }[];
};
const [one] = cases as [(typeof cases)[number]];
const { expected } = one;

const FIVE = {
  condition: 'none',
  quality: {
    content: ['query', 'Rate it.'],
    choices: { excellent: 1, good: 0.75, fair: 0.5, poor: 0.25, bad: 0 },
  },
};
const NUMBER = {
  condition: 'none',
  quality: { content: ['query', 'Rate it.'], scale: { min: 0, max: 100 } },
};

const column = (
  provider: string,
  scores: readonly number[],
  prompt: object = FIVE,
): MadeColumn => ({
  provider,
  prompt: 'five',
  promptText: JSON.stringify(prompt),
  score: (_, index) => scores[index]!,
});

const DRAWS = { draws: 1000, seed: 0, confidence: 0.95 };

function findingsOf(columns: MadeColumn[], ratingsOf: (index: number) => Ratings | undefined) {
  const images = one.mos.map((mos, index) => {
    const ratings = ratingsOf(index);
    return { image: `d/${index}.png`, mos, ...(ratings && { ratings }) };
  });
  const run = readRun(evaluation(columns, images));
  return buildReport(run, { draws: DRAWS, disagreements: 0, files: [] });
}

const known = (index: number): Ratings => ({
  standardError: one.standardErrors[index]!,
  scale: one.scale,
});

async function textOf(findings: ReturnType<typeof findingsOf>): Promise<string> {
  const blocks = await agreement.blocks({
    ...findings,
    sheets: new Map(),
    pictures: new Map(),
    pairPictures: new Map(),
    renderPlot: async () => '<svg></svg>',
  });
  return renderMarkdown('r', '', [{ id: 'a', title: 'Agreement', blocks }]);
}

describe('agreement beyond correlation, in the report', () => {
  const columns = [
    column('first', one.scores),
    column('second', one.others[0]!),
    column('third', one.others[1]!, NUMBER),
  ];
  const findings = findingsOf(columns, known);
  const [dataset] = findings.report.datasets;
  const [first] = dataset!.entries;

  it('has the reference values, each with an interval around it', () => {
    const { pairs, kappa, ceiling } = first!.agreement;
    expect(pairs.estimate).toBeCloseTo(expected.pairsWithBand.accuracy, 10);
    expect(pairs).toMatchObject({
      band: true,
      told: expected.pairsWithBand.told,
      all: expected.pairsWithBand.pairs,
    });
    expect(kappa.estimate).toBeCloseTo(expected.kappa, 10);
    expect(kappa.levels).toBe(5);
    expect(ceiling.reliability).toBeCloseTo(expected.reliability, 10);
    expect(ceiling.SRCC).toBeCloseTo(expected.attainable.SRCC, 10);
    const srcc = first!.SRCC.estimate as number;
    expect(ceiling.share.estimate).toBeCloseTo(srcc / expected.attainable.SRCC, 10);
    for (const { estimate, low, high } of [pairs, kappa, ceiling.share]) {
      expect(low).toBeLessThan(estimate as number);
      expect(high).toBeGreaterThan(estimate as number);
    }
  });

  it('compares columns with each other as they score, and in pairs where levels are the same', () => {
    const all = dataset!.betweenColumns[0];
    expect(all?.columns).toEqual([0, 1, 2]);
    expect(all?.alpha.estimate).toBeCloseTo(expected.alpha, 10);
    expect(all?.iccAbsolute.estimate).toBeCloseTo(expected.icc.absolute, 10);
    expect(all?.iccConsistency.estimate).toBeCloseTo(expected.icc.consistency, 10);
    expect(dataset!.betweenColumns).toHaveLength(4);
    const [firstSecond, firstThird] = dataset!.comparisons;
    const accuracies = dataset!.entries.map(({ agreement }) => agreement.pairs.estimate as number);
    expect(firstSecond?.PAIRS.estimate).toBeCloseTo(accuracies[0]! - accuracies[1]!, 10);
    expect(firstSecond?.KAPPA.pValue).toBeGreaterThan(0);
    expect(firstThird?.KAPPA).toMatchObject({
      estimate: null,
      problem: expect.stringContaining('different levels'),
    });
    expect(dataset!.entries[2]?.agreement.kappa).toMatchObject({ estimate: null, levels: null });
  });

  it('is what the schema says', () => {
    expect(reportSchema.parse(findings.report)).toEqual(findings.report);
  });

  it('says what is attainable, and what a pair is that people tell apart', async () => {
    const text = await textOf(findings);
    expect(text).toContain('of the 72 % of pairs that people tell apart');
    expect(text).toContain('leaves a perfect judge an SRCC of about 0.979');
    expect(text).toMatch(/The best here, first, five, reaches 0\.\d\d of what is attainable\./);
    expect(text).toContain('the best of its scale, 1 and 5');
  });

  it('gives each image its expected MOS with an interval that ends at the scale', () => {
    const rows: Record<string, string>[] = parse(imagesCsv(findings), { columns: true });
    const { reach } = first!.agreement.prediction;
    const own = rows.filter(({ provider }) => provider === 'first');
    expect(own).toHaveLength(one.mos.length);
    let inside = 0;
    for (const row of own) {
      const [mapped, low, high, mos] = [
        'score mapped',
        'expected mos low',
        'expected mos high',
        'mos',
      ].map((name) => Number(row[name]));
      expect(low).toBeCloseTo(Math.max(1, mapped! - reach!), 9);
      expect(high).toBeCloseTo(Math.min(5, mapped! + reach!), 9);
      if (mos! >= low! && mos! <= high!) inside++;
    }
    expect(inside).toBeGreaterThanOrEqual(0.95 * own.length);
    expect(Number(own[0]?.['mos standard error'])).toBe(one.standardErrors[0]);
  });
});

describe('what is not known', () => {
  it('is said: without spread there is no band and no ceiling', async () => {
    const findings = findingsOf([column('first', one.scores)], () => undefined);
    const { pairs, ceiling } = findings.report.datasets[0]!.entries[0]!.agreement;
    expect(pairs.estimate).toBeCloseTo(expected.pairs.accuracy, 10);
    expect(pairs).toMatchObject({ band: false, told: expected.pairs.told });
    expect(ceiling).toMatchObject({ reliability: null, SRCC: null, share: { estimate: null } });
    const text = await textOf(findings);
    expect(text).toContain(
      'there is no band of ties, because the spread of the ratings is not known',
    );
    expect(text).toContain('The ceiling that people set is not known');
    expect(text).toContain('the data set does not say its scale');
    expect(text).not.toContain('attainable.');
  });

  it('is no ceiling of people where no people rated the images', async () => {
    const images = one.mos.map((mos, index) => ({
      image: `d/${index}.png`,
      mos,
      tags: { truth: 'MS-SSIM' },
    }));
    const run = readRun(evaluation([column('first', one.scores)], images));
    const text = await textOf(buildReport(run, { draws: DRAWS, disagreements: 0, files: [] }));
    expect(text).toContain('in the order of their ground truth');
    expect(text).toContain('because these scores are no opinions of people');
    expect(text).not.toContain('ceiling');
  });

  it('is not guessed from some images', async () => {
    const findings = findingsOf([column('first', one.scores)], (index) =>
      index === 0 ? { scale: one.scale } : known(index),
    );
    expect(findings.report.datasets[0]!.entries[0]!.agreement.pairs.band).toBe(false);
    expect(await textOf(findings)).toContain('is known of 59 of 60 images only, so it is not used');
  });

  it('is refused where higher scores go with lower ratings, with the reason', async () => {
    const turned = column(
      'turned',
      one.scores.map((score) => 1 - score),
    );
    const findings = findingsOf([turned], known);
    const { alpha, iccAbsolute, pairs } = findings.report.datasets[0]!.entries[0]!.agreement;
    expect([alpha.estimate, iccAbsolute.estimate]).toEqual([null, null]);
    expect(pairs.estimate).toBeCloseTo(1 - expected.pairsWithBand.accuracy, 10);
    expect(await textOf(findings)).toContain(
      'No alpha and ICC, or no interval: the fitted curve falls',
    );
  });
});

it('a calibration plot has a point with its interval for each bin, and the line of what scores claim', async () => {
  const bins = [0.2, 0.5, 0.8].map((score, index) => ({
    n: 10,
    score,
    claimed: 1 + 4 * score,
    mos: { estimate: 2 + index, low: 1.5 + index + noise(index) / 10, high: 2.5 + index },
  }));
  const size = { width: 300, height: 200 };
  const svg = await renderSvg(
    calibrationPlot({ bins, scale: [1, 5], truth: 'MOS', ...size }),
    PAGE_THEME,
  );
  expect(svg.match(/<line [^>]*stroke-width="2"|<path [^>]*A4/g)?.length ?? 0).toBeGreaterThan(0);
  expect(svg).toContain('stroke-dasharray="5,4"');
  expect(svg).toContain('MOS');
});
