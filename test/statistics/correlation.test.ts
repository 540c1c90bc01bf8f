import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  krcc,
  pairwiseAccuracy,
  plcc,
  srcc,
  UndefinedCorrelationError,
} from '../../src/statistics/index.ts';
import { sharedIsPresent, sharedPath } from '../shared.ts';
import figures from './reference-values.json' with { type: 'json' };

interface Vector {
  id: string;
  x: number[];
  y: number[];
  spearman: number | null;
  pearson: number | null;
  kendall_tau_b: number | null;
}

/** scipy's values, at the tolerance that their file states. */
function expectReference({ x, y, spearman, pearson, kendall_tau_b }: Vector): void {
  const wanted = [
    [srcc, spearman],
    [plcc, pearson],
    [krcc, kendall_tau_b],
  ] as const;
  for (const [correlation, value] of wanted) {
    if (value === null || x.length < 3)
      expect(() => correlation(x, y)).toThrow(UndefinedCorrelationError);
    else expect(Math.abs(correlation(x, y) - value)).toBeLessThanOrEqual(1e-12);
  }
}

describe('correlations equal the reference values', () => {
  it.each(figures.vectors as Vector[])('$id', expectReference);
});

const FILE = 'statistics/reference-values.json';
const all: { id: string; x: number[]; y: number[]; [name: string]: unknown }[] = sharedIsPresent(
  FILE,
)
  ? JSON.parse(readFileSync(sharedPath(FILE), 'utf8')).vectors
  : [];
describe.skipIf(all.length === 0)('correlations equal all reference values', () => {
  it.each(all)('$id', ({ id, x, y, spearman, pearson, kendall_tau_b }) => {
    const value = (entry: unknown, key: string) =>
      (entry as Record<string, number | null> | null)?.[key] ?? null;
    expectReference({
      id,
      x,
      y,
      spearman: value(spearman, 'r'),
      pearson: value(pearson, 'r'),
      kendall_tau_b: value(kendall_tau_b, 'tau'),
    });
  });
});

/** Pairs with many ties, neither vector constant. */
const pairs = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), {
    minLength: 3,
    maxLength: 60,
  })
  .filter((list) => [0, 1].every((side) => new Set(list.map((pair) => pair[side])).size > 1))
  .map((list) => ({ x: list.map(([a]) => a), y: list.map(([, b]) => b) }));

/** tau-b by its definition, over all pairs. */
function naiveTauB(x: number[], y: number[]): number {
  let difference = 0;
  let untiedX = 0;
  let untiedY = 0;
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const dx = Math.sign(x[i]! - x[j]!);
      const dy = Math.sign(y[i]! - y[j]!);
      difference += dx * dy;
      untiedX += Math.abs(dx);
      untiedY += Math.abs(dy);
    }
  }
  return difference / Math.sqrt(untiedX * untiedY);
}

describe('correlations', () => {
  it('tau-b is (P - Q) / sqrt((n0 - n1)(n0 - n2)) with any ties', () => {
    fc.assert(
      fc.property(pairs, ({ x, y }) => {
        expect(krcc(x, y)).toBeCloseTo(naiveTauB(x, y), 12);
      }),
    );
  });

  it.each([
    ['SRCC', srcc],
    ['KRCC', krcc],
    ['PLCC', plcc],
  ])(
    '%s is symmetric, bounded, 1 with itself, and turns its sign with one vector',
    (_, correlation) => {
      fc.assert(
        fc.property(pairs, ({ x, y }) => {
          const value = correlation(x, y);
          expect(Math.abs(value)).toBeLessThanOrEqual(1);
          expect(correlation(y, x)).toBeCloseTo(value, 12);
          expect(correlation(x, x)).toBeCloseTo(1, 12);
          expect(
            correlation(
              x.map((v) => -v),
              y,
            ),
          ).toBeCloseTo(-value, 12);
        }),
      );
    },
  );

  it.each([
    ['SRCC', srcc],
    ['KRCC', krcc],
  ])('%s depends on order alone', (_, correlation) => {
    fc.assert(
      fc.property(pairs, ({ x, y }) => {
        expect(
          correlation(
            x.map((v) => Math.exp(v) - 3),
            y,
          ),
        ).toBe(correlation(x, y));
      }),
    );
  });

  it('none depends on the order of the images', () => {
    fc.assert(
      fc.property(pairs, fc.infiniteStream(fc.nat()), ({ x, y }, keys) => {
        const order = x
          .map((_, i) => ({ i, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key);
        for (const correlation of [srcc, krcc, plcc]) {
          const shuffled = correlation(
            order.map(({ i }) => x[i]!),
            order.map(({ i }) => y[i]!),
          );
          expect(shuffled).toBeCloseTo(correlation(x, y), 12);
        }
      }),
    );
  });

  it.each<[string, number[], number[], RegExp]>([
    ['two images', [1, 2], [2, 1], /at least 3 images, there are 2/],
    ['no image', [], [], /there are 0/],
    ['constant scores', [0.5, 0.5, 0.5], [1, 2, 3], /all 3 scores are 0\.5/],
    ['constant MOS', [1, 2, 3], [4, 4, 4], /all 3 MOS values are 4/],
    ['different lengths', [1, 2, 3], [1, 2], /3 scores cannot be paired with 2/],
    ['not a number', [1, Number.NaN, 3], [1, 2, 3], /scores: number 2 is NaN/],
    ['infinity', [1, 2, 3], [1, 2, Number.POSITIVE_INFINITY], /MOS values: number 3 is Infinity/],
  ])('have no value for %s, and say why', (_, x, y, message) => {
    for (const correlation of [srcc, krcc, plcc]) expect(() => correlation(x, y)).toThrow(message);
  });
});

describe('pairwise accuracy', () => {
  it('is the share of pairs with unequal MOS in order, equal scores counting half', () => {
    fc.assert(
      fc.property(pairs, ({ x, y }) => {
        let right = 0;
        let all = 0;
        for (let i = 0; i < x.length; i++) {
          for (let j = 0; j < i; j++) {
            const dy = Math.sign(y[i]! - y[j]!);
            if (dy === 0) continue;
            all++;
            right += (1 + dy * Math.sign(x[i]! - x[j]!)) / 2;
          }
        }
        expect(pairwiseAccuracy(x, y)).toBeCloseTo(right / all, 12);
      }),
    );
  });

  it('is (1 + tau) / 2 without ties', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer(), { minLength: 3, maxLength: 40 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (x, stream) => {
          const y = x.map(() => stream.next().value as number);
          fc.pre(new Set(y).size === y.length);
          expect(pairwiseAccuracy(x, y)).toBeCloseTo((1 + krcc(x, y)) / 2, 12);
        },
      ),
    );
  });
});
