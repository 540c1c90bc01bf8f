import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fisherInterval, holm, mengTest } from '../../src/statistics/index.ts';
import { normalUpperQuantile, normalUpperTail } from '../../src/statistics/normal.ts';
import { studentUpperQuantile, studentUpperTail } from '../../src/statistics/student.ts';

describe('the normal distribution', () => {
  it.each([
    [0, 0.5],
    [0.3, 0.3820885778110474],
    [2.4999, 0.006211418374944587],
    [2.5, 0.006209665325776132],
    [3, 0.0013498980316300933],
    [8, 6.22096057427174e-16],
    [20, 2.7536241186061556e-89],
    [37, 5.725571222524577e-300],
    [-3, 0.9986501019683699],
  ])('has the upper tail of scipy at %d', (z, tail) => {
    expect(normalUpperTail(z) / tail).toBeCloseTo(1, 12);
  });

  it('has no tail beyond what a number can hold', () => {
    for (const z of [38, 1e9, Number.POSITIVE_INFINITY]) expect(normalUpperTail(z)).toBe(0);
    expect(normalUpperTail(-1e9)).toBe(1);
  });

  it('has quantiles that are the inverse of its tail', () => {
    expect(normalUpperQuantile(0.025)).toBeCloseTo(1.959963984540054, 12);
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 0.5, noNaN: true }), (tail) => {
        expect(normalUpperTail(normalUpperQuantile(tail)) / tail).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe("Student's distribution", () => {
  it.each([
    [0, 4, 0.5],
    [0.5, 7, 0.3162035678446422],
    [2, 4, 0.05805826175840778],
    [3, 19, 0.003680862091934319],
    [6, 7, 0.00027112917100140525],
    [5, 9999, 2.915168205114154e-7],
    [20, 100, 4.9971339306685015e-37],
    [-3, 28, 0.9971913004601455],
  ])('has the upper tail of scipy at %d with %d degrees of freedom', (t, degrees, tail) => {
    expect(studentUpperTail(t, degrees) / tail).toBeCloseTo(1, 9);
  });

  it('comes to the normal one with many degrees of freedom, and is wider with few', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 6, noNaN: true }), (t) => {
        expect(studentUpperTail(t, 1e6) / normalUpperTail(t)).toBeCloseTo(1, 3);
        expect(studentUpperTail(t, 5)).toBeGreaterThan(normalUpperTail(t));
      }),
    );
  });

  // scipy.stats.t.isf(tail, degrees)
  it.each([
    [0.025, 4, 2.7764451051977943],
    [0.005, 4, 4.604094871349993],
    [0.025, 7, 2.3646242515927844],
    [1e-6, 7, 14.241469651981445],
    [0.025, 11, 2.2009851600916392],
    [0.1, 18, 1.330390943569909],
    [0.025, 1, 12.706204736174705],
    [1e-6, 1, 318309.8861827435],
    [0.025, 999, 1.9623414611334498],
  ])('has the quantile of scipy at the tail %d with %d degrees of freedom', (tail, degrees, t) => {
    expect(studentUpperQuantile(tail, degrees) / t).toBeCloseTo(1, 9);
  });

  it('refuses no degrees of freedom', () => {
    expect(() => studentUpperQuantile(0.6, 4)).toThrow(/tail is 0.6/);
    expect(() => studentUpperTail(1, 0)).toThrow(/must be a whole number above 0/);
    expect(() => studentUpperQuantile(0.1, 2.5)).toThrow(/are 2.5; they must be a whole number/);
  });

  it('has a tail at any distance', () => {
    for (const degrees of [1, 2, 19, 999, 1e6]) {
      for (const t of [1e-300, 1e9, 1e300, Number.POSITIVE_INFINITY]) {
        const tail = studentUpperTail(t, degrees);
        expect(tail).toBeGreaterThanOrEqual(0);
        expect(tail).toBeLessThanOrEqual(0.5);
      }
    }
  });
});

