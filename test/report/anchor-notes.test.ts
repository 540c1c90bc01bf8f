import { expect, it } from 'vitest';
import type { RowOutput } from '../../src/method/row-output.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { renderSvg } from '../../src/report/plots/render-svg.ts';
import { withEnsembles } from '../../src/report/run/ensembles.ts';
import { readRun } from '../../src/report/run/read-run.ts';
import { anchorNotes } from '../../src/report/sections/anchors.ts';
import { leaderboard } from '../../src/report/sections/leaderboard.ts';
import { pairs } from '../../src/report/sections/pairs.ts';
import { evaluation, images } from './evaluations.ts';

const settings = {
  draws: { draws: 200, seed: 0, confidence: 0.95 },
  disagreements: 4,
  files: [],
};

it('images that others are compared with are not said to be told, or chosen, by their scores: a list has none', () => {
  const columns = ['pair', 'anchors'].map((prompt) => ({
    ...{ provider: 'm', prompt },
    score: ({ mos }: { mos: number }) => mos / 50,
  }));
  const made = evaluation(columns, images(20));
  for (const { response, vars, promptIdx } of made.results) {
    const output = response?.output as RowOutput;
    const [condition] = output.conditions ?? [];
    if (!condition) continue;
    if (Number(vars.mos) <= 2) output.isAnchor = true;
    if (promptIdx !== 0) continue;
    output.method = 'pair';
    condition.pairs = {
      ...{ model: 'thurstone', score: 0, standardError: 0.1, positionBias: 0, inconsistent: 0 },
      anchors: [{ image: 'x', sha256: 'x', shownFirst: 0.5, shownSecond: 0.5, tie: 0 }],
    };
  }
  const both = { name: 'both', of: ['m, pair', 'm, anchors'], combine: 'ranks' as const };
  const { run } = withEnsembles(readRun(made), [both]);
  const [dataset] = buildReport(run, settings).report.datasets;
  expect(anchorNotes(dataset!).toSorted()).toEqual([
    expect.stringMatching(
      /^both, mean of ranks of 2 columns: 2 of 20 images may be anchors of others in a column of the ensemble, and take/,
    ),
    expect.stringMatching(
      /^m, anchors: \d+ of 20 images may be anchors of others, whose scores the model is told,/,
    ),
    expect.stringMatching(
      /^m, pair: \d+ of 20 images may be anchors of others, with which these are compared,/,
    ),
  ]);
});

it('what holds for several columns or pairs is said once, and a label keeps its letters', async () => {
  const columns = ['a', 'b', 'c', 'd'].map((prompt, index) => ({
    ...{ provider: 'gpt', prompt },
    score: ({ mos }: { mos: number }) => ((mos * (7 + index)) % 23) / 23,
  }));
  const made = evaluation(columns, images(20));
  for (const { response, vars, promptIdx } of made.results) {
    const output = response?.output as RowOutput;
    // The fourth column shows no anchors.
    if (output.conditions && promptIdx < 3 && Number(vars.mos) <= 2) output.isAnchor = true;
  }
  const findings = buildReport(readRun(made), settings);
  const [dataset] = findings.report.datasets;
  const { anchors, scored } = dataset!.entries[0]!.images;
  const left = scored - anchors;
  const note = `gpt, a; gpt, b; gpt, c: ${anchors} of ${scored} images may be anchors of others, whose scores the model is told, and take no part in their correlations`;
  expect(anchorNotes(dataset!)).toEqual([note]);
  const content = {
    ...findings,
    ...{ sheets: new Map(), pictures: new Map(), pairPictures: new Map(), renderPlot: renderSvg },
  };
  expect(JSON.stringify(await leaderboard.blocks(content))).toContain(`"${note}."`);
  expect(JSON.stringify(await pairs.blocks(content))).toContain(
    `"All 6 pairs: compared over the ${left} images that are scored in both and anchors in neither."`,
  );
});
