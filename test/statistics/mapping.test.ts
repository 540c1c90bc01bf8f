import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapScores, plcc } from '../../src/statistics/index.ts';
import { logistic4, logistic5 } from '../../src/statistics/logistic.ts';
import { sharedIsPresent, sharedPath } from '../shared.ts';
import figures from './reference-values.json' with { type: 'json' };

/** What scipy's curve_fit reached from the customary start, and from many. */
interface ReferenceFit {
  start_rmse: number;
  best_rmse: number;
  best_plcc: number | null;
  well_conditioned: boolean;
}

/** Parameters are not unique, so RMSE and PLCC are compared, as the reference file asks. */
function expectFit(x: number[], y: number[], parameters: 4 | 5, wanted: ReferenceFit): void {
  const { rmse, plcc: mapped } = mapScores(x, y, parameters);
  const equalsBest = Math.abs(rmse / wanted.best_rmse - 1) <= 1e-6;
  expect(equalsBest || rmse <= wanted.start_rmse * (1 + 1e-6)).toBe(true);
  if (wanted.well_conditioned && wanted.best_plcc !== null) {
    expect(Math.abs((mapped ?? Number.NaN) - wanted.best_plcc)).toBeLessThanOrEqual(1e-5);
  }
}

const fitted = figures.vectors.flatMap(({ id, x, y, logistic4: four, logistic5: five }) =>
  ([four, five] as const).flatMap((fit, i) =>
    fit ? [{ id, x, y, parameters: (i + 4) as 4 | 5, fit: fit as ReferenceFit }] : [],
  ),
);
describe('the mapping reaches the reference fit', () => {
  it.each(fitted)('$id, $parameters parameters', ({ x, y, parameters, fit }) => {
    expectFit(x, y, parameters, fit);
  });
});

interface SharedFit {
  from_initial_guess: { rmse: number };
  best_of_multistart: { rmse: number; plcc: number | null };
  well_conditioned: boolean;
}
const FILE = 'statistics/reference-values.json';
const all: { id: string; x: number[]; y: number[]; [curve: string]: unknown }[] = sharedIsPresent(
  FILE,
)
  ? JSON.parse(readFileSync(sharedPath(FILE), 'utf8')).vectors
  : [];
describe.skipIf(all.length === 0)('the mapping reaches all reference fits', () => {
  const cases = all.flatMap(({ id, x, y, ...rest }) =>
    ([4, 5] as const).flatMap((parameters) => {
      const fit = rest[`logistic${parameters}`] as SharedFit | null;
      return fit ? [{ id, x, y, parameters, fit }] : [];
    }),
  );
  it.each(cases)('$id, $parameters parameters', ({ x, y, parameters, fit }) => {
    expectFit(x, y, parameters, {
      start_rmse: fit.from_initial_guess.rmse,
      best_rmse: fit.best_of_multistart.rmse,
      best_plcc: fit.best_of_multistart.plcc,
      well_conditioned: fit.well_conditioned,
    });
  });
});

/** A bent relation with noise, reproducible. */
const scores = Array.from({ length: 60 }, (_, i) => 0.2 + i / 100);
const mos = scores.map(
  (score, i) => 20 + 60 / (1 + Math.exp(-(score - 0.4) / 0.05)) + 3 * Math.sin(i * 12.9898),
);

describe('mapped scores', () => {
  it.each([4, 5] as const)('%d parameters give back a curve of their kind', (parameters) => {
    const truth =
      parameters === 4 ? logistic4.at([80, 20, 0.4, 0.05]) : logistic5.at([50, 20, 0.4, 15, 30]);
    const mapping = mapScores(scores, scores.map(truth), parameters);
    expect(mapping.converged).toBe(true);
    expect(mapping.rmse).toBeLessThan(1e-6);
    expect(mapping.plcc).toBeCloseTo(1, 9);
    const curve = parameters === 4 ? logistic4 : logistic5;
    for (const score of [0.25, 0.4, 0.7]) {
      expect(mapping.predict(score)).toBeCloseTo(truth(score), 5);
      expect(curve.at(mapping.parameters)(score)).toBeCloseTo(truth(score), 5);
    }
  });

  it('fit no worse than a straight line, and better where the relation is bent', () => {
    const { plcc: mapped, rmse } = mapScores(scores, mos);
    const spread = Math.sqrt(
      mos.reduce((sum, value) => sum + (value - mean(mos)) ** 2, 0) / mos.length,
    );
    const straight = spread * Math.sqrt(1 - plcc(scores, mos) ** 2);
    expect(rmse).toBeLessThan(straight / 2);
    expect(mapped).toBeGreaterThan(plcc(scores, mos) + 0.02);
    const noise = scores.map((_, i) => Math.sin(i * 78.233) * 43758.5453);
    const { plcc: raw } = { plcc: Math.abs(plcc(scores, noise)) };
    expect(mapScores(scores, noise).plcc ?? 0).toBeGreaterThanOrEqual(raw - 1e-6);
  });

  it('the 5-parameter curve is never worse than the 4-parameter one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 60, maxLength: 60 }),
        (noise) => {
          const y = scores.map((score, i) => score + (noise[i] as number) / 40);
          expect(mapScores(scores, y, 5).rmse).toBeLessThanOrEqual(
            mapScores(scores, y, 4).rmse * (1 + 1e-9),
          );
        },
      ),
      { numRuns: 10 },
    );
  });

  it('say whether they had settled by what still moves, not by the last bit', () => {
    const mappingOf = (relation: (i: number) => number) => {
      const places = Array.from({ length: 400 }, (_, i) => i);
      return mapScores(
        places.map((i) => i / 60),
        places.map((i) => relation(i) + Math.abs(Math.sin(i * 12.9898))),
      );
    };
    // A root is approached by ever wider curves: RMSE moves in its fifth digit, and no reader sees it.
    expect(mappingOf((i) => Math.sqrt(i))).toMatchObject({ converged: false, settled: true });
    // An exponential is approached so well that RMSE, a small remainder, still falls by a tenth.
    expect(mappingOf((i) => Math.exp(i / 20))).toMatchObject({ converged: false, settled: false });
    expect(mappingOf((i) => i)).toMatchObject({ settled: true, falls: false });
    expect(mappingOf((i) => -i)).toMatchObject({ settled: true, falls: true });
  });

  it('do not depend on the scales of scores and MOS', () => {
    const { plcc: mapped, rmse } = mapScores(scores, mos);
    const moved = mapScores(
      scores.map((score) => 1e6 + 1000 * score),
      mos.map((value) => value / 20 - 3),
    );
    expect(moved.plcc).toBeCloseTo(mapped as number, 8);
    expect(moved.rmse * 20).toBeCloseTo(rmse, 6);
  });

  it('follow falling scores as well', () => {
    const falling = mapScores(
      scores.map((score) => -score),
      mos,
    );
    expect(falling.plcc).toBeCloseTo(mapScores(scores, mos).plcc as number, 9);
  });

  it.each<[string, number[], number[], RegExp]>([
    ['nine images', scores.slice(0, 9), mos.slice(0, 9), /at least 10 images, there are 9/],
    ['constant scores', scores.map(() => 1), mos, /all 60 scores are 1/],
    ['constant MOS', scores, mos.map(() => 3), /all 60 MOS values are 3/],
  ])('are refused for %s', (_, x, y, message) => {
    expect(() => mapScores(x, y)).toThrow(message);
  });
});

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
