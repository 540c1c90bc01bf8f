import { FALLING_CURVE } from '../../statistics/agreement.ts';
import {
  type AgreementSample,
  agreement,
  attainableSrcc,
  type BootstrapSeries,
  ceilingOf,
  intraclass,
  predictionReach,
} from '../../statistics/index.ts';
import { DIFFERENCE, FISHER, LOGIT } from '../../statistics/interval.ts';
import { unitsOf } from '../../statistics/resample.ts';
import { UndefinedCorrelationError } from '../../statistics/undefined-correlation-error.ts';
import type { EntryAgreement, Estimate } from '../report-schema.ts';
import { type AgreementSeries, COMPARED } from './agreement-differences.ts';
import { calibrationOfSample } from './calibration.ts';
import type { Sample } from './column-sample.ts';
import type { Draws } from './correlations.ts';
import type { Mapped } from './map-sample.ts';
import { noEstimate, orReason } from './or-reason.ts';
import { drawnOf, type Outcome, statisticEstimate } from './statistic-estimate.ts';

/** Parameters of the curve that maps scores onto MOS. */
const CURVE_PARAMETERS = 4;

/** How a column agrees with people beyond correlation, and the draws by which columns are compared. */
export interface AgreementVerdict {
  report: EntryAgreement;
  series: AgreementSeries;
}

/**
 * Agreement of the images that the correlations are over, by the same draws.
 *
 * @param srcc the column's SRCC with its draws; undefined where it has none
 */
export function agreementWithPeople(
  sample: Sample,
  mapping: Mapped,
  srcc: BootstrapSeries | undefined,
  draws: Draws,
): AgreementVerdict {
  const { problem } = sample;
  if (problem !== undefined) return { report: none(problem), series: {} };
  const units = unitsOf(sample.mos.length, sample.units);
  const people: AgreementSample = { ...sample, units, mapped: () => mappedOf(mapping) };
  const calibration = calibrationOfSample(sample);
  const made = {
    PAIRS: orReason(() => agreement('PAIRS', people)),
    KAPPA: orReason(() => agreement('KAPPA', people)),
    ALPHA: orReason(() => agreement('ALPHA', people)),
    ICC: orReason(() => agreement('ICC', people)),
    consistency: orReason(() => intraclass('consistency', [mappedOf(mapping), sample.mos])),
    ceiling: orReason(() => attainableSrcc(sample.mos, errorsOf(sample))),
    calibration: calibration.statistic,
  };
  const outcomes = drawnOf(Object.values(made), units, draws);
  const drawn = Object.fromEntries(
    Object.keys(made).map((name, index) => [name, outcomes[index]]),
  ) as Record<keyof typeof made, Outcome>;
  const pairs = made.PAIRS;
  const series = Object.fromEntries(
    COMPARED.flatMap((name) => {
      const one = drawn[name];
      return 'problem' in one ? [] : [[name, one]];
    }),
  );
  return {
    series,
    report: {
      pairs: {
        ...statisticEstimate(drawn.PAIRS, LOGIT),
        band: sample.errors !== undefined,
        told: 'told' in pairs ? Number(pairs.told) : null,
        all: 'pairs' in pairs ? Number(pairs.pairs) : null,
      },
      kappa: { ...statisticEstimate(drawn.KAPPA, FISHER), levels: sample.levels?.length ?? null },
      alpha: statisticEstimate(drawn.ALPHA, FISHER),
      iccAbsolute: statisticEstimate(drawn.ICC, FISHER),
      iccConsistency: statisticEstimate(drawn.consistency, FISHER),
      ceiling: ceilingReport(sample, srcc, drawn.ceiling),
      calibration: calibration.report(drawn.calibration),
      prediction: predictionOf(sample, mapping, draws),
    },
  };
}

/** @throws UndefinedCorrelationError there is no curve, or it falls */
function mappedOf({ mapped, mapping }: Mapped): Float64Array {
  if (!mapped) {
    throw new UndefinedCorrelationError(mapping.problem ?? 'no curve could be fitted');
  }
  if (mapping.falls) {
    throw new UndefinedCorrelationError(FALLING_CURVE);
  }
  return mapped;
}

const NO_ERRORS =
  'the data set does not say how far the raters of each image differ, and how many they were, or has one rating of an image';

function errorsOf({ errors }: Sample): Float64Array {
  if (!errors) throw new UndefinedCorrelationError(NO_ERRORS);
  return errors;
}

/** The ceiling, and SRCC as a share of it, draw by draw. */
function ceilingReport(
  sample: Sample,
  srcc: BootstrapSeries | undefined,
  ceiling: Outcome,
): EntryAgreement['ceiling'] {
  if ('problem' in ceiling) {
    const { problem } = ceiling;
    return { reliability: null, SRCC: null, share: noEstimate(problem), problem };
  }
  const { reliability } = ceilingOf(sample.mos, errorsOf(sample));
  const share: Estimate = srcc
    ? statisticEstimate(
        {
          ...srcc,
          estimate: srcc.estimate / ceiling.estimate,
          draws: srcc.draws.map((value, draw) => value / ceiling.draws[draw]!),
        },
        DIFFERENCE,
      )
    : noEstimate('there is no SRCC');
  return { reliability, SRCC: ceiling.estimate, share };
}

function predictionOf(
  { mos }: Sample,
  { mapped, mapping }: Mapped,
  { confidence }: Draws,
): EntryAgreement['prediction'] {
  const without = (problem: string) => ({ reach: null, confidence, problem });
  if (!mapped) return without(mapping.problem ?? 'no curve could be fitted');
  const reach = orReason(() =>
    predictionReach(mapped, mos, { parameters: CURVE_PARAMETERS, confidence }),
  );
  return typeof reach === 'number' ? { reach, confidence } : without(reach.problem);
}

function none(problem: string): EntryAgreement {
  const estimate = noEstimate(problem);
  return {
    pairs: { ...estimate, band: false, told: null, all: null },
    kappa: { ...estimate, levels: null },
    alpha: estimate,
    iccAbsolute: estimate,
    iccConsistency: estimate,
    ceiling: { reliability: null, SRCC: null, share: estimate, problem },
    calibration: { scale: null, error: estimate, bins: [], problem },
    prediction: { reach: null, confidence: null, problem },
  };
}
