import { exactExp } from './exact-exp.ts';
import { reflect101 } from './reflect-101.ts';

/** The kernel rows at one distance above and below the middle row. */
export interface DiskRow {
  distance: number;
  /**
   * Where the weight changes along the row: from column `at` on it is lower by `drop` than before.
   * Columns count from the middle.
   */
  changes: { at: number; drop: number }[];
}

/** Smallest radius of the grid on which a disk is drawn, in pixels. */
const MIN_GRID_RADIUS = 8;

/**
 * A disk with a blurred rim, by its rows from the middle outwards. The weights of the disk sum to 1
 * before its rim is blurred. A disk that touches the edge of its grid (radius 8 and more) is reflected
 * there by the blur, so that its weights then sum to 1.013 and the copy is that much brighter, as in the
 * original package. Weights have single precision.
 *
 * @param radius in pixels
 * @param rimSigma standard deviation of the blur, over 3 x 3 pixels, 5 x 5 above radius 8
 */
export function diskKernel(radius: number, rimSigma: number): { reach: number; rows: DiskRow[] } {
  const reach = Math.max(MIN_GRID_RADIUS, radius);
  const half = gaussian(radius > MIN_GRID_RADIUS ? 2 : 1, rimSigma);
  const kernel = transposed(blurred(transposed(blurred(disk(radius, reach), half)), half));
  const rows = kernel.slice(reach).map((weights, distance): DiskRow => {
    const padded = [0, ...weights, 0];
    const changes = padded.slice(1).flatMap((after, i) => {
      const drop = padded[i]! - after;
      return drop === 0 ? [] : [{ at: i - reach, drop }];
    });
    return { distance, changes };
  });
  return { reach, rows: rows.filter(({ changes }) => changes.length > 0) };
}

type Grid = readonly (readonly number[])[];

function disk(radius: number, reach: number): Grid {
  const offsets = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach);
  const isInside = (x: number, y: number) => x * x + y * y <= radius * radius;
  const count = offsets.reduce((n, y) => n + offsets.filter((x) => isInside(x, y)).length, 0);
  return offsets.map((y) => offsets.map((x) => (isInside(x, y) ? Math.fround(1 / count) : 0)));
}

/** Weights of the distances 0 to `radius` of a Gaussian, in single precision. */
function gaussian(radius: number, sigma: number): number[] {
  const half = Array.from({ length: radius + 1 }, (_, x) =>
    exactExp(-(x * x) / (2 * sigma * sigma)),
  );
  const total = half.reduce((sum, weight, x) => sum + (x === 0 ? weight : 2 * weight), 0);
  return half.map((weight) => Math.fround(weight / total));
}

/** Blurs along the rows, reflected at the edges; each product is added with one rounding. */
const blurred = (grid: Grid, half: readonly number[]): Grid =>
  grid.map((row) =>
    row.map((weight, x) => {
      const at = (column: number) => row[reflect101(column, row.length)]!;
      return half.reduce(
        (sum, share, j) =>
          j === 0
            ? Math.fround(weight * share)
            : Math.fround(sum + Math.fround(at(x - j) + at(x + j)) * share),
        0,
      );
    }),
  );

const transposed = (grid: Grid): Grid => grid.map((_, x) => grid.map((row) => row[x]!));
