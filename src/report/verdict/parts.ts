import { partScores } from '../../method/part-scores.ts';
import type { Weights } from '../../method/row-output.ts';
import { rankScores } from '../../statistics/rank-scores.ts';
import type { PartAgreement } from '../report-schema.ts';
import type { Sample } from './column-sample.ts';
import { correlate, type Draws, estimateOf } from './correlations.ts';
import { noEstimate } from './or-reason.ts';

/**
 * How well each wording and view agrees with the ground truth by itself, on the draws of one bootstrap. Images that are
 * too small for pieces have the first parts alone, in the same order.
 *
 * @param weights of the column, as for `scoreConditions`
 * @returns none for a column that asks one question about one view
 */
export function partAgreement(
  column: number,
  sample: Sample,
  weights: Weights | undefined,
  draws: Draws,
): PartAgreement[] {
  const byImage = sample.images.map(({ scored: { output, score } }) => {
    const parts = partScores(output.conditions, weights);
    return parts.length > 0 ? parts : [{ name: undefined, score }];
  });
  const most = Math.max(0, ...byImage.map((parts) => parts.length));
  const names = (byImage.find((parts) => parts.length === most) ?? []).flatMap(
    ({ name }) => name ?? [],
  );
  const samples = names.map((_, part): Sample => {
    const scores = Float64Array.from(byImage, (parts) => parts[part]?.score ?? Number.NaN);
    const sources = sample.images.map(({ scored }) => scored.output.source);
    const isWhole = scores.every(Number.isFinite);
    return {
      ...sample,
      scores,
      ranked: isWhole ? rankScores(scores, sources) : scores,
      problem: sample.problem ?? (isWhole ? undefined : 'not every image has this part'),
    };
  });
  return correlate(samples, draws).map((series, part) => ({
    column,
    name: names[part]!,
    SRCC:
      'problem' in series || !series.SRCC
        ? noEstimate('problem' in series ? String(series.problem) : 'not computed')
        : estimateOf(series.SRCC),
  }));
}
