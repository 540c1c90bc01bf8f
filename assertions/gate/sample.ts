import type { CorrelationAnswer } from '../../providers/correlation-row.ts';
import type { Weights } from '../../providers/row-output.ts';
import { scoreConditions } from '../score-conditions.ts';
import { type ResamplingUnits, unitsOfImages } from '../units.ts';

/** Scores and MOS of the same images, in the same order. */
export interface Sample {
  scores: number[];
  mos: number[];
  units: ResamplingUnits;
}

/**
 * The rows of a correlation row as vectors, scored as `debiased-score` does.
 *
 * @throws RangeError as `scoreConditions`
 */
export function sampleOf(rows: CorrelationAnswer['rows'], weights?: Weights): Sample {
  return {
    scores: rows.map(({ conditions }) => scoreConditions(conditions, weights).score),
    mos: rows.map(({ mos }) => mos),
    units: unitsOfImages(rows),
  };
}
