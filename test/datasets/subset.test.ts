import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stratifiedSubset } from '../../src/datasets/subset.ts';

const scores = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 200 });
const seeds = fc.nat(0xffffffff);

describe('stratifiedSubset', () => {
  it('takes as many as asked for, each once, in the order of the list', () => {
    fc.assert(
      fc.property(scores, fc.integer({ min: 1, max: 250 }), seeds, (mos, limit, seed) => {
        const drawn = stratifiedSubset(mos, limit, seed);
        expect(drawn).toHaveLength(Math.min(limit, mos.length));
        expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b));
        expect(drawn.every((index) => mos[index] !== undefined)).toBe(true);
      }),
    );
  });

  it('has the distribution of the whole: every score stands where its stratum of the list does', () => {
    fc.assert(
      fc.property(scores, fc.integer({ min: 1, max: 200 }), seeds, (mos, share, seed) => {
        const limit = Math.min(share, mos.length);
        const sorted = [...mos].sort((a, b) => a - b);
        const drawn = stratifiedSubset(mos, limit, seed)
          .map((index) => mos[index]!)
          .sort((a, b) => a - b);
        drawn.forEach((value, stratum) => {
          const first = sorted[Math.floor((stratum * mos.length) / limit)]!;
          const last = sorted[Math.floor(((stratum + 1) * mos.length) / limit) - 1]!;
          expect(value).toBeGreaterThanOrEqual(first);
          expect(value).toBeLessThanOrEqual(last);
        });
      }),
    );
  });

  it('differs between seeds that follow each other', () => {
    const mos = Array.from({ length: 12 }, (_, index) => index);
    const draws = Array.from({ length: 30 }, (_, seed) => stratifiedSubset(mos, 3, seed).join());
    // 30 of 64 subsets drawn at random are 24 different ones on average.
    expect(new Set(draws).size).toBeGreaterThan(18);
  });

  it('gives every image of a stratum its chance', () => {
    const mos = Array.from({ length: 12 }, (_, index) => index);
    const drawn = new Set(
      Array.from({ length: 300 }, (_, seed) => stratifiedSubset(mos, 3, seed)).flat(),
    );
    expect(drawn.size).toBe(12);
  });
});
