import { levenbergMarquardt } from 'ml-levenberg-marquardt';
import type { Curve, Parameters } from './logistic.ts';

export interface Fit {
  parameters: Parameters;
  /** Sum of squared residuals. */
  squares: number;
  /** Whether the squares stopped falling; false where the curve runs off to a limit it cannot reach. */
  converged: boolean;
  /**
   * Converged, or the squares fell by less than `SETTLED_GAIN` in the last half of the iterations: no digit
   * that anybody reads still moves.
   */
  settled: boolean;
  iterations: number;
}

/** Iterations by which starts are compared, the doubtful ones on at most so many points. */
const TRIAL_ITERATIONS = 60;
const TRIAL_POINTS = 1000;

/** A fit that crawls towards a limit gets at most so many evaluations of the curve. */
const MAX_EVALUATIONS = 1e6;
const MIN_ITERATIONS = 200;
const MAX_ITERATIONS = 10_000;

/** So many accepted steps in a row that gain less than this share of the squares end a fit. */
const STILL_STEPS = 5;
const LEAST_GAIN = 1e-12;

/** As a share: an RMSE moves by 0.0025 % then, and a PLCC of 0.1 or more by less than 0.0003. */
const SETTLED_GAIN = 5e-5;

/** Damping relative to the number of points at which no step is left to take. */
const MOST_DAMPING = 1e8;

/** Squares of rounding errors, of values with a standard deviation of 1, for each point. */
const ROUNDING_SQUARES = 1e-28;

/**
 * Least squares by Levenberg-Marquardt from `starts` and from the best of `others`, which a
 * few iterations find out. `x` and `y` should be standardised, because the damping is the same for all
 * parameters.
 */
export function fitCurve(
  curve: Curve,
  x: Float64Array,
  y: Float64Array,
  starts: readonly Parameters[],
  others: readonly Parameters[],
): Fit {
  const every = Math.ceil(x.length / TRIAL_POINTS);
  const isTried = (_: number, index: number) => index % every === 0;
  const [triedX, triedY] = [x.filter(isTried), y.filter(isTried)];
  const rival = others
    .map((start) => descend(curve, triedX, triedY, start, TRIAL_ITERATIONS))
    .reduce(better);
  const best = [...starts, rival.parameters]
    .map((start) => descend(curve, x, y, start, TRIAL_ITERATIONS))
    .reduce(better);
  if (best.converged) return best;
  const share = Math.floor(MAX_EVALUATIONS / x.length);
  const iterations = Math.max(MIN_ITERATIONS, Math.min(MAX_ITERATIONS, share));
  return descend(curve, x, y, best.parameters, iterations);
}

/** The first of equals: the customary start. */
const better = (a: Fit, b: Fit): Fit => (b.squares < a.squares ? b : a);

/**
 * The library's step, taken only where it lowers the squares: left to itself the library takes
 * uphill steps as well, and is then lost where the curve is flat.
 */
function descend(
  curve: Curve,
  x: Float64Array,
  y: Float64Array,
  start: Parameters,
  maxIterations: number,
): Fit {
  const n = x.length;
  let parameters = [...start];
  let squares = squaresOf(curve.at(start), x, y);
  let damping = 1e-3 * n;
  let stillSteps = 0;
  let squaresHalfway = squares;
  const outcome = (converged: boolean, iterations: number): Fit => ({
    parameters,
    squares,
    converged,
    settled: converged || squaresHalfway - squares < SETTLED_GAIN * squaresHalfway,
    iterations,
  });
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    if (iteration <= maxIterations / 2) squaresHalfway = squares;
    const step = tryStep(curve, x, y, parameters, damping);
    if (step && step.parameterError < squares) {
      const gain = (squares - step.parameterError) / squares;
      parameters = step.parameterValues;
      squares = step.parameterError;
      damping /= 5;
      stillSteps = gain < LEAST_GAIN ? stillSteps + 1 : 0;
      if (stillSteps >= STILL_STEPS || squares < ROUNDING_SQUARES * n)
        return outcome(true, iteration);
    } else {
      damping *= 4;
      if (damping > MOST_DAMPING * n) return outcome(true, iteration);
    }
  }
  return outcome(false, maxIterations);
}

function tryStep(
  curve: Curve,
  x: Float64Array,
  y: Float64Array,
  parameters: number[],
  damping: number,
): ReturnType<typeof levenbergMarquardt> | undefined {
  try {
    return levenbergMarquardt({ x, y }, curve.at, {
      initialValues: parameters,
      jacobianFunction: curve.derivatives,
      maxIterations: 1,
      errorTolerance: 0,
      damping,
    });
  } catch {
    // The library's matrix is singular where the curve does not depend on a parameter: more damping helps.
    return undefined;
  }
}

function squaresOf(curve: (x: number) => number, x: Float64Array, y: Float64Array): number {
  let squares = 0;
  for (let i = 0; i < x.length; i++) squares += (y[i]! - curve(x[i]!)) ** 2;
  return squares;
}
