import { isBelowCoverage } from '../../assertions/coverage.ts';
import {
  type BootstrapSeries,
  bootstrap,
  differenceOfSeries,
  holm,
} from '../../assertions/statistics/index.ts';
import type { Comparison, Entry } from '../report-schema.ts';
import { commonImages } from './common-images.ts';
import type { Bootstrapped, Draws } from './correlations.ts';
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
  /** Share of the data set's rows that a comparison needs. */
  minCoverage: number;
}

/** Rounding of `1 - confidence`. */
const ROUNDING = 1e-9;

/**
 * All pairs of columns of a data set: the difference in SRCC over the images that both scored, with its
 * paired interval, p-values corrected by Holm's method over the pairs that have one, and the verdict
 * that follows from them. Everything that speaks of a gain, a loss or a difference takes it from here.
 */
export function compareAll(columns: readonly Compared[], draws: Draws): Comparison[] {
  const pairs = columns.flatMap((a, index) =>
    columns.slice(index + 1).map((b) => compare(a, b, draws)),
  );
  const tested = pairs.filter((pair) => pair.pValue !== null);
  const corrected = holm(tested.map(({ pValue }) => pValue as number));
  for (const [index, pair] of tested.entries()) {
    const pValue = corrected[index] as number;
    const isDecided = pValue <= 1 - draws.confidence + ROUNDING;
    pair.holmPValue = pValue;
    pair.verdict = !isDecided ? 'undecided' : (pair.SRCC.estimate ?? 0) > 0 ? 'gain' : 'loss';
  }
  return pairs;
}

/**
 * Debiased against single-image columns of the same provider: what debiasing gains for this model.
 *
 * @param pairs of the same columns, as `compareAll` gives them
 */
export function debiasingPairs(
  columns: readonly Compared[],
  pairs: readonly Comparison[],
): Comparison[] {
  const of = (method: Compared['method']) => columns.filter((column) => column.method === method);
  return of('debiased').flatMap((debiased) =>
    of('single-image')
      .filter(({ provider }) => provider === debiased.provider)
      .flatMap((vanilla) =>
        pairs.flatMap((pair) => {
          if (pair.a === debiased.column && pair.b === vanilla.column) return [pair];
          return pair.a === vanilla.column && pair.b === debiased.column ? [turned(pair)] : [];
        }),
      ),
  );
}

/** The same comparison, seen from the other column. */
function turned({ a, b, SRCC, verdict, meng, ...shared }: Comparison): Comparison {
  const minus = (value: number | null) => (value === null ? null : 0 - value);
  return {
    ...shared,
    a: b,
    b: a,
    SRCC: {
      ...SRCC,
      estimate: minus(SRCC.estimate),
      low: minus(SRCC.high),
      high: minus(SRCC.low),
    },
    verdict: verdict === 'gain' ? 'loss' : verdict === 'loss' ? 'gain' : verdict,
    meng: { ...meng, z: minus(meng.z) },
  };
}

function compare(a: Compared, b: Compared, draws: Draws): Comparison {
  const difference = differenceOf(a, b, draws);
  const shared = {
    a: a.column,
    b: b.column,
    verdict: null,
    holmPValue: null,
    sourcesDiffer: a.source !== b.source,
  };
  if ('problem' in difference) {
    return {
      ...shared,
      images: null,
      SRCC: noEstimate(difference.problem),
      pValue: null,
      pValueFrom: null,
      meng: none(difference.problem),
    };
  }
  const { n, estimate, low, high, pValue, pValueFrom, meng } = difference;
  return { ...shared, images: n, SRCC: { estimate, low, high }, pValue, pValueFrom, meng };
}

function differenceOf(a: Compared, b: Compared, draws: Draws) {
  if ('problem' in a.series) return { problem: a.series.problem as string };
  if ('problem' in b.series) return { problem: b.series.problem as string };
  const { SRCC: ofA } = a.series;
  const { SRCC: ofB } = b.series;
  if (!ofA || !ofB) return { problem: 'there is no SRCC' };
  if (a.sample.identity === b.sample.identity) return paired([a.sample, b.sample], [ofA, ofB]);

  const common = commonImages(a.sample, b.sample);
  if ('problem' in common) return { problem: `not comparable: ${common.problem}` };
  const all = Math.max(a.sample.rows, b.sample.rows);
  const needed = Math.min(a.minCoverage, b.minCoverage);
  const n = common.a.mos.length;
  if (isBelowCoverage(n, all, needed)) {
    return {
      problem: `not comparable: both scored ${n} of ${all} images, less than minCoverage ${needed}`,
    };
  }
  const drawn = orReason(
    () =>
      bootstrap(
        [common.a, common.b].map(({ ranked, mos }) => ({ metric: 'SRCC', scores: ranked, mos })),
        { ...draws, units: common.a.units },
      ) as [BootstrapSeries, BootstrapSeries],
  );
  return 'problem' in drawn ? drawn : paired([common.a, common.b], drawn);
}

function paired(
  [a, b]: [Pick<Sample, 'ranked' | 'units'>, Pick<Sample, 'ranked' | 'units'>],
  [ofA, ofB]: [BootstrapSeries, BootstrapSeries],
) {
  return orReason(() => ({
    ...differenceOfSeries(ofA, ofB),
    meng: mengCheck({ a, b }, { a: ofA.estimate, b: ofB.estimate }),
  }));
}
