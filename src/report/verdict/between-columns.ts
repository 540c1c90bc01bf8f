import { intraclass, krippendorffAlpha } from '../../statistics/index.ts';
import { FISHER } from '../../statistics/interval.ts';
import { unitsOf } from '../../statistics/resample.ts';
import type { ColumnsAgreement } from '../report-schema.ts';
import type { Sample } from './column-sample.ts';
import type { Draws } from './correlations.ts';
import { orReason } from './or-reason.ts';
import { drawnOf, statisticEstimate } from './statistic-estimate.ts';

/** Of more columns their pairs are no overview. */
const MOST_IN_PAIRS = 8;

interface Rater {
  column: number;
  sample: Sample;
}

/**
 * How columns agree with each other, as they score, 0 to 1: those over the same images all together, and where
 * they are few each two of them.
 */
export function agreementBetween(columns: readonly Rater[], draws: Draws): ColumnsAgreement[] {
  const usable = columns.filter(({ sample }) => sample.problem === undefined);
  return [...Map.groupBy(usable, ({ sample }) => sample.identity).values()].flatMap((same) =>
    agreementOf(same, draws),
  );
}

/** Columns over the same images are drawn together. */
function agreementOf(same: readonly Rater[], draws: Draws): ColumnsAgreement[] {
  const pairs =
    same.length > MOST_IN_PAIRS
      ? []
      : same.flatMap((a, index) => same.slice(index + 1).map((b) => [a, b]));
  const groups: (readonly Rater[])[] = same.length > 2 ? [same, ...pairs] : pairs;
  const names = same[0]?.sample.units ?? [];
  const made = groups.flatMap((group) => {
    const ratings = group.map(({ sample }) => sample.scores);
    return [
      orReason(() => krippendorffAlpha(ratings)),
      orReason(() => intraclass('absolute', ratings)),
      orReason(() => intraclass('consistency', ratings)),
    ];
  });
  const drawn = drawnOf(made, unitsOf(names.length, names), draws).map((outcome) =>
    statisticEstimate(outcome, FISHER),
  );
  return groups.map((group, index) => {
    const [alpha, iccAbsolute, iccConsistency] = drawn.slice(3 * index, 3 * index + 3);
    return {
      columns: group.map(({ column }) => column),
      images: names.length,
      alpha: alpha!,
      iccAbsolute: iccAbsolute!,
      iccConsistency: iccConsistency!,
    };
  });
}
