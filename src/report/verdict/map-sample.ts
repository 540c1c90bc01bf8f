import {
  type BootstrapOptions,
  bootstrapInterval,
  mapScores,
  rmseInterval,
} from '../../statistics/index.ts';
import type { Estimate, Mapping } from '../report-schema.ts';
import type { Sample } from './column-sample.ts';
import type { Draws } from './correlations.ts';
import { noEstimate, orReason } from './or-reason.ts';

/** The curve from scores to MOS, and the scores as it maps them; both null without a fit. */
export interface Mapped {
  mapping: Mapping;
  mapped: Float64Array | null;
  curve: ((score: number) => number) | null;
}

/** Fits the 4-parameter logistic over the images that the correlations are taken over. */
export function mapSample({ scores, mos, units, problem }: Sample, draws: Draws): Mapped {
  const fit = problem === undefined ? orReason(() => mapScores(scores, mos)) : { problem };
  if ('problem' in fit) {
    const none = noEstimate(fit.problem);
    const mapping = {
      parameters: null,
      PLCC: none,
      RMSE: none,
      falls: false,
      problem: fit.problem,
    };
    return { mapping, mapped: null, curve: null };
  }
  const mapped = Float64Array.from(scores, fit.predict);
  const options: BootstrapOptions = { ...draws, units };
  return {
    mapping: {
      parameters: fit.parameters,
      PLCC:
        fit.plcc === null
          ? noEstimate('the fitted curve is flat')
          : signed(
              estimated(fit.plcc, () => bootstrapInterval('PLCC', mapped, mos, options)),
              fit.falls,
            ),
      RMSE: estimated(fit.rmse, () => rmseInterval(mapped, mos, options)),
      falls: fit.falls,
      ...(!fit.settled && {
        problem: `the fit had not settled after ${fit.iterations} iterations`,
      }),
    },
    mapped,
    curve: fit.predict,
  };
}

function estimated(estimate: number, interval: () => { low: number; high: number }): Estimate {
  const ends = orReason(interval);
  if ('problem' in ends) return { ...noEstimate(ends.problem), estimate };
  return { estimate, low: ends.low, high: ends.high };
}

/** A falling curve turns the scores round, and hides that they are contrary to MOS. */
function signed(plcc: Estimate, falls: boolean): Estimate {
  if (!falls) return plcc;
  const minus = (value: number | null) => (value === null ? null : -value);
  return {
    ...plcc,
    estimate: minus(plcc.estimate),
    low: minus(plcc.high),
    high: minus(plcc.low),
  };
}
