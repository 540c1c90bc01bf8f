import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import rankCorrelation from '../../assertions/rank-correlation.ts';
import type { ConditionResult } from '../../src/method/row-output.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { readRun } from '../../src/report/run/read-run.ts';
import type { CorrelationAnswer } from '../../src/rows/correlation-row.ts';
import { krcc, srcc } from '../../src/statistics/index.ts';
import { rankScores } from '../../src/statistics/rank-scores.ts';
import { answerOf, condition } from '../assertions/answers.ts';
import { evaluation, images } from '../report/evaluations.ts';

const NAMES = ['zoom_blur', 'spatter', 'saturate', 'fog'];
const ANSWERS = 8;

/** Sampled answers of four conditions to each image: how many of 8 said good, and how many yes. */
const counts = fc.array(
  fc.array(fc.tuple(fc.integer({ min: 0, max: ANSWERS }), fc.integer({ min: 1, max: ANSWERS })), {
    minLength: NAMES.length,
    maxLength: NAMES.length,
  }),
  { minLength: 8, maxLength: 30 },
);

const conditionsOf = (image: [number, number][]): ConditionResult[] =>
  image.map(([good, same], i) => condition(good / ANSWERS, same / ANSWERS, NAMES[i]));

function sampled(rows: ConditionResult[][]): CorrelationAnswer {
  const answer = answerOf(rows.map(() => 0.5));
  return {
    ...answer,
    rows: answer.rows.map((row, i) => ({
      ...row,
      source: 'samples',
      conditions: rows[i]!,
    })),
  };
}

const metricsOf = (rows: ConditionResult[][], weights: string) =>
  rankCorrelation('', { config: { weights }, metadata: { correlation: sampled(rows) } });

/** The report's estimates of the same rows, and the draws behind them as intervals. */
function reported(rows: ConditionResult[][], weights: string) {
  const made = evaluation(
    [{ provider: 'p', prompt: 'q', score: () => 0.5, source: 'samples', rank: { weights } }],
    images(rows.length),
  );
  const results = made.results.map((result, i) => {
    const conditions = rows[i];
    if (!conditions) return result;
    const output = { ...(result.response?.output as object), conditions, method: 'debiased' };
    return { ...result, response: { ...result.response, output } };
  });
  const { datasets } = buildReport(readRun({ ...made, results }), {
    draws: { draws: 1000, seed: 0, confidence: 0.95 },
    disagreements: 3,
    files: [],
  }).report;
  const { SRCC, KRCC, PLCC, disagreements } = datasets[0]?.entries[0] ?? {};
  return { SRCC, KRCC, PLCC, disagreements };
}

describe('the order of conditions', () => {
  it.each(['softmax', 'uniform', 'proportional'])(
    'changes no correlation, interval or place, %s weights',
    (weights) => {
      fc.assert(
        fc.property(
          counts,
          fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4, maxLength: 4 }),
          (listed, order) => {
            const rows = listed.map(conditionsOf);
            const other = rows.map((row) => order.map((place) => row[place]!));
            expect(metricsOf(other, weights)).toEqual(metricsOf(rows, weights));
            expect(reported(other, weights)).toEqual(reported(rows, weights));
          },
        ),
        { numRuns: 15 },
      );
    },
  );
});

describe('scores that are equal by construction', () => {
  it('stay tied: means of shares correlate as their whole numbers do', () => {
    fc.assert(
      fc.property(counts, (listed) => {
        const sums = listed.map((row) => row.reduce((sum, [good]) => sum + good, 0));
        fc.pre(new Set(sums).size > 1);
        const { namedScores } = metricsOf(listed.map(conditionsOf), 'uniform');
        const mos = listed.map((_, i) => i);
        expect(namedScores?.SRCC).toBe(srcc(sums, mos));
        expect(namedScores?.KRCC).toBe(krcc(sums, mos));
      }),
    );
  });

  it('stay tied in the report, in its intervals too', () => {
    // 0.1 + 0.2 + 0.3 in two orders of summing, beside the share itself.
    const rows = Array.from({ length: 24 }, (_, i) =>
      [
        [1, 2, 3, 0],
        [3, 0, 2, 1],
        [2, 2, 2, 0],
        [6, 0, 0, 0],
      ]
        .map((row) => (i < 12 ? row : row.map((value) => value + 1)))
        [i % 4]?.map((good, place) => condition(good / 10, 1 / 3, NAMES[place])),
    ) as ConditionResult[][];
    const exact = srcc(
      rows.map((_, i) => (i < 12 ? 0 : 1)),
      rows.map((_, i) => i),
    );
    for (const weights of ['softmax', 'uniform', 'proportional']) {
      expect(metricsOf(rows, weights).namedScores?.SRCC).toBe(exact);
      expect(reported(rows, weights).SRCC?.estimate).toBe(exact);
    }
  });
});

describe('rankScores', () => {
  it('ties token probabilities within 1e-6, and others within 1e-9', () => {
    expect(new Set(rankScores([0.3, 0.3 + 4e-8], ['logprobs'])).size).toBe(1);
    expect(new Set(rankScores([0.3, 0.3 + 4e-8], ['samples'])).size).toBe(2);
    expect(new Set(rankScores([0.3, 0.3 + 1e-10], ['computed'])).size).toBe(1);
    expect(new Set(rankScores([0.3, 0.3 + 4e-6], ['logprobs'])).size).toBe(2);
    expect(new Set(rankScores([0.3, 0.3 + 4e-8], ['samples', 'logprobs'])).size).toBe(1);
  });

  it('leaves a score within half a step of what it was, and 0 and 1 as they are', () => {
    expect([...rankScores([0, 1, 0.5, 0.776], ['logprobs'])]).toEqual([0, 1, 0.5, 0.776]);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (score) => {
        const [ranked] = rankScores([score], ['samples']);
        expect(Math.abs((ranked as number) - score)).toBeLessThan(0.7e-9);
      }),
    );
  });

  it.each([
    ['samples', 3 / 1024],
    ['samples', 777 / 1024],
    ['logprobs', 1 / 128],
    ['logprobs', 77 / 128],
  ])(
    '%s: %d, just between two steps, is one score with its last bit and without',
    (source, share) => {
      const near = [share * (1 - 4e-16), share, share * (1 + 4e-16)];
      expect(new Set(near).size).toBe(3);
      expect(new Set(rankScores(near, [source])).size).toBe(1);
    },
  );

  it('turns at no share of small numbers, so that their last bit decides nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(), (of, good) => {
        const share = (good % (of + 1)) / of;
        const near = [share * (1 - 4e-16), share, share * (1 + 4e-16)];
        expect(new Set(rankScores(near, ['samples'])).size).toBe(1);
        expect(new Set(rankScores(near, ['logprobs'])).size).toBe(1);
      }),
    );
  });
});
