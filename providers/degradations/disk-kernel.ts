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
 * A disk with a blurred rim, weights that sum to 1, by its rows from the middle outwards.
 *
 * @param radius in pixels
 * @param rimSigma standard deviation of the blur, over 3 x 3 pixels, 5 x 5 above radius 8
 */
export function diskKernel(radius: number, rimSigma: number): { reach: number; rows: DiskRow[] } {
  const reach = Math.max(MIN_GRID_RADIUS, radius);
  const blur = gaussian(radius > MIN_GRID_RADIUS ? 2 : 1, rimSigma);
  const mirrored = (i: number) => (Math.abs(i) > reach ? 2 * reach - Math.abs(i) : i);
  const inside = (x: number, y: number) =>
    mirrored(x) ** 2 + mirrored(y) ** 2 <= radius * radius ? 1 : 0;
  const weight = (x: number, y: number) => {
    let sum = 0;
    for (const [dy, down] of blur)
      for (const [dx, across] of blur) sum += down * across * inside(x + dx, y + dy);
    return sum;
  };
  const columns = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach);
  const total = columns
    .flatMap((y) => columns.map((x) => weight(x, y)))
    .reduce((sum, each) => sum + each, 0);
  const rowAt = (distance: number): DiskRow => {
    const weights = [0, ...columns.map((x) => weight(x, distance) / total), 0];
    const changes = weights.slice(1).flatMap((after, i) => {
      const drop = (weights[i] as number) - after;
      return drop === 0 ? [] : [{ at: i - reach, drop }];
    });
    return { distance, changes };
  };
  const rows = columns.filter((y) => y >= 0).map(rowAt);
  return { reach, rows: rows.filter(({ changes }) => changes.length > 0) };
}

/** Pairs of offset and weight, from `-radius` to `radius`. */
function gaussian(radius: number, sigma: number): [number, number][] {
  const offsets = Array.from({ length: 2 * radius + 1 }, (_, i) => i - radius);
  const weights = offsets.map((x) => Math.exp(-(x * x) / (2 * sigma * sigma)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return offsets.map((x, i) => [x, (weights[i] as number) / total]);
}
