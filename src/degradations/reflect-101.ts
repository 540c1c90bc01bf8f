/** Index reflected at the border without repeating the edge pixel: -1 is 1, `length` is `length - 2`. */
export const reflect101 = (index: number, length: number): number =>
  index < 0 ? -index : index >= length ? 2 * length - 2 - index : index;
