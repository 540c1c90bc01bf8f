import type { CorrelationAnswer } from '../../providers/correlation-row.ts';
import type { Weights } from '../../providers/row-output.ts';
import { rankScores, type Scores } from '../rank-scores.ts';
import { scoreConditions } from '../score-conditions.ts';
import { type ResamplingUnits, unitsOfImages } from '../units.ts';

/** Scores and MOS of the same images, in the same order. */
export interface Sample extends Scores {
  mos: number[];
  /** Different files: rows that show the same one are one image. */
  images: number;
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
    images: new Set(rows.map(({ sha256 }) => sha256)).size,
    units,
  };
}

/** Independent observations of a sample: its groups, or its images where there are none. */
export const unitCount = ({ units }: Sample): number => new Set(units.names).size;

/** `8 groups` */
export const unitsText = (sample: Sample): string => counted(unitCount(sample), sample.units.kind);

/** `1 image`, `2 images` */
const counted = (count: number, kind: string): string =>
  `${count} ${count === 1 ? kind.replace(/s$/, '') : kind}`;

/** `60 images`, `4 images (40 rows)`, `88 images in 8 groups` */
export function sizeOf(sample: Sample): string {
  const { scores, images, units } = sample;
  const rows = images < scores.length ? ` (${scores.length} rows)` : '';
  const groups = units.kind === 'groups' ? ` in ${unitsText(sample)}` : '';
  return `${counted(images, 'images')}${rows}${groups}`;
}
