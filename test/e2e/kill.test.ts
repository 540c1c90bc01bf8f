import { describe, expect, it } from 'vitest';
import { IN_FLIGHT, killRuns } from './kill-runs.ts';
import type { Run } from './promptfoo.ts';

const KILLS = 3;
const TEN_MINUTES_MS = 600_000;

const results = (run: Run) =>
  run.output?.results.results
    .map(({ vars, response, namedScores }) => ({
      image: vars.image,
      output: response?.output,
      namedScores,
    }))
    .sort((a, b) => String(a.image).localeCompare(String(b.image)));

describe('an evaluation killed at random moments', () => {
  it(
    'buys no stored answer again, repeats at most what was in flight, and ends as if undisturbed',
    async () => {
      const { runs, finished, undisturbed, afterwards } = await killRuns(KILLS, Math.random);
      expect(runs.slice(1).some(({ stored }) => stored > 0)).toBe(true);
      let repeated = 0;
      for (const [kills, run] of runs.entries()) {
        expect(run.askedThoughStored).toBe(0);
        // What a kill cut off may be asked again by any later run.
        repeated += run.repeated;
        expect(repeated).toBeLessThanOrEqual(kills * IN_FLIGHT);
      }
      expect(finished.exitCode).toBe(0);
      expect(results(finished)).toEqual(results(undisturbed));
      expect(results(finished)?.length).toBeGreaterThan(10);
      expect(afterwards).toBe(0);
    },
    TEN_MINUTES_MS,
  );
});
