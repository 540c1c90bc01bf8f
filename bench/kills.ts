/**
 * Kills an evaluation at random moments while it asks, and goes on with it: `node bench/kills.ts
 * [kills]`, 20 by default. Prints a line a run: what the server was asked, and what of that it had
 * been asked before.
 */
import { isDeepStrictEqual } from 'node:util';
import { plainTable } from '../src/common/plain-table.ts';
import { IN_FLIGHT, killRuns } from '../test/e2e/kill-runs.ts';
import type { Run } from '../test/e2e/promptfoo.ts';

const kills = Number(process.argv[2] ?? 20);

const results = (run: Run) =>
  run.output?.results.results
    .map(({ vars, response }) => JSON.stringify([vars.image, response?.output]))
    .sort();

const { runs, finished, undisturbed, afterwards } = await killRuns(kills, Math.random, (run) =>
  process.stderr.write(`${JSON.stringify(run)}\n`),
);
console.log(
  plainTable(
    ['run', 'stored before', 'requests', 'of them stored', 'asked before'],
    runs.map(({ stored, requests, askedThoughStored, repeated }, index) => [
      index < kills ? `killed ${index + 1}` : 'finished',
      stored,
      requests,
      askedThoughStored,
      repeated,
    ]),
  ),
);
console.log(
  `repeats: ${sum(runs.map(({ repeated }) => repeated))}; ${kills} kills cut off at most ${kills * IN_FLIGHT} requests, ${IN_FLIGHT} under way at once`,
);
console.log(`requests for stored answers: ${sum(runs.map((run) => run.askedThoughStored))}`);
console.log(`requests of --retry-errors afterwards: ${afterwards}`);
console.log(
  `${results(finished)?.length} results, equal to an undisturbed run's: ${isDeepStrictEqual(results(finished), results(undisturbed))}`,
);

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
