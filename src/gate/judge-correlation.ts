import { nameSome } from '../common/name-some.ts';
import type { CorrelationAnswer } from '../rows/correlation-row.ts';
import {
  bootstrapStatistics,
  DEFAULT_CONFIDENCE,
  type Interval,
  type StatisticSeries,
  UndefinedIntervalError,
} from '../statistics/index.ts';
import { intervalOf } from '../statistics/interval.ts';
import { unitsOf } from '../statistics/resample.ts';
import { againstBaseline } from './against-baseline.ts';
import { againstMin } from './against-min.ts';
import { type Sample, sampleOf, sizeOf } from './correlated-sample.ts';
import type { GateConfig } from './gate-config.ts';
import { nameOf, scaleOf, statisticOf } from './gate-metric.ts';
import { decimalsFor, describeInterval, withInterval } from './phrases.ts';
import { tried } from './tried.ts';

/** What `rank-correlation` says of a correlation row. */
export interface Judgement {
  pass: boolean;
  /** Whether every bound was held against something. */
  judged: boolean;
  estimate: number;
  /** What was correlated. */
  sample: Sample;
  /** Why it passes or does not, without a full stop. */
  sentence: string;
  /** Sentences after it: what a reader should know before trusting the number. */
  remarks: string[];
}

/**
 * Holds the correlation of a correlation row against its gates.
 *
 * @param provider label of the column's provider, where it is known
 * @throws UndefinedCorrelationError; RangeError as `sampleOf`
 */
export function judgeCorrelation(
  answer: CorrelationAnswer,
  config: GateConfig,
  provider?: string,
): Judgement {
  const { metric, min, baseline, confidence = DEFAULT_CONFIDENCE } = config;
  const sample = sampleOf(answer, config.weights);
  const { estimate, interval, undefinedBecause } = estimateOf(sample, metric, confidence);
  const isHeldByInterval = config.confidence !== undefined || baseline !== undefined;
  const verdicts = [
    ...(min === undefined ? [] : [againstMin(estimate, interval, sample, { ...config, min })]),
    ...(baseline === undefined
      ? []
      : [tried(() => againstBaseline(answer, { ...config, baseline, provider }))]),
  ];
  // A comparison that failed for the same reason has said it.
  const unsaid = verdicts.every(({ phrase }) => !phrase.includes(undefinedBecause ?? ''));
  const isHeld = min !== undefined && config.confidence === undefined;
  const decimals = decimalsFor(isHeld ? [[estimate, min]] : []);
  // A comparison says itself how many images it rests on.
  const isCompared = baseline !== undefined && verdicts.at(-1)?.judged === true;
  return {
    pass: verdicts.every(({ pass }) => pass),
    judged: verdicts.every(({ judged }) => judged),
    estimate,
    sample,
    sentence: `${answer.notice === undefined ? '' : `${answer.notice}: `}${nameOf(metric, sample)} ${withInterval(estimate, interval, decimals)} on ${sizeOf(sample)}${verdicts.map(({ phrase }) => phrase).join('')}`,
    remarks: [
      ...(isHeldByInterval && undefinedBecause && unsaid ? [undefinedBecause] : []),
      ...(interval && !isCompared ? describeInterval(interval, sample.units.kind) : []),
      ...verdicts.flatMap(({ remarks }) => remarks),
      ...(answer.missing.length > 0 ? [describeMissing(answer)] : []),
      ...describeReuse(answer),
    ],
  };
}

function estimateOf(
  sample: Sample,
  metric: GateConfig['metric'],
  confidence: number,
): { estimate: number; interval?: Interval; undefinedBecause?: string } {
  const statistic = statisticOf(metric, sample);
  const { estimate } = statistic;
  const units = unitsOf(sample.mos.length, sample.units.names);
  const [series] = bootstrapStatistics([statistic], units, { confidence }) as [StatisticSeries];
  try {
    return { estimate, interval: intervalOf(series, scaleOf(metric)) };
  } catch (error) {
    if (!(error instanceof UndefinedIntervalError)) throw error;
    return { estimate, undefinedBecause: error.message };
  }
}

function describeMissing({ missing, rows }: CorrelationAnswer): string {
  const all = missing.length + rows.length;
  const names = nameSome(missing.map(({ image, reason }) => `${image} (${reason})`));
  return `${missing.length} of ${all} images have no score and are left out: ${names}`;
}

/** Nothing was asked for this verdict: then it is as old as the answers. */
function describeReuse({ reused }: CorrelationAnswer): string[] {
  if (!reused) return [];
  const [first, last] = [reused.first, reused.last].map((time) =>
    time.slice(0, 'yyyy-mm-dd'.length),
  );
  const when = first === last ? `on ${first}` : `from ${first} to ${last}`;
  return [`every answer was reused: they were bought ${when}`];
}
