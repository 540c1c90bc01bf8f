import { rowPairs } from '../../method/pair-result.ts';
import { unitsOfImages } from '../../statistics/units.ts';
import { wilson } from '../../statistics/wilson.ts';
import type { Entry, Estimate } from '../report-schema.ts';
import type { ImageRow } from '../run/scored-run.ts';
import { meanEstimate, withinEnds } from './mean-estimate.ts';

/**
 * What the places of two images that are compared do to the answers of a column, over all its images, anchors
 * included: means over images, as the pairs of one image are not independent.
 *
 * @returns nothing for a column that compares none
 */
export function positionBiasOf(rows: readonly ImageRow[]): Pick<Entry, 'pairs'> {
  const compared = rows.flatMap(({ image, group, scored }) => {
    const pairs = scored && rowPairs(scored.output.conditions);
    return pairs ? [{ image, group, sha256: scored.sha256, pairs }] : [];
  });
  if (compared.length === 0) return {};
  const units = unitsOfImages(compared).names;
  type Value = (row: (typeof compared)[number]) => number;
  const meanOf = (value: Value, ends: readonly [number, number]) =>
    withinEnds(meanEstimate(compared.map(value), units).mean, ends);
  const cases = new Set(units).size;
  const shareOf = (value: Value): Estimate => {
    const mean = meanOf(value, [0, 1]);
    const isAtEnd = mean.estimate === 0 || mean.estimate === 1;
    if (!isAtEnd || mean.low === null) return mean;
    // All images alike have no spread, which does not say that there is none.
    const { low, high } = wilson(cases * mean.estimate!, cases);
    return { ...mean, low, high };
  };
  return {
    pairs: {
      images: compared.length,
      pairs: compared.reduce((sum, { pairs }) => sum + pairs.pairs, 0),
      positionBias: meanOf(({ pairs }) => pairs.positionBias, [-0.5, 0.5]),
      inconsistent: shareOf(({ pairs }) => pairs.inconsistent / pairs.pairs),
      ties: shareOf(
        ({ pairs: { anchors } }) => anchors.reduce((sum, { tie }) => sum + tie, 0) / anchors.length,
      ),
    },
  };
}
