import { checkPairs } from './check-pairs.ts';
import { midranks, sortedOrder } from './midranks.ts';

/** Pearson's linear correlation of raw values, no mapping. Throws as `checkPairs`. */
export function plcc(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkPairs(x, y);
  return pearson(x, y);
}

/** Spearman's rank correlation: Pearson's of midranks. Throws as `checkPairs`. */
export function srcc(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkPairs(x, y);
  return pearson(midranks(x), midranks(y));
}

/**
 * Kendall's tau-b, `(P - Q) / sqrt((n0 - n1)(n0 - n2))`, by Knight's O(n log n) method (J. Am. Stat.
 * Assoc. 61, 1966): sort by x, then by y; the swaps that a merge sort by y needs are the discordant pairs.
 * Throws as `checkPairs`.
 */
export function krcc(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkPairs(x, y);
  const order = sortedOrder(x);
  order.sort((a, b) => (x[a] as number) - (x[b] as number) || (y[a] as number) - (y[b] as number));
  const n = order.length;
  const sortedX = Float64Array.from(order, (i) => x[i] as number);
  const sortedY = Float64Array.from(order, (i) => y[i] as number);
  const pairs = (n * (n - 1)) / 2;
  const tiedInX = tiedPairs(sortedX);
  const tiedInBoth = tiedPairs(sortedX, sortedY);
  const discordant = countSwaps(sortedY);
  const tiedInY = tiedPairs(sortedY);
  const concordantMinusDiscordant = pairs - tiedInX - tiedInY + tiedInBoth - 2 * discordant;
  return clip(concordantMinusDiscordant / Math.sqrt((pairs - tiedInX) * (pairs - tiedInY)));
}

function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const meanX = mean(x);
  const meanY = mean(y);
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < x.length; i++) {
    const dx = (x[i] as number) - meanX;
    const dy = (y[i] as number) - meanY;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  // One root of the product: exact where the product is a square, as for ranks in many small cases.
  return clip(xy / Math.sqrt(xx * yy));
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

/** Rounding can lead a last bit beyond 1. */
const clip = (correlation: number): number => Math.min(1, Math.max(-1, correlation));

/** Pairs of neighbours-in-order that are equal, in all the given sorted vectors. */
function tiedPairs(...vectors: Float64Array[]): number {
  const length = (vectors[0] as Float64Array).length;
  let pairs = 0;
  for (let start = 0, end = 0; start < length; start = end) {
    while (end < length && vectors.every((values) => values[end] === values[start])) end++;
    pairs += ((end - start) * (end - start - 1)) / 2;
  }
  return pairs;
}

/** Sorts ascending in place, by merging, and counts the pairs that stood in the wrong order. */
function countSwaps(values: Float64Array): number {
  let swaps = 0;
  let source = values;
  let target: Float64Array = new Float64Array(values.length);
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      swaps += merge(source, target, start, width);
    }
    [source, target] = [target, source];
  }
  if (source !== values) values.set(source);
  return swaps;
}

function merge(source: Float64Array, target: Float64Array, start: number, width: number): number {
  const middle = Math.min(start + width, source.length);
  const end = Math.min(start + 2 * width, source.length);
  let left = start;
  let right = middle;
  let swaps = 0;
  for (let i = start; i < end; i++) {
    const takeRight =
      right < end && (left >= middle || (source[right] as number) < (source[left] as number));
    if (takeRight) swaps += middle - left;
    target[i] = (takeRight ? source[right++] : source[left++]) as number;
  }
  return swaps;
}
