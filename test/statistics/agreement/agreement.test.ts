import { readFileSync } from 'node:fs';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { sampleStandardDeviation } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import {
  attainableSrcc,
  bootstrapStatistics,
  calibrationOf,
  ceilingOf,
  differenceOfStatistics,
  intraclass,
  krippendorffAlpha,
  levelsOf,
  mapScores,
  onUnitScale,
  pairAccuracy,
  pairwiseAccuracy,
  predictionReach,
  quadraticKappa,
  type Statistic,
  srcc,
  UndefinedCorrelationError,
  UndefinedIntervalError,
} from '../../../src/statistics/index.ts';
import { normalUpperQuantile } from '../../../src/statistics/normal.ts';
import { forEachResample, unitsOf } from '../../../src/statistics/resample.ts';

/** Written by make-reference.py; it says by which packages. */
interface Case {
  scale: [number, number];
  levels: number[];
  scores: number[];
  others: number[][];
  mos: number[];
  standardErrors: number[];
  expected: {
    pairs: { accuracy: number; told: number; pairs: number };
    pairsWithBand: { accuracy: number; told: number; pairs: number };
    scoreLevels: number[];
    mosLevels: number[];
    kappa: number;
    alpha: number;
    alphaOfTwo: number;
    icc: { absolute: number; consistency: number };
    iccOfTwo: { absolute: number; consistency: number };
    reliability: number;
    attainable: { PLCC: number; SRCC: number };
    calibration: { bins: number; counts: number[]; scores: number[]; mos: number[]; error: number };
    reach: number;
  };
}

const { cases } = JSON.parse(
  readFileSync(new URL('reference-values.json', import.meta.url), 'utf8'),
) as { cases: Case[] };

const claimed = ({ scores, scale: [worst, best] }: Case) =>
  scores.map((score) => worst + (best - worst) * score);

describe.each(cases.map((one, index) => [index + 1, one] as const))(
  'reference case %i',
  (_, one) => {
    const { expected, scores, mos, standardErrors, others, levels, scale } = one;
    const units = unitsOf(scores.length);

    it('pair accuracy, with a band of ties and without', () => {
      const plain = pairAccuracy(scores, mos, undefined, units);
      expect(plain.estimate).toBeCloseTo(expected.pairs.accuracy, 12);
      expect([plain.told, plain.pairs]).toEqual([expected.pairs.told, expected.pairs.pairs]);
      expect(pairwiseAccuracy(scores, mos)).toBeCloseTo(expected.pairs.accuracy, 12);
      const banded = pairAccuracy(scores, mos, standardErrors, units);
      expect(banded.estimate).toBeCloseTo(expected.pairsWithBand.accuracy, 12);
      expect(banded.told).toBe(expected.pairsWithBand.told);
    });

    it('levels and quadratic-weighted kappa', () => {
      const own = levelsOf(scores, levels);
      const people = levelsOf(onUnitScale(mos, scale), levels);
      expect([...own]).toEqual(expected.scoreLevels);
      expect([...people]).toEqual(expected.mosLevels);
      expect(quadraticKappa(own, people, levels.length).estimate).toBeCloseTo(expected.kappa, 12);
    });

    it("Krippendorff's alpha and ICC, of three raters and of scores with MOS", () => {
      const three = [scores, ...others];
      const two = [claimed(one), mos];
      expect(krippendorffAlpha(three).estimate).toBeCloseTo(expected.alpha, 10);
      expect(krippendorffAlpha(two).estimate).toBeCloseTo(expected.alphaOfTwo, 10);
      for (const kind of ['absolute', 'consistency'] as const) {
        expect(intraclass(kind, three).estimate).toBeCloseTo(expected.icc[kind], 10);
        expect(intraclass(kind, two).estimate).toBeCloseTo(expected.iccOfTwo[kind], 10);
      }
    });

    it('the reliability of MOS and what it makes attainable', () => {
      const { reliability, attainable } = ceilingOf(mos, standardErrors);
      expect(reliability).toBeCloseTo(expected.reliability, 12);
      expect(attainable.PLCC).toBeCloseTo(expected.attainable.PLCC, 12);
      expect(attainable.SRCC).toBeCloseTo(expected.attainable.SRCC, 12);
    });

    it('calibration by bins, and the reach of a prediction', () => {
      const { bins, counts, error, ...means } = expected.calibration;
      const found = calibrationOf(scores, claimed(one), mos, bins);
      expect(found.bins.map(({ members }) => members.length)).toEqual(counts);
      for (const [index, bin] of found.bins.entries()) {
        expect(bin.score).toBeCloseTo(means.scores[index]!, 12);
        expect(bin.mos).toBeCloseTo(means.mos[index]!, 10);
      }
      expect(found.estimate).toBeCloseTo(error, 10);
      const reach = predictionReach(claimed(one), mos, { parameters: 4, confidence: 0.95 });
      expect(reach).toBeCloseTo(expected.reach, 10);
    });
  },
);

