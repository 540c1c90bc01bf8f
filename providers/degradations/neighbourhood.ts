/** Index reflected at the border without repeating the edge pixel: -1 is 1, `length` is `length - 2`. */
export const reflect101 = (index: number, length: number): number =>
  index < 0 ? -index : index >= length ? 2 * length - 2 - index : index;

/** Sums of three rows (one above, one below), reflected at the border, with one more value at each end. */
export function columnSums(
  plane: Uint8Array | Int32Array,
  width: number,
  height: number,
  y: number,
  sums: Int32Array,
): void {
  const row = y * width;
  const up = reflect101(y - 1, height) * width;
  const down = reflect101(y + 1, height) * width;
  for (let x = 0; x < width; x++) {
    sums[x + 1] =
      (plane[up + x] as number) + (plane[row + x] as number) + (plane[down + x] as number);
  }
  sums[0] = sums[2] as number;
  sums[width + 1] = sums[width - 1] as number;
}
