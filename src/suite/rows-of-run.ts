import type { TestCase } from 'promptfoo';
import { ConfigError } from '../common/config-error.ts';
import { argumentOf } from '../harness/command-line.ts';
import { continuedEvaluation, repetitionsOf } from '../harness/continued-evaluation.ts';
import { unshielded } from '../harness/literal-text.ts';
import { isPairTest } from '../harness/row-keys.ts';
import { noteRunPlan, readRunPlan } from '../harness/run-plan.ts';
import { imageName } from '../images/image-name.ts';
import { pairKey } from '../rows/pair-row-input.ts';

/**
 * The rows of this run: as given when it is new; when promptfoo goes on with an earlier evaluation
 * (`--resume`, `--retry-errors`, `promptfoo retry`), the rows which that evaluation began with, in its order.
 *
 * @param commandLine promptfoo's arguments
 * @param columns of this run, see `columnsOf`
 * @throws ConfigError when the earlier rows or columns cannot be had again
 */
export function rowsOfRun(
  tests: TestCase[],
  commandLine: readonly string[],
  columns: readonly string[] = [],
): TestCase[] {
  const earlier = continuedEvaluation(commandLine);
  const plan = earlier && readRunPlan(earlier.id);
  refuseOtherRepetitions(commandLine);
  if (plan?.columns) refuseOtherColumns(plan.columns, columns);
  if (plan?.filterRange !== undefined && earlier?.filtersAgain) {
    throw new ConfigError(
      `this evaluation was begun with --filter-range ${plan.filterRange}, which promptfoo applies again when it goes on, and so cuts off the correlation row; run it anew instead of with --resume or --retry-errors`,
    );
  }
  const rows = plan ? pick(tests, plan.rows) : tests;
  const filterRange = plan ? plan.filterRange : argumentOf(commandLine, '--filter-range');
  noteRunPlan({
    rows: rowIdentities(rows),
    columns: [...columns],
    ...(filterRange !== undefined && { filterRange }),
  });
  return rows;
}

function refuseOtherRepetitions(commandLine: readonly string[]): void {
  const repetitions = repetitionsOf(commandLine);
  if (!repetitions || repetitions.begun === repetitions.now) return;
  const { begun, now } = repetitions;
  throw new ConfigError(
    `this evaluation was begun with --repeat ${begun} and would go on with ${now}, so results would stand in the wrong rows; give --retry-errors the same --repeat, or run it anew: answers that were bought are not bought again`,
  );
}

function refuseOtherColumns(begun: readonly string[], now: readonly string[]): void {
  if (begun.length === now.length && begun.every((column, index) => column === now[index])) return;
  const [gone] = begun.filter((column) => !now.includes(column));
  const [added] = now.filter((column) => !begun.includes(column));
  const what =
    gone !== undefined
      ? `"${gone}" is gone`
      : added !== undefined
        ? `"${added}" is new`
        : 'they are the same in another order or number';
  throw new ConfigError(
    `this evaluation was begun with ${begun.length} ${begun.length === 1 ? 'column' : 'columns'} and would go on with ${now.length} that ${now.length === 1 ? 'is' : 'are'} not the same (${what}), so results would stand in the wrong ones; run it anew: answers that were bought are not bought again`,
  );
}

/**
 * Identities of rows within an evaluation: data set, image, and which of its occurrences. A corrected
 * MOS leaves a row what it was.
 */
function rowIdentities(tests: readonly TestCase[]): string[] {
  const occurrences = new Map<string, number>();
  return tests.map(({ vars, metadata }) => {
    const dataset = vars?.dataset ?? metadata?.dataset;
    const image = isPairTest({ vars, metadata }) ? pairKey(vars ?? {}) : vars?.image;
    const place = JSON.stringify([dataset, image]);
    const occurrence = occurrences.get(place) ?? 0;
    occurrences.set(place, occurrence + 1);
    return `${place} ${occurrence}`;
  });
}

function pick(tests: readonly TestCase[], identities: readonly string[]): TestCase[] {
  const names = rowIdentities(tests);
  const byIdentity = new Map(tests.map((test, index) => [names[index], test]));
  const gone = identities.filter((identity) => !byIdentity.has(identity));
  const [first] = gone;
  if (first !== undefined) {
    throw new ConfigError(
      `${gone.length} of the ${identities.length} rows that this evaluation was begun with ${gone.length === 1 ? 'is' : 'are'} not in the data set any more (${describeIdentity(first)}${gone.length > 1 ? ', …' : ''}), so it cannot go on; put ${gone.length === 1 ? 'it' : 'them'} back, or run it anew: answers that were bought are not bought again`,
    );
  }
  return identities.map((identity) => byIdentity.get(identity) as TestCase);
}

function describeIdentity(identity: string): string {
  const [dataset, image] = JSON.parse(identity.slice(0, identity.lastIndexOf(' ')));
  const name = imageName(unshielded(String(image)));
  return dataset ? `${name} of ${unshielded(dataset)}` : name;
}
