import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImageFile } from '../../src/images/image-file.ts';
import { rawInput } from '../../src/images/resize.ts';
import { fileHash } from '../../src/method/anchor-image.ts';
import { sharedPixelPool } from '../../src/method/pixel-pool.ts';
import type { RowOutput } from '../../src/method/row-output.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { readRun } from '../../src/report/run/read-run.ts';
import { positionBias, positionBiasNotes } from '../../src/report/sections/position-bias.ts';
import { remakeSheet } from '../../src/report/sheets/remake.ts';
import { flat } from '../images/pictures.ts';
import { evaluation, images, type MadeColumn } from './evaluations.ts';

const COUNT = 20;
const columns: MadeColumn[] = [
  { provider: 'm', prompt: 'pair', score: ({ mos }) => mos / 50 },
  { provider: 'm', prompt: 'five-level', score: ({ mos }) => mos / 50 },
];
const settings = {
  draws: { draws: 200, seed: 0, confidence: 0.95 },
  disagreements: 4,
  files: [],
};

/** Half of the images have a bias of 0.1 and one of two pairs undecided, the others 0.3 and none. */
function compared() {
  const made = evaluation(columns, images(COUNT));
  for (const { response, vars, promptIdx } of made.results) {
    const output = response?.output as RowOutput;
    const [condition] = output.conditions ?? [];
    if (!condition || promptIdx !== 0) continue;
    const isOdd = Number(vars.mos) % 2 === 1;
    output.method = 'pair';
    condition.pairs = {
      ...{ model: 'thurstone', score: 0, standardError: 0.1 },
      positionBias: isOdd ? 0.1 : 0.3,
      inconsistent: isOdd ? 1 : 0,
      anchors: ['x', 'y'].map((image) => ({
        ...{ image, sha256: image, shownFirst: 0.9, shownSecond: 0.3, tie: 0.25 },
      })),
    };
  }
  return made;
}

describe('position bias in a report', () => {
  const findings = buildReport(readRun(compared()), settings);
  const [pair, alone] = findings.report.datasets[0]!.entries.toSorted(
    (a, b) => a.column - b.column,
  );

  it('is a mean over images with an interval', () => {
    expect(pair?.pairs).toMatchObject({ images: COUNT, pairs: 2 * COUNT });
    expect(pair?.pairs?.positionBias.estimate).toBeCloseTo(0.2, 12);
    // Deviations of 0.1 over 20 images: 0.1 / sqrt(19), times Student's quantile for 19 degrees of freedom.
    const reach = (2.093024 * 0.1) / Math.sqrt(19);
    expect(pair?.pairs?.positionBias.low).toBeCloseTo(0.2 - reach, 6);
    expect(pair?.pairs?.positionBias.high).toBeCloseTo(0.2 + reach, 6);
    expect(pair?.pairs?.inconsistent.estimate).toBeCloseTo(0.25, 12);
    expect(pair?.pairs?.ties.estimate).toBeCloseTo(0.25, 12);
    expect(alone?.pairs).toBeUndefined();
  });

  it('has intervals within what it can be, and with a width where no orders disagree', () => {
    const inconsistentOf = (disagreeing: number) => {
      const made = compared();
      let left = disagreeing;
      for (const { response } of made.results) {
        const output = response?.output as Partial<RowOutput> | undefined;
        const pairs = output?.conditions?.[0]?.pairs;
        if (pairs) pairs.inconsistent = left-- > 0 ? 1 : 0;
      }
      const { entries } = buildReport(readRun(made), settings).report.datasets[0]!;
      return entries.find(({ pairs }) => pairs)!.pairs!.inconsistent;
    };
    // 1 of 40 pairs: 0.025 and Student's 2.09 times 0.025 to either side, which would end below 0.
    expect(inconsistentOf(1)).toMatchObject({ estimate: 0.025, low: 0 });
    expect(inconsistentOf(1).high).toBeCloseTo(0.025 + 2.093024 * 0.025, 6);
    // Wilson's upper end of 0 of 20: 1.96 ^ 2 / (20 + 1.96 ^ 2).
    expect(inconsistentOf(0)).toMatchObject({ estimate: 0, low: 0 });
    expect(inconsistentOf(0).high).toBeCloseTo(3.841459 / 23.841459, 6);
  });

  it('stands in a section and in a line of the leaderboard, for the columns that compare', async () => {
    const shown = {
      sheets: new Map(),
      pictures: new Map(),
      pairPictures: new Map(),
      renderPlot: async () => '',
    };
    const blocks = JSON.stringify(await positionBias.blocks({ ...findings, ...shown }));
    expect(blocks).toContain('+0.200 [+0.152, +0.248]');
    expect(blocks).not.toContain('five-level');
    expect(positionBiasNotes(findings.report.datasets[0]!)).toEqual([
      'm, pair: position bias +0.200 [+0.152, +0.248]; the two orders disagree about 25 % of the pairs',
    ]);
    const plain = buildReport(readRun(evaluation(columns, images(COUNT))), settings);
    expect(await positionBias.blocks({ ...plain, ...shown })).toEqual([]);
  });
});

describe('the contact sheet of a comparison that is made again', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'iqa-sheet-'));
    const colours = { query: [200, 0, 0], anchor: [0, 200, 0] } as const;
    for (const [name, colour] of Object.entries(colours)) {
      const image = flat(64, 64, [...colour]);
      await writeFile(join(folder, `${name}.png`), await rawInput(image).png().toBuffer());
    }
  });
  afterAll(async () => {
    await sharedPixelPool.close();
    await rm(folder, { recursive: true });
  });

  const remade = async (anchorSha256?: string) => {
    const [query, anchor] = ['query', 'anchor'].map((name) => join(folder, `${name}.png`)) as [
      string,
      string,
    ];
    const row = readRun(compared()).columns[0]!.rows[0]!;
    const scored = row.scored!;
    const sha256 = fileHash(await readImageFile(query));
    const of = anchorSha256 ?? fileHash(await readImageFile(anchor));
    scored.output.conditions[0]!.pairs!.anchors = [
      { image: anchor, sha256: of, shownFirst: 0.9, shownSecond: 0.3, tie: 0 },
    ];
    const prompt = JSON.stringify({
      condition: 'pair',
      quality: { content: 'Which?', choices: { first: 1, second: 0 } },
    });
    return remakeSheet(
      { row: { ...row, image: query }, scored: { ...scored, sha256 } },
      prompt,
      sharedPixelPool,
      undefined,
    );
  };

  it('shows the image and the anchor', async () => {
    const bytes = Buffer.from((await remade()).split(',')[1]!, 'base64');
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    const count = (is: (r: number, g: number) => boolean) => {
      let found = 0;
      for (let i = 0; i < data.length; i += info.channels) if (is(data[i]!, data[i + 1]!)) found++;
      return found / (info.width * info.height);
    };
    expect(count((r, g) => r > 150 && g < 60)).toBeGreaterThan(0.03);
    expect(count((r, g) => g > 150 && r < 60)).toBeGreaterThan(0.03);
  });

  it('is refused where the anchor is another file now', async () => {
    await expect(remade('0'.repeat(64))).rejects.toThrow(
      'anchor.png is not the file that it was compared with',
    );
  });
});
