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
import { decimalsFor, nameSome, withInterval } from './phrases.ts';
import { type Sample, sampleOf } from './sample.ts';
import type { Verdict } from './verdict.ts';

/**
 * Holds the correlation of a correlation row against its gates.
 *
 * @returns whether all hold, and one sentence that says why or why not, remarks after it
 * @throws UndefinedCorrelationError; RangeError as `sampleOf`
 */
export function judgeCorrelation(
  answer: CorrelationAnswer,
  config: GateConfig,
): { pass: boolean; estimate: number; reason: string } {
  const { metric, min, baseline, confidence = DEFAULT_CONFIDENCE } = config;
  const sample = sampleOf(answer.rows, config.weights);
  const { estimate, interval, undefinedBecause } = estimateOf(sample, metric, confidence);
  const isHeldByInterval = config.confidence !== undefined || baseline !== undefined;
  const verdicts = [
    ...(min === undefined ? [] : [againstMin(estimate, interval, { ...config, min })]),
    ...(baseline === undefined
      ? []
      : [tried(() => againstBaseline(answer, { ...config, baseline }))]),
  ];
  const isHeld = min !== undefined && config.confidence === undefined;
  const decimals = decimalsFor(isHeld ? [[estimate, min]] : []);
  const remarks = [
    ...(isHeldByInterval && undefinedBecause ? [undefinedBecause] : []),
    ...(interval ? remarksOn(interval, sample) : []),
    ...verdicts.flatMap((verdict) => verdict.remarks),
    ...(answer.missing.length > 0 ? [describeMissing(answer)] : []),
  ];
  const sentence = `${metric === 'PLCC' ? 'PLCC raw' : metric} ${withInterval(estimate, interval, decimals)} on ${sizeOf(sample)}${verdicts.map(({ phrase }) => phrase).join('')}`;
  return {
    pass: verdicts.every(({ pass }) => pass),
    estimate,
    reason: [sentence, ...remarks].join('. '),
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
    return { pass: false, phrase: `; no comparison: ${reason}`, remarks: [] };
  }
}

const sizeOf = ({ scores, units }: Sample): string =>
  `${scores.length} images${units.kind === 'groups' ? ` in ${new Set(units.names).size} groups` : ''}`;

function remarksOn(interval: CorrelationInterval, { units: { kind } }: Sample): string[] {
  const { fewUnits, units, undefinedDraws, draws } = interval;
  return [
    ...(fewUnits ? [`${units} ${kind} are few, so the interval is Student's`] : []),
    ...(undefinedDraws > 0
      ? [`${undefinedDraws} of ${draws} bootstrap draws had no correlation and are left out`]
      : []),
  ];
}

function describeMissing({ missing, rows }: CorrelationAnswer): string {
  const all = missing.length + rows.length;
  const names = nameSome(missing.map(({ image, reason }) => `${image} (${reason})`));
  return `${missing.length} of ${all} images have no score and are left out: ${names}`;
}
