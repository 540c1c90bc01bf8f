import { mengTest, srcc } from '../../statistics/index.ts';
import type { Comparison } from '../report-schema.ts';
import type { Sample } from './column-sample.ts';
import { orReason } from './or-reason.ts';

/**
 * Meng's test of two columns over the same images, which needs no draws: an analytic check of their
 * paired bootstrap.
 *
 * @param correlations SRCC of each with MOS
 */
export function mengCheck(
  { a, b }: { a: Pick<Sample, 'ranked' | 'units'>; b: Pick<Sample, 'ranked' | 'units'> },
  correlations: { a: number; b: number },
): Comparison['meng'] {
  if (new Set(a.units).size < a.units.length) {
    return none('it takes images as independent, and here several belong together');
  }
  const between = orReason(() => srcc(a.ranked, b.ranked));
  if (typeof between !== 'number') return none(between.problem);
  if (Math.abs(between) >= 1) return none('both columns have the same order of images');
  if ([correlations.a, correlations.b].some((r) => Math.abs(r) >= 1)) {
    return none('it is undefined for a correlation of 1 or -1');
  }
  const { z, pValue } = mengTest({ ...correlations, between }, a.ranked.length);
  return { z, pValue };
}

export const none = (problem: string): Comparison['meng'] => ({ z: null, pValue: null, problem });
