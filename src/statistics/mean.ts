import type { Statistic } from './statistic.ts';

/**
 * The mean of values, prepared for resampling.
 *
 * @throws RangeError there are none
 * @example
 * const mean = meanStatistic([0.2, 0.4, 0.9]);
 * mean.resample(Int32Array.of(2, 1, 0)); // 0.2667
 */
export function meanStatistic(values: readonly number[]): Statistic {
  if (values.length === 0) throw new RangeError('there is no mean of no values');
  return {
    estimate: values.reduce((sum, value) => sum + value, 0) / values.length,
    resample(multiplicities) {
      let sum = 0;
      let count = 0;
      for (let i = 0; i < values.length; i++) {
        const times = multiplicities[i]!;
        sum += times * values[i]!;
        count += times;
      }
      return sum / count;
    },
  };
}
