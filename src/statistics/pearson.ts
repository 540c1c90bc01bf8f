/** Pearson's correlation, unchecked: NaN for a constant vector. */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const meanX = mean(x);
  const meanY = mean(y);
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < x.length; i++) {
    const dx = x[i]! - meanX;
    const dy = y[i]! - meanY;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return pearsonOfSums(xy, xx, yy);
}

/** Pearson's correlation of sums of products of deviations. */
export function pearsonOfSums(xy: number, xx: number, yy: number): number {
  // One root of the product: exact where the product is a square, as for ranks in many small cases.
  return clip(xy / Math.sqrt(xx * yy));
}

/** Rounding can lead a last bit beyond 1. */
export const clip = (correlation: number): number => Math.min(1, Math.max(-1, correlation));

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
