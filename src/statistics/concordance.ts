import { distinctCodes } from './distinct-codes.ts';

/** Pairs of images by how two ratings order them. */
export interface Concordance {
  /** All pairs, n(n-1)/2. */
  pairs: number;
  tiedInX: number;
  tiedInY: number;
  tiedInBoth: number;
  /** Pairs that x and y order contrarily. */
  discordant: number;
}

/**
 * Counts pairs by the idea of Knight's O(n log n) method (J. Am. Stat. Assoc. 61, 1966): images are
 * visited by ascending x, and those before with a greater y are discordant. A tree of counts over the
 * distinct values of y (Fenwick) in place of his merge sort lets the same prepared order serve every
 * resample.
 *
 * @returns the counts of a resample in which image i stands `multiplicities[i]` times
 */
export function countConcordance(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): (multiplicities: ArrayLike<number>) => Concordance {
  const xs = distinctCodes(x);
  const ys = distinctCodes(y);
  const order = Uint32Array.from({ length: x.length }, (_, i) => i).sort(
    (a, b) => xs.codes[a]! - xs.codes[b]! || ys.codes[a]! - ys.codes[b]!,
  );
  const xCodes = Int32Array.from(order, (i) => xs.codes[i]!);
  const yCodes = Int32Array.from(order, (i) => ys.codes[i]!);
  const tree = new Float64Array(ys.distinct + 1);
  const yCounts = new Float64Array(ys.distinct);

  return (multiplicities) => {
    tree.fill(0);
    yCounts.fill(0);
    let n = 0;
    let tiedInX = 0;
    let tiedInBoth = 0;
    let discordant = 0;
    for (let start = 0, end = 0; start < order.length; start = end) {
      const xCode = xCodes[start];
      const before = n;
      let both = 0;
      for (; end < order.length && xCodes[end] === xCode; end++) {
        const count = multiplicities[order[end]!]!;
        const yCode = yCodes[end]!;
        both = end > start && yCodes[end - 1] === yCode ? both : 0;
        if (count === 0) continue;
        discordant += count * (before - countUpTo(tree, yCode));
        tiedInBoth += count * both + pairsOf(count);
        both += count;
        n += count;
        yCounts[yCode] = yCounts[yCode]! + count;
      }
      tiedInX += pairsOf(n - before);
      for (let i = start; i < end; i++) {
        add(tree, yCodes[i]!, multiplicities[order[i]!]!);
      }
    }
    let tiedInY = 0;
    for (const count of yCounts) tiedInY += pairsOf(count);
    return { pairs: pairsOf(n), tiedInX, tiedInY, tiedInBoth, discordant };
  };
}

const pairsOf = (n: number): number => (n * (n - 1)) / 2;

/** Sum of the counts of codes 0..code. */
function countUpTo(tree: Float64Array, code: number): number {
  let sum = 0;
  for (let node = code + 1; node > 0; node &= node - 1) sum += tree[node]!;
  return sum;
}

function add(tree: Float64Array, code: number, count: number): void {
  if (count === 0) return;
  for (let node = code + 1; node < tree.length; node += node & -node) {
    tree[node] = tree[node]! + count;
  }
}
