import { dimensionScores } from '../../method/dimension-scores.ts';
import type { Weights } from '../../method/row-output.ts';
import { rankScores } from '../../statistics/rank-scores.ts';
import type { DimensionAgreement, Estimate } from '../report-schema.ts';
import type { Sample } from './column-sample.ts';
import { correlate, type Draws, estimateOf } from './correlations.ts';
import { noEstimate } from './or-reason.ts';

/**
 * How well each further dimension of a column agrees with the data set's own scores of it, a tag of the same
 * name with a number for every image, and with MOS.
 *
 * @param weights of the column, as for `scoreConditions`
 */
export function dimensionAgreement(
  column: number,
  sample: Sample,
  weights: Weights | undefined,
  draws: Draws,
): DimensionAgreement[] {
  const byImage = sample.images.map(({ scored }) =>
    dimensionScores(scored.output.conditions, weights),
  );
  const names = Object.keys(byImage[0] ?? {});
  return names.map((name) => {
    const scores = byImage.map((dimensions) => dimensions[name] ?? Number.NaN);
    const truth = sample.images.map(({ row }) => numberIn(row.tags, name));
    const problem = truth.every(Number.isFinite)
      ? undefined
      : `the data set has no number "${name}" for every image`;
    return {
      column,
      name,
      own: problem ? noEstimate(problem) : srccOf(sample, scores, truth, draws),
      MOS: srccOf(sample, scores, [...sample.mos], draws),
    };
  });
}

function srccOf(
  sample: Sample,
  scores: readonly number[],
  truth: readonly number[],
  draws: Draws,
): Estimate {
  const isWhole = scores.every(Number.isFinite);
  const [series] = correlate(
    [
      {
        ...sample,
        scores: Float64Array.from(scores),
        ranked: isWhole
          ? rankScores(
              scores,
              sample.images.map(({ scored }) => scored.output.source),
            )
          : Float64Array.from(scores),
        mos: Float64Array.from(truth),
        problem: sample.problem ?? (isWhole ? undefined : 'not every image has this dimension'),
      },
    ],
    draws,
  );
  if (!series || 'problem' in series || !series.SRCC) {
    return noEstimate(series && 'problem' in series ? String(series.problem) : 'not computed');
  }
  return estimateOf(series.SRCC);
}

function numberIn(tags: Readonly<Record<string, string>>, name: string): number {
  const found = Object.entries(tags).find(([tag]) => tag.toLowerCase() === name.toLowerCase());
  return found && found[1].trim() !== '' ? Number(found[1]) : Number.NaN;
}
