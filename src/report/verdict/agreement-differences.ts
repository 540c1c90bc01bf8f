import {
  type AgreementSample,
  bootstrapStatistics,
  differenceOfStatistics,
  levelKappa,
  pairAccuracy,
  type StatisticSeries,
} from '../../statistics/index.ts';
import { unitsOf } from '../../statistics/resample.ts';
import type { Comparison } from '../report-schema.ts';
import type { Sample } from './column-sample.ts';
import type { Part } from './common-images.ts';
import type { Draws } from './correlations.ts';
import { withinEnds } from './mean-estimate.ts';
import { noEstimate, orReason } from './or-reason.ts';

/** Agreement that is compared between columns, beside SRCC. */
export const COMPARED = ['PAIRS', 'KAPPA'] as const;

/** Its draws, as far as they exist; those over the same images and units are paired. */
export type AgreementSeries = Partial<Record<(typeof COMPARED)[number], StatisticSeries>>;

/** The same over some of a column's images. */
export function comparedSeries(
  part: Part & Pick<AgreementSample, 'levels' | 'scale'>,
  draws: Draws,
): AgreementSeries {
  const units = unitsOf(part.mos.length, part.units);
  const made = {
    PAIRS: orReason(() => pairAccuracy(part.ranked, part.mos, part.errors, units)),
    KAPPA: orReason(() => levelKappa(part)),
  };
  return Object.fromEntries(
    COMPARED.flatMap((name) => {
      const statistic = made[name];
      if ('problem' in statistic) return [];
      return [[name, bootstrapStatistics([statistic], units, draws)[0]]];
    }),
  );
}

type Differences = Pick<Comparison, (typeof COMPARED)[number]>;

/**
 * Paired differences, the first column minus the second.
 *
 * @param levels of the prompts of both: kappa at others is another number
 */
export function agreementDifferences(
  levels: readonly [Sample['levels'], Sample['levels']],
  [a, b]: readonly [AgreementSeries, AgreementSeries],
): Differences {
  const isOther = String(levels[0]) !== String(levels[1]);
  return {
    PAIRS: differenceOf(a.PAIRS, b.PAIRS, 1),
    KAPPA: isOther ? none('the prompts have different levels') : differenceOf(a.KAPPA, b.KAPPA, 2),
  };
}

export const noDifferences = (problem: string): Differences => ({
  PAIRS: none(problem),
  KAPPA: none(problem),
});

const none = (problem: string) => ({ ...noEstimate(problem), pValue: null });

/** @param most how far two of them can be apart */
function differenceOf(
  a: StatisticSeries | undefined,
  b: StatisticSeries | undefined,
  most: number,
) {
  if (!a || !b) return none('one of the two has none');
  const found = orReason(() => differenceOfStatistics(a, b));
  if ('problem' in found) return none(found.problem);
  const { estimate, low, high, pValue } = found;
  return { ...withinEnds({ estimate, low, high }, [-most, most]), pValue };
}
