/** What people and a judge say about one pair of images. */
export interface Preference {
  /** Share of people who prefer the first image, 0..1; one half where they are evenly divided. */
  share: number;
  /** The judge's P(the first is better), 0..1. */
  probability: number;
}

/** Differences that rounding brings about are none: 1 - 0.9 is not 0.1 to the last digit. */
const ROUNDING = 1e-9;

/** Whether two shares, or two probabilities, are the same. */
export const isSameShare = (a: number, b: number): boolean => Math.abs(a - b) <= ROUNDING;

export type Side = 'first' | 'tie' | 'second';
export const SIDES: readonly Side[] = ['first', 'tie', 'second'];

/** Which image a share or a probability prefers; a tie is exactly one half. */
export function sideOf(value: number): Side {
  if (isSameShare(value, 0.5)) return 'tie';
  return value > 0.5 ? 'first' : 'second';
}

/** 1 where people and judge prefer the same image, 0 where they do not; one half where the judge prefers none. */
export function hitOf({ share, probability }: Preference): number {
  const judge = sideOf(probability);
  if (judge === 'tie') return 0.5;
  return judge === sideOf(share) ? 1 : 0;
}

/** How often people preferred what and the judge what. */
export interface Confusion {
  /** Pairs by the side of people, then by that of the judge. */
  counts: Record<Side, Record<Side, number>>;
  pairs: number;
}

/**
 * @example
 * confusionOf([{ share: 0.8, probability: 0.6 }]).counts.first; // { first: 1, tie: 0, second: 0 }
 */
export function confusionOf(preferences: readonly Preference[]): Confusion {
  const row = () => ({ first: 0, tie: 0, second: 0 });
  const counts = { first: row(), tie: row(), second: row() };
  for (const { share, probability } of preferences) {
    counts[sideOf(share)][sideOf(probability)] += 1;
  }
  return { counts, pairs: preferences.length };
}
