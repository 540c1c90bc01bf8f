import { endsOf } from './ends.ts';
import { intraclass } from './intraclass.ts';
import { krippendorffAlpha } from './krippendorff-alpha.ts';
import { levelsOf, onUnitScale } from './levels.ts';
import { mapScores } from './mapping.ts';
import { pairAccuracy } from './pair-accuracy.ts';
import { quadraticKappa } from './quadratic-kappa.ts';
import type { Units } from './resample.ts';
import type { Statistic } from './statistic.ts';
import { UndefinedCorrelationError } from './undefined-correlation-error.ts';

/**
 * How a column agrees with people, beyond correlation, as one number:
 *
 * - `PAIRS`: pair accuracy, with a band of ties where the error of each MOS is known
 * - `KAPPA`: quadratic-weighted kappa at the prompt's levels
 * - `ALPHA`: Krippendorff's alpha between MOS and the scores as the fitted curve maps them
 * - `ICC`: ICC(2,1) between the same
 */
export const AGREEMENTS = ['PAIRS', 'KAPPA', 'ALPHA', 'ICC'] as const;
export type Agreement = (typeof AGREEMENTS)[number];

/** A column's scores beside people's, over the same images. */
export interface AgreementSample {
  /** 0..1, as ranks take them. */
  ranked: ArrayLike<number>;
  mos: ArrayLike<number>;
  units: Units;
  /** Standard error of each MOS; undefined where that of any is not known. */
  errors?: ArrayLike<number> | undefined;
  /** Values of the prompt's levels, ascending; undefined where it asks for no level. */
  levels?: readonly number[] | undefined;
  /** Ends of the scale of MOS; undefined: its least and greatest value. */
  scale?: readonly [number, number] | undefined;
  /** Scores on the scale of MOS by the fitted curve. Throws UndefinedCorrelationError where there is none. */
  mapped: () => ArrayLike<number>;
}

/**
 * @throws UndefinedCorrelationError with the reason; RangeError as `checkPairs`
 *
 * @example
 * const people = { ranked: [0.2, 0.9, 0.4], mos: [30, 50, 40], units: unitsOf(3) };
 * agreement('PAIRS', { ...people, mapped: () => people.mos }).estimate; // 1
 */
export function agreement(name: Agreement, sample: AgreementSample): Statistic {
  switch (name) {
    case 'PAIRS':
      return pairAccuracy(sample.ranked, sample.mos, sample.errors, sample.units);
    case 'KAPPA':
      return levelKappa(sample);
    case 'ALPHA':
      return krippendorffAlpha([sample.mapped(), sample.mos]);
    case 'ICC':
      return intraclass('absolute', [sample.mapped(), sample.mos]);
  }
}

/**
 * Throws as `agreement`.
 *
 * @example
 * levelKappa({ ranked: [0, 0.5, 1], mos: [1, 3, 5], levels: [0, 0.5, 1], scale: [1, 5] }).estimate; // 1
 */
export function levelKappa({
  ranked,
  mos,
  levels,
  scale,
}: Pick<AgreementSample, 'ranked' | 'mos' | 'levels' | 'scale'>): Statistic {
  if (levels === undefined) {
    throw new UndefinedCorrelationError(
      'there are no levels to agree at, so there is no kappa: the prompt asks for a number or its wordings differ in their levels, or the scores are made of comparisons, of differences, of columns or elsewhere',
    );
  }
  return quadraticKappa(
    levelsOf(ranked, levels),
    levelsOf(onUnitScale(mos, scale ?? rangeOf(mos)), levels),
    levels.length,
  );
}

/**
 * The least and the greatest, of which there are two: a constant MOS agrees with nothing.
 *
 * @example
 * rangeOf([30, 10, 20]); // [10, 30]
 */
export function rangeOf(mos: ArrayLike<number>): [number, number] {
  const [least, greatest] = endsOf(mos);
  if (!(least < greatest)) {
    throw new UndefinedCorrelationError(
      `all ${mos.length} MOS values are equal, so there is no agreement`,
    );
  }
  return [least, greatest];
}

/**
 * Scores on the scale of MOS by the 4-parameter logistic, fitted to the same images.
 *
 * @throws as `mapScores`; UndefinedCorrelationError where the curve falls: it would turn the scores round
 * @example
 * const scores = Array.from({ length: 20 }, (_, i) => i / 20);
 * const mos = scores.map((score) => 1 + 4 * score);
 * mappedScores(scores, mos)[10].toFixed(2); // '3.00'
 */
export function mappedScores(scores: ArrayLike<number>, mos: ArrayLike<number>): Float64Array {
  const { predict, falls } = mapScores(scores, mos);
  if (falls) throw new UndefinedCorrelationError(FALLING_CURVE);
  return Float64Array.from(scores, predict);
}

export const FALLING_CURVE =
  'the fitted curve falls, which turns the scores round: higher scores go with lower ratings, so there is no agreement on the scale of MOS';
