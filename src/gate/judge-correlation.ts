import type { CorrelationAnswer } from '../../providers/correlation-row.ts';
import { scoresFor } from '../rank-scores.ts';
import {
  bootstrapInterval,
  type CorrelationInterval,
  correlation,
  DEFAULT_CONFIDENCE,
  UndefinedIntervalError,
} from '../statistics/index.ts';
import { againstBaseline } from './against-baseline.ts';
import { againstMin } from './against-min.ts';
import type { GateConfig } from './gate-config.ts';
import { decimalsFor, describeInterval, nameSome, withInterval } from './phrases.ts';
import { type Sample, sampleOf, sizeOf } from './sample.ts';
import type { Verdict } from './verdict.ts';

/** What `rank-correlation` says of a correlation row. */
export interface Judgement {
  pass: boolean;
  /** Whether every bound was held against something. */
  judged: boolean;
  estimate: number;
  /** Why it passes or does not, without a full stop. */
  sentence: string;
  /** Sentences after it: what a reader should know before trusting the number. */
  remarks: string[];
}

/**
 * Holds the correlation of a correlation row against its gates.
 *
 * @throws UndefinedCorrelationError; RangeError as `sampleOf`
 */
export function judgeCorrelation(answer: CorrelationAnswer, config: GateConfig): Judgement {
  const { metric, min, baseline, confidence = DEFAULT_CONFIDENCE } = config;
  const sample = sampleOf(answer.rows, config.weights);
  const { estimate, interval, undefinedBecause } = estimateOf(sample, metric, confidence);
  const isHeldByInterval = config.confidence !== undefined || baseline !== undefined;
  const verdicts = [
    ...(min === undefined ? [] : [againstMin(estimate, interval, sample, { ...config, min })]),
    ...(baseline === undefined
      ? []
      : [tried(() => againstBaseline(answer, { ...config, baseline }))]),
  ];
  const isHeld = min !== undefined && config.confidence === undefined;
  const decimals = decimalsFor(isHeld ? [[estimate, min]] : []);
  // A comparison says itself how many images it rests on.
  const isCompared = baseline !== undefined && verdicts.at(-1)?.judged === true;
  return {
    pass: verdicts.every(({ pass }) => pass),
    judged: verdicts.every(({ judged }) => judged),
    estimate,
    sentence: `${metric === 'PLCC' ? 'PLCC raw' : metric} ${withInterval(estimate, interval, decimals)} on ${sizeOf(sample)}${verdicts.map(({ phrase }) => phrase).join('')}`,
    remarks: [
      ...(isHeldByInterval && undefinedBecause ? [undefinedBecause] : []),
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
): { estimate: number; interval?: CorrelationInterval; undefinedBecause?: string } {
  const { mos, units } = sample;
  const scores = scoresFor(metric, sample);
  try {
    const interval = bootstrapInterval(metric, scores, mos, { units: units.names, confidence });
    return { estimate: interval.estimate, interval };
  } catch (error) {
    if (!(error instanceof UndefinedIntervalError)) throw error;
    return { estimate: correlation(metric, scores, mos), undefinedBecause: error.message };
  }
}

/** A baseline that cannot be used fails the gate, and leaves the correlation itself standing. */
function tried(judge: () => Verdict): Verdict {
  try {
    return judge();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { pass: false, judged: false, phrase: `; no comparison: ${reason}`, remarks: [] };
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
