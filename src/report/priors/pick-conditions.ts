import { forwardSelection } from '../../statistics/forward-selection.ts';
import { type AnsweredImages, srccUnder } from './condition-sets.ts';

/**
 * By greedy forward selection on SRCC. Of equal ones the more suitable is taken, then the first by name; a
 * set that leaves an image without a score is none.
 *
 * @param suitabilities of the conditions, where they were measured
 * @param count of conditions, at most
 * @returns places of conditions, in the order picked
 */
export function pickConditions(
  picking: AnsweredImages,
  suitabilities: readonly (number | null)[] | null,
  count: number,
): number[] {
  const worth = (place: number) => suitabilities?.[place] ?? Number.NEGATIVE_INFINITY;
  const order = [...picking.conditions.keys()].sort((a, b) => {
    const [ofA, ofB] = [worth(a), worth(b)];
    return ofA === ofB ? a - b : ofB - ofA;
  });
  return forwardSelection(order.length, count, (set) =>
    srccUnder(
      picking,
      set.map((number) => order[number]!),
    ),
  ).map(({ candidate }) => order[candidate]!);
}
