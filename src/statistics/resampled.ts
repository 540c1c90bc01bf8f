import { checkPairs, MIN_PAIRS } from './check-pairs.ts';
import { countConcordance } from './concordance.ts';
import { distinctCodes } from './distinct-codes.ts';
import { pearsonOfSums } from './pearson.ts';
import { tauB } from './tau-b.ts';

export const METRICS = ['SRCC', 'KRCC', 'PLCC'] as const;
export type Metric = (typeof METRICS)[number];

/** A correlation of the resample in which pair i stands `multiplicities[i]` times; NaN where it is undefined. */
export type ResampledCorrelation = (multiplicities: Int32Array) => number;

/**
 * Prepares a correlation for many resamples of the same pairs: values are sorted once, a resample only
 * counts. Throws as `checkPairs`.
 */
export function resampled(
  metric: Metric,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): ResampledCorrelation {
  checkPairs(x, y);
  if (metric === 'SRCC') return resampledSrcc(x, y);
  return metric === 'KRCC' ? resampledKrcc(x, y) : resampledPlcc(x, y);
}

/**
 * Ranks are multiples of a half, and so are their deviations from the mean: all sums are exact (up to
 * some 300,000 images), and the result is the one of sorting the resample, to the last digit.
 */
function resampledSrcc(x: ArrayLike<number>, y: ArrayLike<number>): ResampledCorrelation {
  const xs = distinctCodes(x);
  const ys = distinctCodes(y);
  const xCounts = new Int32Array(xs.distinct);
  const yCounts = new Int32Array(ys.distinct);
  const xRanks = new Float64Array(xs.distinct);
  const yRanks = new Float64Array(ys.distinct);
  return (multiplicities) => {
    xCounts.fill(0);
    yCounts.fill(0);
    let n = 0;
    for (let i = 0; i < multiplicities.length; i++) {
      const count = multiplicities[i]!;
      const xCode = xs.codes[i]!;
      const yCode = ys.codes[i]!;
      xCounts[xCode] = xCounts[xCode]! + count;
      yCounts[yCode] = yCounts[yCode]! + count;
      n += count;
    }
    if (n < MIN_PAIRS) return Number.NaN;
    const xx = rankDeviations(xCounts, n, xRanks);
    const yy = rankDeviations(yCounts, n, yRanks);
    let xy = 0;
    for (let i = 0; i < multiplicities.length; i++) {
      xy += multiplicities[i]! * xRanks[xs.codes[i]!]! * yRanks[ys.codes[i]!]!;
    }
    return pearsonOfSums(xy, xx, yy);
  };
}

/** Fills `deviations` with midrank minus mean rank of each code, and returns the sum of their squares. */
function rankDeviations(counts: Int32Array, n: number, deviations: Float64Array): number {
  let squares = 0;
  let below = 0;
  for (let code = 0; code < counts.length; code++) {
    const count = counts[code]!;
    const deviation = below + count / 2 - n / 2;
    deviations[code] = deviation;
    squares += count * deviation * deviation;
    below += count;
  }
  return squares;
}

function resampledKrcc(x: ArrayLike<number>, y: ArrayLike<number>): ResampledCorrelation {
  const count = countConcordance(x, y);
  const fewest = (MIN_PAIRS * (MIN_PAIRS - 1)) / 2;
  return (multiplicities) => {
    const counts = count(multiplicities);
    return counts.pairs < fewest ? Number.NaN : tauB(counts);
  };
}

function resampledPlcc(x: ArrayLike<number>, y: ArrayLike<number>): ResampledCorrelation {
  const isConstantX = constancy(x);
  const isConstantY = constancy(y);
  return (multiplicities) => {
    let n = 0;
    let sumX = 0;
    let sumY = 0;
    for (let i = 0; i < multiplicities.length; i++) {
      const count = multiplicities[i]!;
      n += count;
      sumX += count * x[i]!;
      sumY += count * y[i]!;
    }
    if (n < MIN_PAIRS || isConstantX(multiplicities) || isConstantY(multiplicities)) {
      return Number.NaN;
    }
    const meanX = sumX / n;
    const meanY = sumY / n;
    let xx = 0;
    let yy = 0;
    let xy = 0;
    for (let i = 0; i < multiplicities.length; i++) {
      const count = multiplicities[i]!;
      const dx = x[i]! - meanX;
      const dy = y[i]! - meanY;
      xx += count * dx * dx;
      yy += count * dy * dy;
      xy += count * dx * dy;
    }
    return pearsonOfSums(xy, xx, yy);
  };
}

/** Whether a resample's values are all equal: rounding of the mean hides it from the sum of squares. */
function constancy(values: ArrayLike<number>): (multiplicities: Int32Array) => boolean {
  return (multiplicities) => {
    const first = multiplicities.findIndex((count) => count > 0);
    for (let i = first + 1; i < multiplicities.length; i++) {
      if (multiplicities[i]! > 0 && values[i] !== values[first]) return false;
    }
    return true;
  };
}