it('a MOS in the middle between two levels goes to the better, whatever its last bits are', () => {
  for (const steps of [4, 6, 9, 10]) {
    const levels = Array.from({ length: steps + 1 }, (_, step) => step / steps);
    const middles = Array.from({ length: steps }, (_, step) => step + 0.5);
    const better = middles.map((middle) => middle + 0.5);
    expect([...levelsOf(onUnitScale(middles, [0, steps]), levels)]).toEqual(better);
  }
});

/** Each image as often as it was drawn, one by one. */
const gathered = <Value>(values: readonly Value[], times: ArrayLike<number>): Value[] =>
  values.flatMap((value, i) => Array<Value>(times[i] ?? 0).fill(value));

const NAMES = cases[0]!.scores.map((_, index) => `group ${index % 17}`);

type Maker = (part: Case) => Statistic;

const statistics: Record<string, Maker> = {
  pairs: ({ scores, mos }) => pairAccuracy(scores, mos, undefined, unitsOf(scores.length)),
  'pairs with a band': ({ scores, mos, standardErrors }) =>
    pairAccuracy(scores, mos, standardErrors, unitsOf(scores.length)),
  kappa: ({ scores, mos, levels, scale }) =>
    quadraticKappa(
      levelsOf(scores, levels),
      levelsOf(onUnitScale(mos, scale), levels),
      levels.length,
    ),
  alpha: ({ scores, others }) => krippendorffAlpha([scores, ...others]),
  'ICC(2,1)': ({ scores, others }) => intraclass('absolute', [scores, ...others]),
  'ICC(3,1)': ({ scores, others }) => intraclass('consistency', [scores, ...others]),
  ceiling: ({ mos, standardErrors }) => attainableSrcc(mos, standardErrors),
};

describe('a resampled statistic', () => {
  it.each(Object.entries(statistics))(
    '%s is that of the resample written out, drawn by groups',
    (name, make) => {
      const one = cases[0]!;
      const units = unitsOf(one.scores.length, NAMES);
      const prepared =
        name === 'pairs with a band'
          ? pairAccuracy(one.scores, one.mos, one.standardErrors, units)
          : make(one);
      forEachResample(units, { draws: 20, seed: 3 }, (times) => {
        const written = make({
          ...one,
          scores: gathered(one.scores, times),
          mos: gathered(one.mos, times),
          standardErrors: gathered(one.standardErrors, times),
          others: one.others.map((own) => gathered(own, times)),
        });
        expect(prepared.resample(times)).toBeCloseTo(written.estimate, 10);
      });
    },
  );

  it('pairs are drawn to the first order above 500 units, and spread as the exact ones do', () => {
    const random = xoroshiro128plus(5);
    const n = 600;
    const scores = Array.from({ length: n }, () => uniformFloat64(random));
    const mos = scores.map((score) => score + uniformFloat64(random));
    const errors = mos.map(() => 0.1);
    const units = unitsOf(n);
    const statistic = pairAccuracy(scores, mos, errors, units);
    const first: number[] = [];
    const exact: number[] = [];
    forEachResample(units, { draws: 120, seed: 1 }, (times) => {
      first.push(statistic.resample(times));
      const [ofScores, ofMos, ofErrors] = [scores, mos, errors].map((all) => gathered(all, times));
      exact.push(pairAccuracy(ofScores!, ofMos!, ofErrors!, unitsOf(n)).estimate);
    });
    const spread = sampleStandardDeviation(exact);
    expect(Math.abs(sampleStandardDeviation(first) / spread - 1)).toBeLessThan(0.05);
    const apart = first.map((value, index) => value - exact[index]!);
    expect(sampleStandardDeviation(apart)).toBeLessThan(0.15 * spread);
  });

  it('pairs are never more than all, whichever units are drawn', () => {
    const n = 600;
    const mos = Array.from({ length: n }, (_, i) => i);
    // One image in the wrong place, without which every draw is in order.
    const scores = mos.map((value) => (value === 0 ? 30.5 : value));
    const units = unitsOf(n);
    const statistic = pairAccuracy(
      scores,
      mos,
      mos.map(() => 0.1),
      units,
    );
    // 30 of 179,700 pairs are out of order; their MOS all differ by more than 1.96 * 0.141.
    expect(statistic.estimate).toBeCloseTo(1 - 30 / 179_700, 12);
    const drawn: number[] = [];
    forEachResample(units, { draws: 50, seed: 1 }, (times) => {
      drawn.push(statistic.resample(times));
    });
    expect(Math.max(...drawn)).toBe(1);
    expect(Math.min(...drawn)).toBeLessThan(1);
  });

  it('is paired with another of the same draws', () => {
    const { scores, others, mos } = cases[2]!;
    const units = unitsOf(scores.length);
    const [a, b, same] = bootstrapStatistics(
      [scores, others[0]!, scores].map((own) => pairAccuracy(own, mos, undefined, units)),
      units,
      { seed: 7 },
    );
    const difference = differenceOfStatistics(a!, b!);
    expect(difference.estimate).toBeCloseTo(a!.estimate - b!.estimate, 12);
    expect(difference.low).toBeLessThan(difference.estimate);
    expect(difference.high).toBeGreaterThan(difference.estimate);
    expect(differenceOfStatistics(a!, same!)).toMatchObject({ estimate: 0, low: 0, high: 0 });
  });
});

