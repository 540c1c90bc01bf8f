import { describe, expect, it } from 'vitest';
import type { RowOutput } from '../../src/method/row-output.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { readRun } from '../../src/report/run/read-run.ts';
import { parts } from '../../src/report/sections/parts.ts';
import { evaluation, images, type MadeColumn, noise } from './evaluations.ts';

const COUNT = 40;
const column: MadeColumn = { provider: 'm', prompt: 'wordings', score: () => 0.5 };

/** Two wordings: the first as MOS has it, the second by chance. */
function asked() {
  const made = evaluation([column], images(COUNT));
  for (const { response, vars } of made.results) {
    const output = response?.output as RowOutput;
    const [condition] = output.conditions ?? [];
    if (!condition) continue;
    const place = Number(vars.mos);
    const qualities = [place / COUNT, noise(place)];
    condition.parts = qualities.map((quality, i) => ({ wording: i + 1, quality }));
    condition.quality = (qualities[0]! + qualities[1]!) / 2;
    output.score = condition.quality;
  }
  return made;
}

describe('wordings of one question', () => {
  const shown = {
    sheets: new Map(),
    pictures: new Map(),
    pairPictures: new Map(),
    renderPlot: async () => '',
  };
  const findings = buildReport(readRun(asked()), {
    draws: { draws: 200, seed: 0, confidence: 0.95 },
    disagreements: 4,
    files: [],
  });

  it('are correlated each', () => {
    const [dataset] = findings.report.datasets;
    const [first, second] = dataset?.parts ?? [];
    expect(dataset?.parts).toHaveLength(2);
    expect(first).toMatchObject({ column: 0, name: 'wording 1' });
    expect(first?.SRCC.estimate).toBeCloseTo(1, 12);
    expect(second?.name).toBe('wording 2');
    expect(Math.abs(second?.SRCC.estimate ?? 1)).toBeLessThan(0.5);
    expect(second?.SRCC.low).toBeLessThan(second?.SRCC.estimate ?? 0);
  });

  it.each([
    ['uniform', 1],
    ['softmax', -1],
  ])('are weighted as their column is: %s', (weights, srcc) => {
    const made = evaluation([{ ...column, method: 'debiased', rank: { weights } }], images(COUNT));
    for (const { response, vars } of made.results) {
      const output = response?.output as RowOutput | undefined;
      const [condition] = output?.conditions ?? [];
      if (!output || !condition) continue;
      const x = Number(vars.mos) / COUNT;
      // Of equal weights the second prevails; e / (e + 1) = 0.731 of the weight makes the first prevail.
      const falling = { ...condition, similarity: 1, quality: 0.5 - 0.3 * x };
      const rising = { ...condition, similarity: 0, quality: 0.5 + 0.4 * x };
      output.conditions = [falling, rising].map((each) => ({
        ...each,
        parts: [
          { wording: 1, quality: each.quality! },
          { wording: 2, quality: each.quality! },
        ],
        dimensions: { sharpness: each.quality! },
      }));
    }
    const { report } = buildReport(readRun(made), {
      draws: { draws: 200, seed: 0, confidence: 0.95 },
      disagreements: 4,
      files: [],
    });
    const [dataset] = report.datasets;
    expect(dataset?.entries[0]?.SRCC.estimate).toBeCloseTo(srcc, 12);
    for (const part of dataset?.parts ?? []) expect(part.SRCC.estimate).toBeCloseTo(srcc, 12);
    expect(dataset?.parts).toHaveLength(2);
    expect(dataset?.dimensions[0]?.MOS.estimate).toBeCloseTo(srcc, 12);
  });

  it.each([0, 7, 39])('are named where image %i is too small for pieces', (small) => {
    const made = evaluation([column], images(COUNT));
    for (const { response, vars } of made.results) {
      const output = response?.output as RowOutput | undefined;
      const [condition] = output?.conditions ?? [];
      if (!condition) continue;
      const place = Number(vars.mos);
      condition.quality = place / COUNT;
      if (place === small + 1) continue;
      condition.parts = [
        { view: 'whole', quality: place / COUNT },
        { view: 'crop 1', quality: place / COUNT },
      ];
    }
    const { report } = buildReport(readRun(made), {
      draws: { draws: 200, seed: 0, confidence: 0.95 },
      disagreements: 4,
      files: [],
    });
    expect(report.datasets[0]?.parts).toMatchObject([
      { name: 'whole', SRCC: { estimate: 1 } },
      { name: 'crop 1', SRCC: { estimate: null, problem: 'not every image has this part' } },
    ]);
  });

  it('stand in a section of their own', async () => {
    const blocks = JSON.stringify(await parts.blocks({ ...findings, ...shown }));
    expect(blocks).toContain('wording 1');
    expect(blocks).toContain('By wording and view');
  });

  it('have no section where every column asks one', async () => {
    const plain = buildReport(
      readRun(evaluation([{ ...column, score: ({ mos }) => mos / 50 }], images(COUNT))),
      {
        draws: { draws: 200, seed: 0, confidence: 0.95 },
        disagreements: 4,
        files: [],
      },
    );
    expect(await parts.blocks({ ...plain, ...shown })).toEqual([]);
  });
});

describe('further dimensions', () => {
  it('are correlated with the tag of their name, and with MOS', async () => {
    const listed = images(COUNT).map((image) => ({
      ...image,
      tags: { Sharpness: String(noise(image.mos, 3)) },
    }));
    const made = evaluation([column], listed);
    for (const { response, vars } of made.results) {
      const output = response?.output as RowOutput | undefined;
      const [condition] = output?.conditions ?? [];
      if (!condition) continue;
      const place = Number(vars.mos);
      condition.quality = place / COUNT;
      condition.dimensions = { sharpness: noise(place, 3), noise: 1 - place / COUNT };
    }
    const { report } = buildReport(readRun(made), {
      draws: { draws: 200, seed: 0, confidence: 0.95 },
      disagreements: 4,
      files: [],
    });
    const [sharpness, other] = report.datasets[0]?.dimensions ?? [];
    expect(sharpness).toMatchObject({ name: 'sharpness' });
    expect(sharpness?.own.estimate).toBeCloseTo(1, 12);
    expect(Math.abs(sharpness?.MOS.estimate ?? 1)).toBeLessThan(0.5);
    expect(other?.own).toMatchObject({
      estimate: null,
      problem: 'the data set has no number "noise" for every image',
    });
    expect(other?.MOS.estimate).toBeCloseTo(-1, 12);
  });
});
