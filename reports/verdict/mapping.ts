import { mapScores } from '../../assertions/statistics/index.ts';
import type { Mapping } from '../report-schema.ts';
import { orReason } from './estimate.ts';
import type { Sample } from './sample.ts';

/** The curve from scores to MOS, and the scores as it maps them; both null without a fit. */
export interface Mapped {
  mapping: Mapping;
  mapped: Float64Array | null;
  curve: ((score: number) => number) | null;
}

/** Fits the 4-parameter logistic over the images that the correlations are taken over. */
export function mapSample({ scores, mos, problem }: Sample): Mapped {
  const fit = problem === undefined ? orReason(() => mapScores(scores, mos)) : { problem };
  if ('problem' in fit) {
    const mapping = { parameters: null, PLCC: null, RMSE: null, problem: fit.problem };
    return { mapping, mapped: null, curve: null };
  }
  return {
    mapping: {
      parameters: fit.parameters,
      PLCC: fit.plcc,
      RMSE: fit.rmse,
      ...(!fit.converged && {
        problem: `the fit had not settled after ${fit.iterations} iterations`,
      }),
    },
    mapped: Float64Array.from(scores, fit.predict),
    curve: fit.predict,
  };
}
