import {
  type BootstrapSeries,
  bootstrap,
  intervalOfSeries,
  METRICS,
  type Metric,
  srcc,
} from '../../statistics/index.ts';
import { scoresFor } from '../../statistics/rank-scores.ts';
import type { Estimate } from '../report-schema.ts';
import type { Sample } from './column-sample.ts';
import { noEstimate, orReason } from './or-reason.ts';

export type Bootstrapped = Partial<Record<Metric, BootstrapSeries>>;

export interface Draws {
  draws: number;
  seed: number;
  confidence: number;
}

/**
 * Bootstraps the columns of a data set. Those over the same images are drawn together, so that their
 * draws can be subtracted from each other.
 *
 * @param samples of the data set, one a column
 * @returns in the order of `samples`: the series, or the reason why a column has no correlation
 */
export function correlate(
  samples: readonly Sample[],
  options: Draws,
): (Bootstrapped | { problem: string })[] {
  const results = samples.map((sample): Bootstrapped | { problem: string } | undefined =>
    sample.problem === undefined ? undefined : { problem: sample.problem },
  );
  const open = samples.flatMap((sample, index) => (results[index] ? [] : [{ sample, index }]));
  for (const same of Map.groupBy(open, ({ sample }) => sample.identity).values()) {
    const [first] = same;
    if (!first) continue;
    const defined = same.filter(({ sample, index }) => {
      const problem = undefinedBecause(sample);
      if (problem) results[index] = { problem };
      return problem === undefined;
    });
    if (defined.length === 0) continue;
    const series = bootstrap(
      defined.flatMap(({ sample }) =>
        METRICS.map((metric) => ({ metric, scores: scoresFor(metric, sample), mos: sample.mos })),
      ),
      { ...options, units: first.sample.units },
    );
    for (const [place, { index }] of defined.entries()) {
      const own = series.slice(place * METRICS.length, (place + 1) * METRICS.length);
      results[index] = Object.fromEntries(own.map((one) => [one.metric, one]));
    }
  }
  return results.map((result) => result ?? { problem: 'there are no images' });
}

function undefinedBecause({ ranked, mos }: Sample): string | undefined {
  const result = orReason(() => srcc(ranked, mos));
  return typeof result === 'number' ? undefined : result.problem;
}

/** The estimate of a series with its interval, as far as they exist. */
export function estimateOf(series: BootstrapSeries): Estimate {
  const interval = orReason(() => intervalOfSeries(series));
  if ('problem' in interval) {
    return { ...noEstimate(interval.problem), estimate: series.estimate };
  }
  return { estimate: interval.estimate, low: interval.low, high: interval.high };
}
