import { describe, expect, it } from 'vitest';
import { buildReport } from '../../src/report/build-report.ts';
import { type Entry, reportSchema } from '../../src/report/report-schema.ts';
import { readRun } from '../../src/report/run/read-run.ts';
import {
  bootstrapDifference,
  fisherInterval,
  holm,
  krcc,
  mengTest,
  plcc,
  srcc,
} from '../../src/statistics/index.ts';
import { evaluation, images, type MadeColumn, type MadeImage, noise, sha } from './evaluations.ts';

const DRAWS = { draws: 1000, seed: 0, confidence: 0.95 };
const COUNT = 60;
const near: MadeColumn = {
  provider: 'm',
  prompt: 'qdebias',
  method: 'debiased',
  score: ({ mos }) => 0.5 * (mos / COUNT) + 0.5 * noise(mos, 1) * 0.4,
};
const far: MadeColumn = {
  provider: 'm',
  prompt: 'two-level',
  score: ({ mos }) => 0.1 * (mos / COUNT) + 0.9 * noise(mos, 2),
};

const report = (columns: readonly MadeColumn[], listed: readonly MadeImage[] = images(COUNT)) =>
  buildReport(readRun(evaluation(columns, listed)), { draws: DRAWS, disagreements: 4, files: [] })
    .report;
const datasetOf = (...args: Parameters<typeof report>) => {
  const [dataset] = report(...args).datasets;
  if (!dataset) throw new Error('no data set');
  return dataset;
};
const scoresOf = (column: MadeColumn) =>
  images(COUNT).map((image, index) => Number(column.score(image, index)));
const mos = images(COUNT).map((image) => image.mos);

