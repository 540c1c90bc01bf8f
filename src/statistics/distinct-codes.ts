import { sortedOrder } from './midranks.ts';

/** Values replaced by their place among the distinct values: equal codes for ties, ascending from 0. */
export interface DistinctCodes {
  codes: Int32Array;
  /** How many distinct values there are. */
  distinct: number;
}

/** Codes of `values`, by one sort: whatever depends on order alone can be counted over them. */
export function distinctCodes(values: ArrayLike<number>): DistinctCodes {
  const order = sortedOrder(values);
  const codes = new Int32Array(values.length);
  let distinct = 0;
  for (let i = 0; i < order.length; i++) {
    const place = order[i]!;
    if (i === 0 || values[place] !== values[order[i - 1]!]) distinct++;
    codes[place] = distinct - 1;
  }
  return { codes, distinct };
}
