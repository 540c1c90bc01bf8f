import { differenceOfSeries, holm } from '../../assertions/statistics/index.ts';
import type { Comparison, Entry } from '../report-schema.ts';
import type { Bootstrapped } from './correlations.ts';
import { noEstimate, orReason } from './estimate.ts';
import { mengCheck, none } from './meng-check.ts';
import type { Sample } from './sample.ts';

/** A column as it is compared with others of its data set. */
export interface Compared {
  column: number;
  provider: string;
  method: Entry['method'];
  source: string | null;
  sample: Sample;
  series: Bootstrapped | { problem: string };
}

/**
 * All pairs of columns of a data set: the difference in SRCC over the same images with its paired
 * interval, p-values corrected by Holm's method over the pairs that have one.
 */
export function compareAll(columns: readonly Compared[]): Comparison[] {
  const pairs = columns.flatMap((a, index) => columns.slice(index + 1).map((b) => compare(a, b)));
  const tested = pairs.filter((pair) => pair.pValue !== null);
  const corrected = holm(tested.map(({ pValue }) => pValue as number));
  for (const [index, pair] of tested.entries()) pair.holmPValue = corrected[index] as number;
  return pairs;
}

/** Debiased against single-image columns of the same provider: what debiasing gains for this model. */
export function compareDebiasing(columns: readonly Compared[]): Comparison[] {
  const of = (method: Compared['method']) => columns.filter((column) => column.method === method);
  return of('debiased').flatMap((debiased) =>
    of('single-image')
      .filter(({ provider }) => provider === debiased.provider)
      .map((vanilla) => compare(debiased, vanilla)),
  );
}

function compare(a: Compared, b: Compared): Comparison {
  const difference = differenceOf(a, b);
  const shared = {
    a: a.column,
    b: b.column,
    holmPValue: null,
    sourcesDiffer: a.source !== b.source,
  };
  if ('problem' in difference) {
    return {
      ...shared,
      SRCC: noEstimate(difference.problem),
      verdict: null,
      pValue: null,
      pValueFrom: null,
      meng: none(difference.problem),
    };
  }
  const { estimate, low, high, verdict, pValue, pValueFrom, meng } = difference;
  return { ...shared, SRCC: { estimate, low, high }, verdict, pValue, pValueFrom, meng };
}

function differenceOf(a: Compared, b: Compared) {
  if ('problem' in a.series) return { problem: a.series.problem as string };
  if ('problem' in b.series) return { problem: b.series.problem as string };
  if (a.sample.identity !== b.sample.identity) {
    return { problem: `not comparable: ${imageDifference(a.sample, b.sample)}` };
  }
  const { SRCC: ofA } = a.series;
  const { SRCC: ofB } = b.series;
  if (!ofA || !ofB) return { problem: 'there is no SRCC' };
  return orReason(() => ({
    ...differenceOfSeries(ofA, ofB),
    meng: mengCheck({ a: a.sample, b: b.sample }, { a: ofA.estimate, b: ofB.estimate }),
  }));
}

function imageDifference(a: Sample, b: Sample): string {
  const inA = new Set(a.keys);
  const inB = new Set(b.keys);
  const onlyA = a.keys.filter((key) => !inB.has(key)).length;
  const onlyB = b.keys.filter((key) => !inA.has(key)).length;
  if (onlyA + onlyB === 0) return 'the MOS or the groups of the images differ';
  return `${onlyA} images are only in the first and ${onlyB} only in the second`;
}
