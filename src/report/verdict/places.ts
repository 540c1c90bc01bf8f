import { midranks } from '../../statistics/midranks.ts';

/** Place of each value among all, from 0 (lowest) to 1 (highest); equal values share a place. */
export function places(values: ArrayLike<number>): Float64Array {
  const ranks = midranks(values);
  const last = Math.max(1, ranks.length - 1);
  return ranks.map((rank) => (rank - 1) / last);
}
