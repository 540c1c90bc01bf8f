import { describe, expect, it } from 'vitest';
import { wilson } from '../../src/statistics/index.ts';

describe('the interval of a share', () => {
  it.each([
    [0, 10, 0, 0.27753279986288926],
    [3, 10, 0.10779126740630102, 0.6032218525388546],
    [10, 10, 0.7224672001371109, 1],
    [45, 100, 0.35614537979511984, 0.5475539700255787],
    [1, 1, 0.20654931437723745, 1],
  ])('is that of scipy.stats.binomtest for %d of %d', (count, total, low, high) => {
    const interval = wilson(count, total);
    expect(interval.estimate).toBe(count / total);
    expect(interval.low).toBeCloseTo(low, 12);
    expect(interval.high).toBeCloseTo(high, 12);
  });

  it('widens with its confidence', () => {
    const { low, high } = wilson(3, 10, 0.99);
    expect(low).toBeCloseTo(0.07956631652306578, 12);
    expect(high).toBeCloseTo(0.6799753207988974, 12);
  });

  it('is refused for what is no share', () => {
    expect(() => wilson(3, 2)).toThrow(/3 of 2/);
    expect(() => wilson(0, 0)).toThrow(/at least one/);
  });
});
