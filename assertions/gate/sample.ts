import type { CorrelationAnswer } from '../../providers/correlation-row.ts';
import type { Weights } from '../../providers/row-output.ts';
import { rankScores, type Scores } from '../rank-scores.ts';
import { scoreConditions } from '../score-conditions.ts';
import { type ResamplingUnits, unitsOfImages } from '../units.ts';

/** Scores and MOS of the same images, in the same order. */
export interface Sample extends Scores {
  mos: number[];
  units: ResamplingUnits;
}

/**
 * The rows of a correlation row as vectors, scored as `debiased-score` does.
 *
 * @throws RangeError as `scoreConditions`, and where it is not known what to resample
 */
export function sampleOf(rows: CorrelationAnswer['rows'], weights?: Weights): Sample {
  const units = unitsOfImages(rows);
  if (units.problem !== undefined) throw new RangeError(`no correlation, because ${units.problem}`);
  const scores = Float64Array.from(
    rows,
    ({ conditions }) => scoreConditions(conditions, weights).score,
  );
  return {
    scores,
    ranked: rankScores(
      scores,
      rows.map(({ source }) => source),
    ),
    mos: rows.map(({ mos }) => mos),
    units,
  };
}
