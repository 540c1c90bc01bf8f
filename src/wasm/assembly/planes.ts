/**
 * Planes of bytes have a margin on all sides: pixel (x, y) is at `plane + y * stride + x`, and
 * `MARGIN` more columns and one more row on each side belong to them.
 */
export const MARGIN: i32 = 16;

/** Repeats the edge pixels of a row one pixel beyond its ends. */
// @ts-ignore: decorator
@inline
export function repeatPixels(row: usize, width: i32): void {
  store<u8>(row - 1, load<u8>(row));
  store<u8>(row + width, load<u8>(row + width - 1));
}

/** Mirrors a row one pixel beyond its ends, without repeating the edge pixels. */
// @ts-ignore: decorator
@inline
export function mirrorPixels(row: usize, width: i32): void {
  store<u8>(row - 1, load<u8>(row + 1));
  store<u8>(row + width, load<u8>(row + width - 2));
}

/** Row index reflected at the border: -1 is 1, `height` is `height - 2`. */
// @ts-ignore: decorator
@inline
export function mirrored(y: i32, height: i32): i32 {
  return y < 0 ? -y : y >= height ? 2 * height - 2 - y : y;
}
