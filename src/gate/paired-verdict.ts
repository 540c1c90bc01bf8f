import { nameSome } from '../common/name-some.ts';
import {
  bootstrapStatistics,
  DEFAULT_CONFIDENCE,
  differenceOfStatistics,
  type Interval,
  intervalOf,
  type Scale,
  type Statistic,
  type StatisticSeries,
  UndefinedCorrelationError,
  UndefinedIntervalError,
  unitsOf,
} from '../statistics/index.ts';
import { decimalsFor, describeInterval, withInterval } from './phrases.ts';
import type { Verdict } from './verdict.ts';

/** A metric of one run. */
export interface RunStatistic {
  /** @throws UndefinedCorrelationError */
  statistic: () => Statistic;
  /** That of its own interval, which is shown only. */
  scale: Scale;
}

/** A metric of two runs over the same rows. */
export interface PairedStatistics {
  newer: RunStatistic;
  older: RunStatistic;
  /** Name of each row's unit, and what units are. */
  units: { names: readonly string[]; kind: string };
  /** Names of the rows that only one of the two has. */
  leftOut: readonly string[];
  /** What both have done with the others: `scored`. */
  done: string;
  unseen?: UnseenLoss;
}

/** What a few rows that changed do not show. */
export interface UnseenLoss {
  /** How much below the estimate of the difference its lower end is at least, in units of the metric. */
  loss: number;
  /** How many rows changed, in words. */
  seen: string;
  /** What is added to it where this is lower than the interval's own end. */
  because: string;
}

/**
 * Whether the paired interval of (new - baseline) over the same rows stays above `-margin`.
 *
 * @throws UndefinedCorrelationError, UndefinedIntervalError where one of the two runs has no such metric, or the
 *   difference no interval
 */
export function pairedVerdict(
  { newer, older, units, leftOut, done, unseen }: PairedStatistics,
  {
    margin = 0,
    confidence = DEFAULT_CONFIDENCE,
  }: { margin?: number | undefined; confidence?: number | undefined },
): Verdict {
  const rows = units.names.length;
  const [a, b] = bootstrapStatistics(
    [statisticIn('this run', newer), statisticIn('the baseline', older)],
    unitsOf(rows, units.names),
    { confidence },
  ) as [StatisticSeries, StatisticSeries];
  const drawn = differenceOfStatistics(a, b);
  const low = Math.min(drawn.low, drawn.estimate - (unseen?.loss ?? 0));
  const difference = { ...drawn, low };
  const pass = difference.low >= -margin;
  const decimals = decimalsFor([[difference.low, -margin]]);
  const own = withInterval(a.estimate, intervalAround(newer, a), decimals);
  const isPart = leftOut.length > 0;
  return {
    pass,
    judged: true,
    phrase: [
      ...(isPart ? [`; on the ${rows} that both ${done} ${own}`] : []),
      `; baseline ${withInterval(b.estimate, intervalAround(older, b), decimals)}`,
      `; difference ${withInterval(difference.estimate, difference, decimals)} `,
      `${pass ? 'does not reach' : 'reaches'} below the allowed ${margin === 0 ? 0 : -margin}`,
    ].join(''),
    remarks: [
      ...describeInterval(difference, `${isPart ? 'compared ' : ''}${units.kind}`),
      ...(isPart
        ? [`not ${done} by both and left out of the comparison: ${nameSome(leftOut)}`]
        : []),
      ...(unseen ? [`${unseen.seen}${low < drawn.low ? unseen.because : ''}`] : []),
    ],
  };
}

/** A metric that is not defined tells in which run. */
function statisticIn(run: string, { statistic }: RunStatistic): Statistic {
  try {
    return statistic();
  } catch (error) {
    if (!(error instanceof UndefinedCorrelationError)) throw error;
    throw new UndefinedCorrelationError(`in ${run} ${error.message}`, { cause: error });
  }
}

/** The interval of a metric, which is shown only, where it exists: the difference decides. */
function intervalAround({ scale }: RunStatistic, series: StatisticSeries): Interval | undefined {
  try {
    return intervalOf(series, scale);
  } catch (error) {
    if (!(error instanceof UndefinedIntervalError)) throw error;
    return undefined;
  }
}
