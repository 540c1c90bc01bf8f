import type { Statistic } from './statistic.ts';
import { UndefinedCorrelationError } from './undefined-correlation-error.ts';

/** What people's disagreement leaves a perfect judge. */
export interface Ceiling {
  /** Share of the variance of MOS that another panel of as many people would confirm, 0..1. */
  reliability: number;
  /** The highest correlation with MOS that scores can be expected to reach. */
  attainable: { PLCC: number; SRCC: number };
}

/**
 * The reliability of MOS, 1 less the mean squared standard error over the variance (n - 1), bounds every
 * correlation with it by its root (Spearman's attenuation, Am. J. Psychol. 15, 1904). Of SRCC it is
 * `6/pi asin(r/2)` of that bound (Pearson 1907), which is exact for normally distributed quality.
 *
 * @param errors standard error of each MOS
 * @throws UndefinedCorrelationError people disagree as much as the images differ
 * @example
 * ceilingOf([1, 2, 3, 4, 5], [0.5, 0.5, 0.5, 0.5, 0.5]).reliability; // 0.9
 */
export function ceilingOf(mos: ArrayLike<number>, errors: ArrayLike<number>): Ceiling {
  const reliability = reliabilityStatistic(mos, errors).estimate;
  return { reliability, attainable: attainableOf(reliability) };
}

function attainableOf(reliability: number): Ceiling['attainable'] {
  const PLCC = Math.sqrt(reliability);
  return { PLCC, SRCC: (6 / Math.PI) * Math.asin(PLCC / 2) };
}

/**
 * The highest SRCC that can be expected. Throws as `ceilingOf`.
 *
 * @example
 * attainableSrcc([1, 2, 3, 4, 5], [0.5, 0.5, 0.5, 0.5, 0.5]).estimate; // 0.9439
 */
export function attainableSrcc(mos: ArrayLike<number>, errors: ArrayLike<number>): Statistic {
  const { estimate, resample } = reliabilityStatistic(mos, errors);
  return {
    estimate: attainableOf(estimate).SRCC,
    // NaN where the draw has no reliability.
    resample: (multiplicities) => attainableOf(resample(multiplicities)).SRCC,
  };
}

function reliabilityStatistic(mos: ArrayLike<number>, errors: ArrayLike<number>): Statistic {
  const resample = (multiplicities: ArrayLike<number>): number => {
    let n = 0;
    let sum = 0;
    let errorSquares = 0;
    for (let i = 0; i < mos.length; i++) {
      const times = multiplicities[i]!;
      n += times;
      sum += times * mos[i]!;
      errorSquares += times * errors[i]! ** 2;
    }
    const mean = sum / n;
    let squares = 0;
    for (let i = 0; i < mos.length; i++) squares += multiplicities[i]! * (mos[i]! - mean) ** 2;
    const reliability = 1 - errorSquares / n / (squares / (n - 1));
    return reliability > 0 ? reliability : Number.NaN;
  };
  const estimate = resample(new Uint8Array(mos.length).fill(1));
  if (Number.isNaN(estimate)) {
    throw new UndefinedCorrelationError(
      'the raters of these images disagree as much as the images differ, so no correlation is attainable',
    );
  }
  return { estimate, resample };
}
