import type { Prompt, TestCase, TestSuite } from 'promptfoo';
import { ConfigError } from '../providers/config-error.ts';
import { imageName } from '../providers/images/image-name.ts';
import { unshielded } from '../providers/literal-text.ts';
import { promptFileName } from '../providers/prompt-file.ts';
import { noteRunPlan, readRunPlan } from '../providers/run-plan.ts';

/**
 * The rows of this run: as given when it is new; when promptfoo goes on with an earlier evaluation
 * (`--resume`, `--retry-errors`), the rows which that evaluation began with, in its order.
 *
 * @param commandLine promptfoo's arguments, the only place that tells whether a run goes on
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
  if (plan?.columns) refuseOtherColumns(plan.columns, columns);
  if (plan?.filterRange) {
    throw new ConfigError(
      `this evaluation was begun with --filter-range ${plan.filterRange}, which promptfoo applies again when it goes on, and so cuts off the correlation row; run it anew instead of with --resume or --retry-errors`,
    );
  }
  const rows = plan ? pick(tests, plan.rows) : tests;
  const filterRange = argumentOf(commandLine, '--filter-range');
  noteRunPlan({
    rows: rowIdentities(rows),
    columns: [...columns],
    ...(filterRange !== undefined && { filterRange }),
  });
  return rows;
}

/**
 * The prompts of a run that goes on. promptfoo takes them from the columns of the earlier one, one for
 * each provider and prompt, and would make columns of all of those for each provider again.
 */
export function promptsOfRun(prompts: Prompt[], commandLine: readonly string[]): Prompt[] {
  if (!continuedEvaluation(commandLine)) return prompts;
  const known = new Map(
    prompts.map((prompt) => [JSON.stringify([prompt.label, prompt.raw]), prompt]),
  );
  return [...known.values()];
}

/** The columns that promptfoo makes of a suite, in its order. */
export const columnsOf = ({ providers, prompts, providerPromptMap }: TestSuite): string[] =>
  providers.flatMap((provider) => {
    const name = provider.label || provider.id();
    const allowed = providerPromptMap?.[name];
    return prompts
      .filter(({ label }) => !allowed || allowed.includes(label))
      .map(({ label }) => `${name}, ${promptFileName(label)}`);
  });

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
    `this evaluation was begun with ${begun.length} columns and would go on with ${now.length} that are not the same (${what}), so results would stand in the wrong ones; run it anew: answers that were bought are not bought again`,
  );
}

/**
 * Identities of rows within an evaluation: data set, image, and which of its occurrences. A corrected
 * MOS leaves a row what it was.
 */
function rowIdentities(tests: readonly TestCase[]): string[] {
  const occurrences = new Map<string, number>();
  return tests.map(({ vars }) => {
    const place = JSON.stringify([vars?.dataset, vars?.image]);
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

/** The evaluation that the command line continues; `id` is undefined for the latest. */
function continuedEvaluation(commandLine: readonly string[]): { id?: string } | undefined {
  if (commandLine.includes('--retry-errors')) return {};
  const id = argumentOf(commandLine, '--resume');
  if (id === undefined) return commandLine.includes('--resume') ? {} : undefined;
  return id === 'latest' ? {} : { id };
}

function argumentOf(commandLine: readonly string[], option: string): string | undefined {
  const joined = commandLine.find((argument) => argument.startsWith(`${option}=`));
  if (joined) return joined.slice(option.length + 1);
  const position = commandLine.indexOf(option);
  const next = position >= 0 ? commandLine[position + 1] : undefined;
  return next === undefined || next.startsWith('-') ? undefined : next;
}
