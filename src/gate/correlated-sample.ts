import type { Weights } from '../method/row-output.ts';
import { scoreConditions } from '../method/score-conditions.ts';
import type { CorrelationAnswer } from '../rows/correlation-row.ts';
import { mappedScores } from '../statistics/index.ts';
import { rankScores, type Scores } from '../statistics/rank-scores.ts';
import { type ResamplingUnits, unitsOfImages } from '../statistics/units.ts';
import { counted } from './phrases.ts';

/** Scores and MOS of the same images, in the same order. */
export interface Sample extends Scores {
  mos: number[];
  /** Standard error of each MOS; undefined where that of any is not known. */
  errors: number[] | undefined;
  /** Of the prompt, ascending. */
  levels: readonly number[] | undefined;
  /** Ends of the scale of MOS, where the data set says them. */
  scale: readonly [number, number] | undefined;
  /** Scores on the scale of MOS, see `mappedScores`. */
  mapped: () => Float64Array;
  /** Different files: rows that show the same one are one image. */
  images: number;
  units: ResamplingUnits;
}

/**
 * The rows of a correlation row as vectors, scored as `debiased-score` does.
 *
 * @throws RangeError as `scoreConditions`, and where it is not known what to resample
 */
export function sampleOf(
  { rows, levels, scale }: Pick<CorrelationAnswer, 'rows' | 'levels' | 'scale'>,
  weights?: Weights,
): Sample {
  const units = unitsOfImages(rows);
  if (units.problem !== undefined) throw new RangeError(`no correlation, because ${units.problem}`);
  const scores = Float64Array.from(
    rows,
    ({ conditions }) => scoreConditions(conditions, weights).score,
  );
  const mos = rows.map((row) => row.mos);
  const errors = rows.flatMap(({ standardError }) => standardError ?? []);
  return {
    scores,
    ranked: rankScores(
      scores,
      rows.map(({ source }) => source),
    ),
    mos,
    errors: errors.length === rows.length ? errors : undefined,
    levels,
    scale,
    mapped: () => mappedScores(scores, mos),
    images: new Set(rows.map(({ sha256 }) => sha256)).size,
    units,
  };
}

/**
 * The samples of two runs over the same images, as `matchRows` pairs them. What is known of people is taken
 * from the newer run for both, as MOS is. Throws as `sampleOf`.
 */
export function pairedSamples(
  now: Pick<CorrelationAnswer, 'levels' | 'scale'>,
  rows: Record<'now' | 'before', CorrelationAnswer['rows']>,
  weights?: Weights,
): { newer: Sample; older: Sample } {
  const newer = sampleOf({ ...now, rows: rows.now }, weights);
  const { mos, errors, scale, levels } = newer;
  return {
    newer,
    older: { ...sampleOf({ rows: rows.before }, weights), mos, errors, scale, levels },
  };
}

/** Independent observations of a sample: its groups, or its images where there are none. */
export const unitCount = ({ units }: Sample): number => new Set(units.names).size;

/** `8 groups` */
export const unitsText = (sample: Sample): string => counted(unitCount(sample), sample.units.kind);

/** `60 images`, `4 images (40 rows)`, `88 images in 8 groups` */
export function sizeOf(sample: Sample): string {
  const { scores, images, units } = sample;
  const rows = images < scores.length ? ` (${scores.length} rows)` : '';
  const groups = units.kind === 'groups' ? ` in ${unitsText(sample)}` : '';
  return `${counted(images, 'images')}${rows}${groups}`;
}
