import { differenceOfStatistics, type StatisticDifference } from './difference.ts';
import type { StatisticSeries } from './statistic.ts';

/** With two there is a difference and no trend. */
export const FEWEST_IN_TREND = 3;

/**
 * The change from the first to the last time along the straight line that least squares fit to one statistic of
 * the same images at several times. The line's slope is a weighted sum of the statistics, so each draw has one as
 * well, and interval and p-value are those of a paired difference: of the change against none. What differs
 * between runs and not between images, as a vendor's bad day, is not in them.
 *
 * @param series of one `bootstrapStatistics` call, or drawn alike; one a time
 * @param times in any unit
 * @throws RangeError fewer than 3 series, another number of times, equal or infinite times, series that were not
 *   drawn alike; UndefinedIntervalError as `intervalOf`
 * @example
 * const mos = [1, 2, 3, 4, 5, 6];
 * const runs = [[1, 2, 3, 4, 6, 5], [1, 2, 4, 3, 6, 5], [2, 1, 4, 3, 6, 5]];
 * const statistics = runs.map((scores) => pairAccuracy(scores, mos, undefined, unitsOf(6)));
 * const series = bootstrapStatistics(statistics, unitsOf(6));
 * trendOfStatistics(series, [0, 1, 2]).estimate; // -0.1333
 */
export function trendOfStatistics(
  series: readonly StatisticSeries[],
  times: readonly number[],
): StatisticDifference {
  const [first] = series;
  if (!first || series.length < FEWEST_IN_TREND || times.length !== series.length) {
    throw new RangeError(
      `a trend needs at least ${FEWEST_IN_TREND} statistics with a time each, there are ${series.length} with ${times.length}`,
    );
  }
  if (series.some(({ n, draws }) => n !== first.n || draws.length !== first.draws.length)) {
    throw new RangeError('only statistics over the same images and draws have a trend');
  }
  const weights = changeWeights(times);
  // The weights sum to zero, so that one value may be taken from all: what is equal at all times changes by
  // exactly 0, where rounding would leave the same tiny change in each draw, and a p-value near 0.
  const sum = (of: (one: StatisticSeries) => number) =>
    series.reduce((total, one, index) => total + weights[index]! * (of(one) - of(first)), 0);
  const change: StatisticSeries = {
    ...first,
    estimate: sum(({ estimate }) => estimate),
    draws: first.draws.map((_, draw) => sum(({ draws }) => draws[draw]!)),
  };
  const none = { ...first, estimate: 0, draws: new Float64Array(first.draws.length) };
  return differenceOfStatistics(change, none);
}

/** Their sum with values at these times is the slope of the fitted line, times the span of the times. */
function changeWeights(times: readonly number[]): number[] {
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const squares = times.reduce((sum, time) => sum + (time - mean) ** 2, 0);
  if (!(squares > 0 && Number.isFinite(squares))) {
    throw new RangeError('a trend needs times that differ');
  }
  const span = Math.max(...times) - Math.min(...times);
  return times.map((time) => ((time - mean) / squares) * span);
}
