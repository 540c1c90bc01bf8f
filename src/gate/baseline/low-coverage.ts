import { isBelowCoverage } from '../../statistics/coverage.ts';

/**
 * Of which run a comparison leaves out too much, one phrase each.
 *
 * @param compared rows that are compared
 * @param runs how many rows each run has or lacks an answer to, by its name in phrases
 * @param what rows are and what both have done with them: `images` that are `scored`
 */
export function lowCoverage(
  compared: number,
  runs: Readonly<Record<string, number>>,
  minCoverage: number,
  { rows, done }: { rows: string; done: string },
): string[] {
  return Object.entries(runs).flatMap(([run, all]) =>
    isBelowCoverage(compared, all, minCoverage)
      ? [
          `${compared} of the ${all} ${rows} of ${run} are ${done} in both, fewer than minCoverage ${minCoverage} asks for`,
        ]
      : [],
  );
}