describe('buildReport', () => {
  it('fits its schema', () => {
    const made = report([near, far]);
    expect(reportSchema.parse(JSON.parse(JSON.stringify(made)))).toEqual(made);
  });

  it('has the correlations of the rows', () => {
    const [entry] = datasetOf([near]).entries;
    expect(entry).toMatchObject({
      provider: 'm',
      prompt: 'qdebias',
      models: ['m-1'],
      images: { total: COUNT, scored: COUNT, failed: [] },
      probabilities: { source: 'logprobs', samples: [], choices: [], invalid: 0 },
      units: { count: COUNT, kind: 'images', few: false },
    });
    expect(entry?.SRCC.estimate).toBeCloseTo(srcc(scoresOf(near), mos), 12);
    expect(entry?.KRCC.estimate).toBeCloseTo(krcc(scoresOf(near), mos), 12);
    expect(entry?.PLCC.estimate).toBeCloseTo(plcc(scoresOf(near), mos), 12);
    expect(entry?.SRCC.low).toBeLessThan(entry?.SRCC.estimate as number);
    expect(entry?.SRCC.high).toBeGreaterThan(entry?.SRCC.estimate as number);
  });

  it('does not depend on the order of the rows', () => {
    const shuffled = [...images(COUNT)].sort((a, b) => noise(a.mos) - noise(b.mos));
    const without = (dataset: ReturnType<typeof datasetOf>) => JSON.parse(JSON.stringify(dataset));
    expect(without(datasetOf([near, far], shuffled))).toEqual(without(datasetOf([near, far])));
  });

  it.each([
    ['gain', near, far],
    ['loss', { ...far, method: 'debiased' as const }, { ...near, method: 'single-image' as const }],
    ['undecided', near, { ...near, prompt: 'other', method: 'single-image' as const }],
  ])('calls debiasing a %s by the paired interval', (verdict, debiased, vanilla) => {
    const [pair] = datasetOf([vanilla, debiased]).debiasing;
    expect(pair).toMatchObject({ a: 1, b: 0, verdict, sourcesDiffer: false });
    const expected = bootstrapDifference(
      'SRCC',
      { a: scoresOf(debiased), b: scoresOf(vanilla), mos },
      { ...DRAWS, units: images(COUNT).map(({ image }) => sha(image)) },
    );
    expect(pair?.SRCC.estimate).toBeCloseTo(expected.estimate, 12);
    expect(pair?.SRCC.low).toBeCloseTo(expected.low, 12);
    expect(pair?.SRCC.high).toBeCloseTo(expected.high, 12);
  });

  it('does not pair a debiased column with another provider', () => {
    expect(datasetOf([near, { ...far, provider: 'other' }]).debiasing).toEqual([]);
  });

  it('compares all pairs, corrected by Holm, and marks other sources', () => {
    const third: MadeColumn = {
      ...far,
      provider: 'n',
      source: 'samples',
      score: ({ mos }) => noise(mos, 3),
    };
    const pairs = datasetOf([near, far, third]).comparisons;
    expect(pairs.map(({ a, b }) => [a, b])).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
    ]);
    expect(pairs.map(({ sourcesDiffer }) => sourcesDiffer)).toEqual([false, true, true]);
    expect(pairs.map(({ holmPValue }) => holmPValue)).toEqual(
      holm(pairs.map(({ pValue }) => pValue as number)),
    );
  });

  it('tells columns apart that really differ, among as many as a comparison of vendors has', () => {
    const columns = Array.from(
      { length: 15 },
      (_, i): MadeColumn => ({
        provider: `vendor ${i}`,
        prompt: 'two-level',
        score: ({ mos }) =>
          i % 2 === 0 ? 0.9 * (mos / COUNT) + 0.1 * noise(mos, i) : noise(mos, i),
      }),
    );
    const pairs = datasetOf(columns).comparisons;
    expect(pairs).toHaveLength(105);
    for (const { a, b, holmPValue, pValueFrom, verdict } of pairs) {
      const differ = a % 2 !== b % 2;
      if (differ)
        expect({ pValueFrom, verdict }).toEqual({
          pValueFrom: 'tail',
          verdict: a % 2 === 0 ? 'gain' : 'loss',
        });
      expect((holmPValue as number) < 0.05).toBe(differ);
    }
  });

  it("has Meng's test beside the bootstrap, where images are independent", () => {
    const [pair] = datasetOf([near, far]).comparisons;
    const [a, b] = [scoresOf(near), scoresOf(far)];
    const expected = mengTest({ a: srcc(a, mos), b: srcc(b, mos), between: srcc(a, b) }, COUNT);
    expect(pair?.meng.z).toBeCloseTo(expected.z, 12);
    expect(pair?.meng.pValue).toBeCloseTo(expected.pValue, 12);
    const grouped = images(COUNT).map((image, i) => ({ ...image, group: `g${i % 20}` }));
    expect(datasetOf([near, far], grouped).comparisons[0]?.meng).toMatchObject({
      pValue: null,
      problem: expect.stringMatching(/takes images as independent/),
    });
    expect(datasetOf([near, { ...near, prompt: 'other' }]).comparisons[0]?.meng.problem).toMatch(
      /same order/,
    );
  });

  it('takes no correlation over silently fewer images', () => {
    const failing: MadeColumn = {
      ...near,
      score: (image, i) => (i === 3 ? 'refused' : near.score(image, i)),
    };
    const dataset = datasetOf([failing, far]);
    expect(dataset.entries[0]).toMatchObject({
      images: {
        total: COUNT,
        scored: COUNT - 1,
        failed: [{ image: 'd/3.png', reason: 'refused' }],
      },
      SRCC: { estimate: null, problem: expect.stringMatching(/^1 of 60 images have no score/) },
    });
    expect(dataset.comparisons[0]).toMatchObject({ verdict: null, pValue: null });

    const allowed = datasetOf([{ ...failing, rank: { minCoverage: 0.9 } }, far]);
    expect(allowed.entries[0]?.SRCC.estimate).not.toBeNull();
    expect(allowed.comparisons[0]).toMatchObject({ images: COUNT - 1, verdict: 'gain' });
  });

  it('compares columns over the images that both scored, as a gate does', () => {
    const without = (column: MadeColumn, missing: number): MadeColumn => ({
      ...column,
      score: (image, i) => (i === missing ? 'refused' : column.score(image, i)),
      rank: { minCoverage: 0.9 },
    });
    const { comparisons, debiasing } = datasetOf([without(near, 3), without(far, 9)]);
    const kept = images(COUNT).filter((_, i) => i !== 3 && i !== 9);
    const [expected] = datasetOf([near, far], kept).comparisons;
    expect(comparisons[0]).toEqual({ ...expected, images: COUNT - 2 });
    for (const pair of debiasing) expect(pair.images).toBe(COUNT - 2);

    const fewer = datasetOf([
      { ...without(near, 3), rank: { minCoverage: 0.98 } },
      { ...without(far, 9), rank: { minCoverage: 0.98 } },
    ]);
    expect(fewer.comparisons[0]?.SRCC.problem).toBe(
      'not comparable: both scored 58 of 60 images, less than minCoverage 0.98',
    );
  });

  it('calls the same difference a gain or a loss in every place, corrected', () => {
    // 12 columns of nearly the same scores: some differences leave out 0 before the correction.
    const columns = Array.from(
      { length: 12 },
      (_, i): MadeColumn => ({
        provider: `vendor ${Math.floor(i / 2)}`,
        prompt: i % 2 === 0 ? 'two-level' : 'qdebias',
        method: i % 2 === 0 ? 'single-image' : 'debiased',
        score: ({ mos }) => 0.3 * (mos / COUNT) + 0.02 * i * (mos / COUNT) + 0.3 * noise(mos, i),
      }),
    );
    const { comparisons, debiasing } = datasetOf(columns);
    expect(debiasing).toHaveLength(6);
    for (const { a, b, verdict, SRCC, holmPValue } of debiasing) {
      const pair = comparisons.find((one) => one.a === b && one.b === a);
      expect(pair?.holmPValue).toBe(holmPValue);
      expect(SRCC.estimate).toBeCloseTo(-(pair?.SRCC.estimate as number), 12);
      expect(SRCC.low).toBeCloseTo(-(pair?.SRCC.high as number), 12);
      const turned = { gain: 'loss', loss: 'gain', undecided: 'undecided' } as const;
      expect(verdict).toBe(turned[pair?.verdict ?? 'undecided']);
    }
    for (const { verdict, holmPValue, SRCC } of comparisons) {
      expect(verdict === 'undecided').toBe((holmPValue as number) > 0.05);
      // A verdict never goes against the interval.
      if (verdict === 'gain') expect(SRCC.low).toBeGreaterThan(0);
      if (verdict === 'loss') expect(SRCC.high).toBeLessThan(0);
    }
    const overruled = comparisons.filter(
      ({ verdict, SRCC }) =>
        verdict === 'undecided' && ((SRCC.low as number) > 0 || (SRCC.high as number) < 0),
    );
    expect(overruled.length).toBeGreaterThan(0);
  });

  it('gives a mapped PLCC its sign, and it and RMSE intervals', () => {
    const falling: MadeColumn = {
      ...near,
      score: (image, i) => 1 - (near.score(image, i) as number),
    };
    const [rising, contrary] = datasetOf([near, falling]).entries;
    const { mapping } = contrary as Entry;
    expect([rising?.mapping.falls, mapping.falls]).toEqual([false, true]);
    expect(mapping.PLCC.estimate).toBeCloseTo(-(rising?.mapping.PLCC.estimate as number), 6);
    expect(mapping.PLCC.high).toBeLessThan(0);
    for (const { PLCC, RMSE } of [mapping, (rising as Entry).mapping]) {
      for (const { estimate, low, high } of [PLCC, RMSE]) {
        expect(low).toBeLessThan(estimate as number);
        expect(high).toBeGreaterThan(estimate as number);
      }
    }
  });

  it('averages ranks over data sets, among the columns that were measured on all', () => {
    const middle: MadeColumn = {
      provider: 'c',
      prompt: 'two-level',
      score: ({ mos }) => 0.6 * (mos / COUNT) + 0.4 * noise(mos, 4),
    };
    const last: MadeColumn = { ...middle, provider: 'd' };
    const first = evaluation([near, far, middle, last], images(COUNT));
    const second = evaluation(
      [
        { ...near, score: far.score },
        { ...far, score: near.score },
        middle,
        { ...last, score: () => 'refused' },
      ],
      images(COUNT),
      { dataset: 'e' },
    ).results.map((result) => ({ ...result, testIdx: result.testIdx + 1000 }));
    const { averageRanks } = buildReport(
      readRun({ ...first, results: [...first.results, ...second] }),
      { draws: DRAWS, disagreements: 0, files: [] },
    ).report;
    expect(averageRanks.map(({ column, average }) => [column, average])).toEqual([
      [0, 2],
      [1, 2],
      [2, 2],
    ]);
    expect(averageRanks[0]?.ranks).toEqual([
      { dataset: 'd', rank: 1 },
      { dataset: 'e', rank: 3 },
    ]);
  });

  it.each([
    [0.55, 20, 11],
    [0.07, 100, 7],
    [0.29, 100, 29],
  ])(
    'takes a correlation at a minCoverage of %d where exactly that share of %d images has a score, as the gate does',
    (minCoverage, all, scored) => {
      const column: MadeColumn = {
        ...near,
        score: (image, i) => (i < scored ? near.score(image, i) : 'refused'),
        rank: { minCoverage },
      };
      expect(datasetOf([column], images(all)).entries[0]?.SRCC.estimate).not.toBeNull();
      const fewer = { ...column, rank: { minCoverage: minCoverage + 1e-9 } };
      expect(datasetOf([fewer], images(all)).entries[0]?.SRCC.estimate).toBeNull();
    },
  );

  it('refuses rows of one column that were asked differently', () => {
    const made = evaluation([near], images(COUNT));
    const other = evaluation([{ ...near, seed: 5 }], images(COUNT));
    const results = made.results.map((result, i) =>
      i < 3 ? (other.results[i] ?? result) : result,
    );
    const { datasets } = buildReport(readRun({ ...made, results }), {
      draws: DRAWS,
      disagreements: 1,
      files: [],
    }).report;
    expect(datasets[0]?.entries[0]?.SRCC.problem).toMatch(/not asked alike: seed is 5 and 0/);
  });

  it('says why there is no correlation of equal scores, and none without ground truth', () => {
    expect(datasetOf([{ ...near, score: () => 0.5 }]).entries[0]?.SRCC.problem).toMatch(/are 0\.5/);
    const unscored = images(5).map(({ image }) => ({ image }) as MadeImage);
    expect(
      datasetOf([{ ...near, score: (_, i) => i / 5 }], unscored).entries[0]?.SRCC.problem,
    ).toMatch(/no scores to compare with/);
  });

  it('resamples groups where every image has one, and warns of few', () => {
    const grouped = images(COUNT).map((image, i) => ({ ...image, group: `g${i % 6}` }));
    expect(datasetOf([near], grouped).entries[0]?.units).toEqual({
      count: 6,
      kind: 'groups',
      few: true,
    });
  });

  it('takes no correlation where some images have a group and others none', () => {
    const mixed = images(COUNT).map((image, i) =>
      i === 7 ? image : { ...image, group: `g${i % 6}` },
    );
    const [entry] = datasetOf([near], mixed).entries;
    expect(entry?.SRCC).toMatchObject({
      estimate: null,
      problem: expect.stringMatching(/^1 of 60 images has no group \(d\/7\.png\)/),
    });
  });

  it('lists the images whose places differ most, the farthest first', () => {
    const wrong: MadeColumn = {
      ...near,
      score: ({ mos }) => (mos === 2 ? 0.99 : mos === COUNT ? 0.3 : mos / 100),
    };
    const [first, second] = datasetOf([wrong]).entries[0]?.disagreements ?? [];
    expect(first).toMatchObject({ image: 'd/1.png', scorePlace: 1, mos: 2 });
    expect(second).toMatchObject({ image: 'd/59.png', mosPlace: 1 });
  });

  it('makes no categories of a measure, and some of whole numbers', () => {
    const tagged = images(COUNT).map((image, i) => ({
      ...image,
      tags: { Sharpness: `${(i % 10) / 4}`, type: `${i % 3}` },
    }));
    const { tags, tagsLeftOut } = datasetOf([near], tagged);
    expect(tags.map(({ name }) => name)).toEqual(['type']);
    expect(tagsLeftOut).toEqual([
      { name: 'Sharpness', reason: '10 values that are numbers, and not all whole' },
    ]);
  });

  it('finds a bias for a tag, and its spread', () => {
    const tagged = images(COUNT).map((image, i) => ({
      ...image,
      tags: { subject: i % 2 === 0 ? 'flower' : 'bin', id: `${i}` },
    }));
    const biased: MadeColumn = {
      ...far,
      score: ({ mos, tags }) => 0.2 + 0.5 * (mos / COUNT) + (tags?.subject === 'flower' ? 0.2 : 0),
    };
    const { tags, tagsLeftOut } = datasetOf([biased], tagged);
    expect(tags.map(({ name }) => name)).toEqual(['subject']);
    expect(tagsLeftOut).toEqual([{ name: 'id', reason: '60 values for 60 images' }]);
    const [bin, flower] = tags[0]?.categories ?? [];
    expect(bin?.value).toBe('bin');
    expect(bin?.columns[0]?.bias.high).toBeLessThan(0);
    expect(flower?.columns[0]?.bias.low).toBeGreaterThan(0);
    expect(tags[0]?.spread[0]?.bias).toBeGreaterThan(1);
    const even = datasetOf([{ ...biased, score: ({ mos }) => mos / COUNT }], tagged).tags[0];
    expect(even?.spread[0]?.bias).toBeLessThan(0.5);
  });

  it('takes the spread of bias over all groups, and lists those with the largest', () => {
    const grouped = images(COUNT * 4).map((image, i) => ({
      ...image,
      mos: 1 + (i % COUNT),
      group: `photograph ${i % 30}`,
      tags: { split: 'test' },
    }));
    const offset = (group = '') => (group === 'photograph 7' ? 0.3 : 0);
    const biased: MadeColumn = {
      ...far,
      score: ({ mos, group, image }) =>
        0.1 + 0.5 * (mos / COUNT) + offset(group) + 0.05 * noise(Number(/\d+/.exec(image)?.[0])),
    };
    const { tags, tagsLeftOut } = datasetOf([biased], grouped);
    expect(tagsLeftOut).toEqual([{ name: 'split', reason: 'all are "test"' }]);
    const [group] = tags;
    expect(group).toMatchObject({ name: 'group', values: 30 });
    expect(group?.categories).toHaveLength(24);
    expect(group?.categories[0]?.value).toBe('photograph 7');
    expect(group?.spread[0]).toMatchObject({ over: 30, bias: expect.any(Number) });
    const even = { ...biased, score: ({ mos }: MadeImage) => mos / COUNT };
    expect(datasetOf([even], grouped).tags[0]?.spread[0]?.bias).toBeLessThan(
      group?.spread[0]?.bias as number,
    );
  });

  it("has Fisher's interval within a category, where its images are independent", () => {
    const parted = (group?: (i: number) => string) =>
      images(COUNT).map((image, i) => ({
        ...image,
        ...(group && { group: group(i) }),
        tags: { side: i % 2 === 0 ? 'left' : 'right' },
      }));
    const withinLeft = (listed: MadeImage[]) => {
      const tag = datasetOf([far], listed).tags.find(({ name }) => name === 'side');
      return tag?.categories[0]?.columns[0]?.SRCC;
    };
    const alone = withinLeft(parted());
    const { low, high } = fisherInterval('SRCC', alone?.estimate as number, COUNT / 2);
    expect(alone).toMatchObject({ low, high });
    expect(withinLeft(parted((i) => `g${i % 10}`))).toMatchObject({
      estimate: alone?.estimate,
      low: null,
      problem: expect.stringMatching(/images of one group belong together/),
    });
  });

  it('adds up calls, cost and invalid samples, and says what has no price', () => {
    const [entry] = datasetOf([near]).entries;
    expect(entry?.calls).toEqual({ bought: COUNT, reused: 0, unusable: 0 });
    expect(entry?.cost.usd).toBeCloseTo(0.001 * COUNT, 12);
    expect(entry?.cost.unpriced).toBe(0);
    expect(entry?.latencyMs?.median).toBe(130);
  });

  it('counts what was bought for rows in error, and the replies that were of no use', () => {
    const made = evaluation(
      [{ ...near, score: (image, i) => (i < 2 ? 'refused' : near.score(image, i)) }],
      images(COUNT),
    );
    const [scored] = made.results.slice(2);
    const withCost = (costUsd: number | null, unusable: object) => ({
      error: 'refused',
      metadata: {
        answers: scored?.response?.metadata?.answers,
        cost: { costUsd, paidUsd: costUsd, asked: 1, reused: 0, unusable },
      },
    });
    const results = made.results.map((result, i) => {
      if (i > 1) return result;
      const unusable = { replies: 2, costUsd: i === 0 ? 0.5 : null };
      return { ...result, response: withCost(i === 0 ? 0.501 : null, unusable) };
    });
    const [entry] =
      buildReport(readRun({ ...made, results }), {
        draws: DRAWS,
        disagreements: 0,
        files: [],
      }).report.datasets[0]?.entries ?? [];
    expect(entry?.calls).toEqual({ bought: COUNT, reused: 0, unusable: 4 });
    expect(entry?.cost.usd).toBeCloseTo(0.001 * COUNT + 0.5, 12);
    expect(entry?.cost.paidUsd).toBeCloseTo(0.001 * COUNT + 0.5, 12);
    expect(entry?.cost.unpriced).toBe(2);
    expect(entry?.cost.failedRows.usd).toBeCloseTo(0.502, 12);
    expect(entry?.cost.failedRows.unpriced).toBe(2);
  });
});
