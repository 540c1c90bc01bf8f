import { checkPairs } from './check-pairs.ts';
import { plcc } from './correlation.ts';
import { endsOf } from './ends.ts';
import { type Fit, fitCurve } from './fit-curve.ts';
import { type Curve, logistic4, logistic5, type Parameters } from './logistic.ts';
import { UndefinedCorrelationError } from './undefined-correlation-error.ts';

/** Scores mapped to the MOS scale by a fitted logistic curve. */
export interface Mapping {
  /** b1..b4 or b1..b5 of the curve, on the scales of the scores and of MOS. */
  parameters: number[];
  /** MOS that the curve gives a score. */
  predict: (score: number) => number;
  /**
   * Pearson's correlation of mapped scores and MOS; null where the curve is flat. Above 0 for a falling
   * curve too, because the curve turns the scores round.
   */
  plcc: number | null;
  /** Whether higher scores are mapped to lower MOS: the model is anti-correlated. */
  falls: boolean;
  /** Root mean square error of mapped scores, in MOS units. */
  rmse: number;
  converged: boolean;
  /** Whether more iterations would change nothing that anybody reads; true of all that converged. */
  settled: boolean;
  iterations: number;
}

/** Fewer images than this are not fitted: the curve would follow each of them. */
export const MIN_FITTED = 10;

/** Width of a logistic, in standard deviations of the scores, over which it is a straight line. */
const LINE_WIDTH = 1000;
const STEEP_WIDTH = 0.05;

/**
 * Fits `curve` to MOS by least squares, as many image quality papers do before they report PLCC and
 * RMSE, and on the same images: say *mapped*, never compare with raw. The customary start is tried
 * beside steep ones and the straight line, and the best is taken.
 *
 * @param parameters 4: `(b1-b2)/(1+exp(-(x-b3)/|b4|)) + b2`; 5: `b1(1/2-1/(1+exp(b2(x-b3)))) + b4 x + b5`
 * @throws UndefinedCorrelationError fewer than 10 images, constant scores or MOS; RangeError as `checkPairs`
 * @example
 * const scores = Array.from({ length: 20 }, (_, i) => i / 20);
 * const mos = scores.map((score) => 1 + 4 * score);
 * const { predict, falls } = mapScores(scores, mos);
 * [predict(0.5).toFixed(2), falls]; // ['3.00', false]
 */
export function mapScores(
  scores: ArrayLike<number>,
  mos: ArrayLike<number>,
  parameters: 4 | 5 = 4,
): Mapping {
  checkPairs(scores, mos);
  if (scores.length < MIN_FITTED) {
    throw new UndefinedCorrelationError(
      `a mapping needs at least ${MIN_FITTED} images, there are ${scores.length}`,
    );
  }
  const x = standardise(scores);
  const y = standardise(mos);
  const four = fit4(x.values, y.values);
  const [curve, fit] = parameters === 4 ? [logistic4, four] : fit5(x.values, y.values, four);
  const at = curve.at(fit.parameters);
  const predict = (score: number) => y.mean + y.deviation * at((score - x.mean) / x.deviation);
  const mapped = Float64Array.from(scores, predict);
  const isFlat = mapped.every((value) => value === mapped[0]);
  return {
    parameters: (parameters === 4 ? unscaled4 : unscaled5)(fit.parameters, x, y),
    predict,
    plcc: isFlat ? null : plcc(mapped, mos),
    falls: !isFlat && plcc(scores, mapped) < 0,
    rmse: y.deviation * Math.sqrt(fit.squares / scores.length),
    converged: fit.converged,
    settled: fit.settled,
    iterations: fit.iterations,
  };
}

function fit4(x: Float64Array, y: Float64Array): Fit {
  const halfRise = 2 * slopeOf(x, y) * LINE_WIDTH;
  const [lowest, highest] = endsOf(y);
  return fitCurve(
    logistic4,
    x,
    y,
    [
      [highest, lowest, 0, 0.25],
      [halfRise, -halfRise, 0, LINE_WIDTH],
    ],
    quartiles(x).flatMap((place) => [1, -1].map((top) => [top, -top, place, STEEP_WIDTH])),
  );
}

/** The 4-parameter curve is a 5-parameter one without its line, so the fit is never worse. */
function fit5(x: Float64Array, y: Float64Array, four: Fit): [Curve, Fit] {
  const [b1, b2, b3, b4] = four.parameters as [number, number, number, number];
  const [lowest, highest] = endsOf(y);
  const range = highest - lowest;
  const sign = Math.sign(slopeOf(x, y)) || 1;
  const steep = quartiles(x).flatMap((place) =>
    [1, -1].map((direction) => [0.5, direction / STEEP_WIDTH, place, slopeOf(x, y), 0]),
  );
  const fourAsFive = [b1 - b2, 1 / Math.abs(b4), b3, 0, (b1 + b2) / 2];
  return [logistic5, fitCurve(logistic5, x, y, [[range, sign, 0, 0, 0], fourAsFive], steep)];
}

interface Standardised {
  values: Float64Array;
  mean: number;
  /** Population standard deviation. */
  deviation: number;
}

function standardise(values: ArrayLike<number>): Standardised {
  const list = Float64Array.from(values);
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
  const square = list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / list.length;
  const deviation = Math.sqrt(square);
  return { values: list.map((value) => (value - mean) / deviation), mean, deviation };
}

/** Slope of the straight line through standardised values: their correlation. */
const slopeOf = (x: Float64Array, y: Float64Array): number =>
  x.reduce((sum, value, i) => sum + value * y[i]!, 0) / x.length;

function quartiles(values: Float64Array): number[] {
  const sorted = values.toSorted();
  return [0.25, 0.5, 0.75].map((share) => sorted[Math.floor(share * sorted.length)]!);
}

function unscaled4(parameters: Parameters, x: Standardised, y: Standardised): number[] {
  const [b1, b2, b3, b4] = parameters as [number, number, number, number];
  return [
    y.mean + y.deviation * b1,
    y.mean + y.deviation * b2,
    x.mean + x.deviation * b3,
    x.deviation * Math.abs(b4),
  ];
}

function unscaled5(parameters: Parameters, x: Standardised, y: Standardised): number[] {
  const [b1, b2, b3, b4, b5] = parameters as [number, number, number, number, number];
  const slope = (y.deviation * b4) / x.deviation;
  return [
    y.deviation * b1,
    b2 / x.deviation,
    x.mean + x.deviation * b3,
    slope,
    y.mean + y.deviation * b5 - slope * x.mean,
  ];
}
