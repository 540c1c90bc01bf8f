/** What was answered about two items, which are numbered from 0. */
export interface PairAnswer {
  first: number;
  second: number;
  /** P(the first is better), 0..1; 0.5 is a tie. */
  probability: number;
}

/** Two items that may be compared. */
export type ItemPair = Pick<PairAnswer, 'first' | 'second'>;

/** An answer that says which is better with at least this probability is clear. */
export const CLEAR = 0.9;

/** One name for two items, in either order. */
export const pairKey = ({ first, second }: ItemPair): string =>
  first < second ? `${first} ${second}` : `${second} ${first}`;
