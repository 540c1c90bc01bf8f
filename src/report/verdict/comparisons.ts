import { isDebiased } from '../../method/row-output.ts';
import { isBelowCoverage } from '../../statistics/coverage.ts';
import {
  type BootstrapSeries,
  bootstrap,
  differenceOfSeries,
  holm,
} from '../../statistics/index.ts';
import type { Comparison, Entry, Estimate } from '../report-schema.ts';
import {
  type AgreementSeries,
  agreementDifferences,
  comparedSeries,
  noDifferences,
} from './agreement-differences.ts';
import type { Sample } from './column-sample.ts';
import { commonImages } from './common-images.ts';
import type { Bootstrapped, Draws } from './correlations.ts';
import { decide } from './decide.ts';
import { mengCheck, none } from './meng-check.ts';
import { noEstimate, orReason } from './or-reason.ts';

/** A column as it is compared with others of its data set. */
export interface Compared {
  column: number;
  provider: string;
  method: Entry['method'];
  source: string | null;
  sample: Sample;
  series: Bootstrapped | { problem: string };
  /** Of agreement beyond correlation, drawn as `series`. */
  agreement: AgreementSeries;
  /** Share of the data set's rows that a comparison needs. */
  minCoverage: number;
}

/**
 * All pairs of columns of a data set: the difference in SRCC over the images that both scored, with its
 * paired interval, p-values corrected by Holm's method over the pairs that have one, and the verdict
 * that follows from them.
 */
export function compareAll(columns: readonly Compared[], draws: Draws): Comparison[] {
  const pairs = columns.flatMap((a, index) =>
    columns.slice(index + 1).map((b) => compare(a, b, draws)),
  );
  const tested = pairs.filter((pair) => pair.pValue !== null);
  const corrected = holm(tested.map(({ pValue }) => pValue as number));
  for (const [index, pair] of tested.entries()) {
    const pValue = corrected[index]!;
    pair.holmPValue = pValue;
    pair.verdict = decide(pValue, pair.SRCC.estimate ?? 0, draws.confidence);
  }
  return pairs;
}

/**
 * Debiased against single-image columns of the same provider, and debiased pairs against pairs: what debiasing gains
 * for this model.
 *
 * @param pairs of the same columns, as `compareAll` gives them
 */
export function debiasingPairs(
  columns: readonly Compared[],
  pairs: readonly Comparison[],
): Comparison[] {
  return columns.filter(isDebiasedColumn).flatMap((debiased) =>
    columns
      .filter(
        ({ method }) => method === (debiased.method === 'debiased-pair' ? 'pair' : 'single-image'),
      )
      .filter(({ provider }) => provider === debiased.provider)
      .flatMap((vanilla) =>
        pairs.flatMap((pair) => {
          if (pair.a === debiased.column && pair.b === vanilla.column) return [pair];
          return pair.a === vanilla.column && pair.b === debiased.column ? [turned(pair)] : [];
        }),
      ),
  );
}

const isDebiasedColumn = ({ method }: Compared): boolean =>
  method !== 'ensemble' && isDebiased(method ?? undefined);

/** The same comparison, seen from the other column. */
function turned({ a, b, SRCC, PAIRS, KAPPA, verdict, meng, ...shared }: Comparison): Comparison {
  const minus = (value: number | null) => (value === null ? null : 0 - value);
  const turn = <Of extends Estimate>(difference: Of): Of => ({
    ...difference,
    estimate: minus(difference.estimate),
    low: minus(difference.high),
    high: minus(difference.low),
  });
  return {
    ...shared,
    a: b,
    b: a,
    SRCC: turn(SRCC),
    PAIRS: turn(PAIRS),
    KAPPA: turn(KAPPA),
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
      ...noDifferences(difference.problem),
      pValue: null,
      pValueFrom: null,
      meng: none(difference.problem),
    };
  }
  const { n, estimate, low, high, pValue, pValueFrom, meng, beyond } = difference;
  const SRCC = { estimate, low, high };
  return { ...shared, images: n, SRCC, ...beyond, pValue, pValueFrom, meng };
}

function differenceOf(a: Compared, b: Compared, draws: Draws) {
  if ('problem' in a.series) return { problem: a.series.problem as string };
  if ('problem' in b.series) return { problem: b.series.problem as string };
  const { SRCC: ofA } = a.series;
  const { SRCC: ofB } = b.series;
  if (!ofA || !ofB) return { problem: 'there is no SRCC' };
  const levels = [a.sample.levels, b.sample.levels] as const;
  if (a.sample.identity === b.sample.identity) {
    const beyond = agreementDifferences(levels, [a.agreement, b.agreement]);
    return paired([a.sample, b.sample], [ofA, ofB], beyond);
  }

  const common = commonImages(a.sample, b.sample);
  if ('problem' in common) return { problem: `not comparable: ${common.problem}` };
  const all = Math.max(rowsWithout(a.sample, b.sample), rowsWithout(b.sample, a.sample));
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
  if ('problem' in drawn) return drawn;
  const series = [common.a, common.b].map((part, side) =>
    comparedSeries({ ...part, levels: levels[side], scale: a.sample.scale }, draws),
  ) as [AgreementSeries, AgreementSeries];
  return paired([common.a, common.b], drawn, agreementDifferences(levels, series));
}

/** Rows of a column that are no anchors in the other. */
function rowsWithout({ rows, images }: Sample, { anchors }: Sample): number {
  const names = new Set(anchors);
  return rows - images.filter(({ row }) => names.has(row.image)).length;
}

function paired(
  [a, b]: [Pick<Sample, 'ranked' | 'units'>, Pick<Sample, 'ranked' | 'units'>],
  [ofA, ofB]: [BootstrapSeries, BootstrapSeries],
  beyond: Pick<Comparison, 'PAIRS' | 'KAPPA'>,
) {
  return orReason(() => ({
    ...differenceOfSeries(ofA, ofB),
    beyond,
    meng: mengCheck({ a, b }, { a: ofA.estimate, b: ofB.estimate }),
  }));
}