describe('what does not exist', () => {
  const units = unitsOf(4);
  it('is refused with the reason', () => {
    expect(() => pairAccuracy([1, 2, 3, 4], [1, 2, 3, 4], [9, 9, 9, 9], units)).toThrow(
      'people tell no two of these images apart',
    );
    expect(() => quadraticKappa([1, 1, 1], [1, 1, 1], 3)).toThrow(UndefinedCorrelationError);
    expect(() =>
      krippendorffAlpha([
        [1, 1],
        [1, 1],
      ]),
    ).toThrow('all ratings are equal');
    expect(() =>
      intraclass('absolute', [
        [1, 1],
        [1, 1],
      ]),
    ).toThrow('all ratings are equal');
    expect(() => krippendorffAlpha([[1, 2]])).toThrow(RangeError);
    expect(() => ceilingOf([1, 2, 3], [5, 5, 5])).toThrow('disagree as much as the images differ');
    expect(() => predictionReach([1, 2], [1, 2], { parameters: 4, confidence: 0.95 })).toThrow(
      new UndefinedIntervalError('a prediction interval needs at least 19 images, there are 2'),
    );
  });
});

/** Seeded, by the inverse of the normal distribution. */
function gaussian(random: ReturnType<typeof xoroshiro128plus>): number {
  const share = Math.min(1 - 1e-9, Math.max(1e-9, uniformFloat64(random)));
  return share <= 0.5 ? -normalUpperQuantile(share) : normalUpperQuantile(1 - share);
}

it('the ceiling is what the true quality itself reaches against noisy MOS', () => {
  const random = xoroshiro128plus(11);
  const n = 4000;
  const truth = Array.from({ length: n }, () => gaussian(random));
  const errors = truth.map((_, index) => 0.3 + (index % 5) / 10);
  const mos = truth.map((value, index) => value + errors[index]! * gaussian(random));
  expect(Math.abs(ceilingOf(mos, errors).attainable.SRCC - srcc(truth, mos))).toBeLessThan(0.01);
});

it('a prediction interval from 100 images holds the MOS of 95 % of new ones', () => {
  const random = xoroshiro128plus(21);
  const draw = () => {
    const score = uniformFloat64(random);
    return { score, mos: 1 + 4 / (1 + Math.exp(-6 * (score - 0.5))) + 0.4 * gaussian(random) };
  };
  let inside = 0;
  const rounds = 60;
  for (let round = 0; round < rounds; round++) {
    const images = Array.from({ length: 100 }, draw);
    const scores = images.map(({ score }) => score);
    const mos = images.map((image) => image.mos);
    const { predict } = mapScores(scores, mos);
    const reach = predictionReach(scores.map(predict), mos, { parameters: 4, confidence: 0.95 });
    const fresh = Array.from({ length: 100 }, draw);
    inside += fresh.filter((image) => Math.abs(image.mos - predict(image.score)) <= reach).length;
  }
  const coverage = inside / (rounds * 100);
  expect(coverage).toBeGreaterThan(0.93);
  expect(coverage).toBeLessThan(0.97);
});
