/** A candidate that was picked, and the value of the set that it completes. */
export interface SelectionStep {
  candidate: number;
  value: number;
}

/** Values nearer to each other than this are equal: sums of the same terms differ in their last bits. */
const ROUNDING = 1e-12;

/**
 * Greedy forward selection: begins with the best single candidate and adds the one with which the set is
 * worth most, until `most` are picked or none raises the value any more. Of equal ones the first is taken.
 *
 * @param candidates how many there are; they are numbered from 0
 * @param worthOf a set of candidates, in the order picked; undefined where the set has no value and is not
 *   to be picked
 * @returns in the order picked; empty where no single candidate has a value
 */
export function forwardSelection(
  candidates: number,
  most: number,
  worthOf: (set: readonly number[]) => number | undefined,
): SelectionStep[] {
  const steps: SelectionStep[] = [];
  while (steps.length < most) {
    const picked = steps.map(({ candidate }) => candidate);
    let best: SelectionStep | undefined;
    for (let candidate = 0; candidate < candidates; candidate++) {
      if (picked.includes(candidate)) continue;
      const value = worthOf([...picked, candidate]);
      if (value === undefined || value <= (best?.value ?? Number.NEGATIVE_INFINITY) + ROUNDING) {
        continue;
      }
      best = { candidate, value };
    }
    const reached = steps.at(-1)?.value ?? Number.NEGATIVE_INFINITY;
    if (!best || best.value <= reached + ROUNDING) break;
    steps.push(best);
  }
  return steps;
}
