import type { TestSuite } from 'promptfoo';
import { z } from 'zod';
import { argumentOf, retriedEvaluation } from './command-line.ts';
import { readEvaluationRow } from './promptfoo-database.ts';

/** An evaluation that promptfoo's command line goes on with. */
export interface ContinuedEvaluation {
  /** Undefined: the latest. */
  id?: string;
  /** Whether promptfoo applies the `--filter-range` of the earlier run once more. */
  filtersAgain: boolean;
}

/**
 * The evaluation that a run goes on with: by `eval --resume`, `eval --retry-errors` or `retry`. Only the command
 * line tells a hook that a run is no new one.
 *
 * @returns undefined where the run is new
 */
export function continuedEvaluation(
  commandLine: readonly string[],
): ContinuedEvaluation | undefined {
  const retried = retriedEvaluation(commandLine);
  if (retried !== undefined) return { id: retried, filtersAgain: false };
  if (commandLine.includes('--retry-errors')) return { filtersAgain: true };
  const id = argumentOf(commandLine, '--resume');
  if (id === undefined)
    return commandLine.includes('--resume') ? { filtersAgain: true } : undefined;
  return { ...(id !== 'latest' && { id }), filtersAgain: true };
}

const repeatSchema = z.object({ repeat: z.number().optional() });

/**
 * How often an evaluation repeats its rows: as it was begun, and as promptfoo goes on with it. `--resume` takes
 * the number over. `--retry-errors` forgets it, but for the configuration's, and `retry` forgets both; then
 * the rows have other numbers.
 *
 * @returns undefined where the run is new, or promptfoo's database does not say
 */
export function repetitionsOf(
  commandLine: readonly string[],
): { begun: number; now: number } | undefined {
  const earlier = continuedEvaluation(commandLine);
  const row = earlier && rowOf(earlier.id);
  if (!row) return undefined;
  const begun = repeatIn(row.runtime_options) ?? 1;
  if (commandLine.some((word) => /^--resume(=|$)/.test(word))) return { begun, now: begun };
  const given = argumentOf(commandLine, '--repeat');
  const configured = repeatIn(row.options) ?? 1;
  const now = given === undefined ? configured : Number(given);
  return { begun, now: earlier.filtersAgain ? now : 1 };
}

function rowOf(id: string | undefined) {
  try {
    return readEvaluationRow(
      "runtime_options, json_extract(config, '$.evaluateOptions') AS options",
      id,
    );
  } catch {
    return undefined;
  }
}

const repeatIn = (json: unknown): number | undefined =>
  typeof json === 'string' ? repeatSchema.safeParse(JSON.parse(json)).data?.repeat : undefined;

/**
 * The prompts of a run that goes on. `--resume` and `--retry-errors` take them from the columns of the earlier
 * one, one for each provider and prompt, and would make columns of all of those for each provider again.
 */
export function promptsOfRun<Prompts extends TestSuite['prompts']>(
  prompts: Prompts,
  commandLine: readonly string[],
): TestSuite['prompts'] {
  if (!continuedEvaluation(commandLine)) return prompts;
  const known = new Map(
    prompts.map((prompt) => [JSON.stringify([prompt.label, prompt.raw]), prompt]),
  );
  return [...known.values()];
}
