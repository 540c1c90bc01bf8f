/**
 * The least and the greatest of any number of values; spread into `Math.min`, 125,000 are too many for the stack.
 *
 * @returns plus and minus infinity where there are none
 */
export function endsOf(values: ArrayLike<number>): [least: number, greatest: number] {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i]!);
    greatest = Math.max(greatest, values[i]!);
  }
  return [least, greatest];
}