describe("Fisher's interval", () => {
  it('has the widths known from image quality papers', () => {
    const small = fisherInterval('SRCC', 0.8, 200);
    expect(small.high - 0.8).toBeCloseTo(0.05, 1);
    const large = fisherInterval('SRCC', 0.88, 1162);
    expect((large.high - large.low) / 2).toBeCloseTo(0.015, 3);
  });

  // tanh(atanh(r) ± 1.959964 sqrt(v)) by hand, v as Bonett & Wright have it: 1.18/97, 0.437/96, 1/97.
  it.each([
    ['SRCC', 0.4438163527, 0.7208062275],
    ['KRCC', 0.508652391, 0.6779897729],
    ['PLCC', 0.457498476, 0.7124547099],
  ] as const)('of %s of 0.6 over 100 images is %d to %d', (metric, low, high) => {
    const interval = fisherInterval(metric, 0.6, 100);
    expect(interval.low).toBeCloseTo(low, 9);
    expect(interval.high).toBeCloseTo(high, 9);
  });

  it('holds the estimate, and shrinks with n', () => {
    fc.assert(
      fc.property(fc.double({ min: -0.99, max: 0.99, noNaN: true }), (r) => {
        for (const metric of ['SRCC', 'KRCC', 'PLCC'] as const) {
          const wide = fisherInterval(metric, r, 20);
          const narrow = fisherInterval(metric, r, 200);
          expect(wide.low).toBeLessThan(narrow.low);
          expect(narrow.low).toBeLessThan(r);
          expect(narrow.high).toBeGreaterThan(r);
          expect(wide.high).toBeGreaterThan(narrow.high);
        }
      }),
    );
  });

  it('needs five images', () => {
    expect(() => fisherInterval('SRCC', 0.5, 4)).toThrow(/needs 5 images, there are 4/);
  });
});

describe("Meng's test", () => {
  it('gives the Z of the example of its paper', () => {
    // Meng, Rosenthal & Rubin (1992): r1 .63, r2 -.03, between -.19, n 15: Z = 1.68.
    const { z, pValue, low, high } = mengTest({ a: 0.63, b: -0.03, between: -0.19 }, 15);
    expect(z).toBeCloseTo(1.68, 2);
    expect(pValue).toBeCloseTo(0.093, 3);
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
  });

  it('takes no more than 1 for its factor f, which two contrary columns exceed', () => {
    // 2 atanh(0.3) sqrt(50 / 3.8), with f = 1 and so h = 1; 1.9 / 1.82 is above 1.
    expect(mengTest({ a: 0.3, b: -0.3, between: -0.9 }, 53).z).toBeCloseTo(2.2454912179, 9);
  });

  it('is antisymmetric', () => {
    const forth = mengTest({ a: 0.8, b: 0.7, between: 0.85 }, 100);
    const back = mengTest({ a: 0.7, b: 0.8, between: 0.85 }, 100);
    expect(back.z).toBeCloseTo(-forth.z, 12);
    expect(back.pValue).toBe(forth.pValue);
    expect(back.low).toBeCloseTo(-forth.high, 12);
  });

  it.each([
    [{ a: 1, b: 0.5, between: 0.5 }, 10, /undefined for a = 1/],
    [{ a: 0.5, b: 0.5, between: 1 }, 10, /undefined for between = 1/],
    [{ a: 0.5, b: 0.4, between: 0.1 }, 3, /at least 4 images/],
  ])('refuses %j over %d images', (correlations, n, message) => {
    expect(() => mengTest(correlations, n)).toThrow(message);
  });
});

describe("Holm's correction", () => {
  it('multiplies the smallest by the number of tests, the next by one less', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual(
      [0.03, 0.06, 0.06, 0.02].map((p) => expect.closeTo(p, 12)),
    );
  });

  it('never lowers a p-value, keeps their order and stays within 1', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (ps) => {
        const adjusted = holm(ps);
        for (const [i, p] of ps.entries()) {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p);
          expect(adjusted[i]).toBeLessThanOrEqual(1);
          for (const [j, q] of ps.entries()) {
            if (p < q) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]!);
          }
        }
      }),
    );
  });

  it('refuses what is no p-value', () => {
    expect(() => holm([0.5, 1.5])).toThrow(/p-value 2 is 1.5/);
  });
});
