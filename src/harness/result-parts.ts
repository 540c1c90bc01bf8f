import type { Result } from './result-schema.ts';

type Picture = NonNullable<NonNullable<Result['response']>['images']>[number];

/**
 * A provider's output as it gave it. promptfoo hands over and saves an object as an object in some places and
 * as its JSON text in others.
 */
export function outputValue(output: unknown): unknown {
  if (typeof output !== 'string') return output;
  try {
    return JSON.parse(output);
  } catch {
    return output;
  }
}

/** A picture of an answer as a data URI. Undefined for most: promptfoo keeps them, and leaves a reference. */
export const pictureOf = (picture: Picture | undefined): string | undefined =>
  picture?.data?.startsWith('data:image/') ? picture.data : undefined;

/** An assertion of a result's test and what it said; promptfoo lists both in one order. */
export interface AssertionOutcome {
  config: unknown;
  /** Undefined where the row is in error: its assertions were not run. */
  said:
    | { pass: boolean; reason: string; metadata?: Record<string, unknown> | null | undefined }
    | undefined;
}

export const assertionOutcomes = ({ testCase, gradingResult }: Result): AssertionOutcome[] =>
  (testCase.assert ?? []).map(({ config }, index) => ({
    config,
    said: gradingResult?.componentResults?.[index],
  }));

/** An assertion of a row that is a function of a file, with what it said. */
export interface NamedOutcome {
  config: unknown;
  /** What it left in its result's metadata under a key; undefined where it was not run. */
  recorded: unknown;
}

/**
 * The assertions of a row that record something under a key, those in an `assert-set` too: as they said it, and those
 * of the test that were not run, because the row is in error.
 *
 * @param key in the metadata of its result
 * @param name of its file or export, as `value` names it
 */
export function namedOutcomes(result: Result, key: string, name: RegExp): NamedOutcome[] {
  const said = flat(result.gradingResult?.componentResults ?? [], (one) => one.componentResults)
    .filter(({ metadata }) => metadata?.[key] !== undefined)
    .map(({ assertion, metadata }) => ({ config: assertion?.config, recorded: metadata?.[key] }));
  if (said.length > 0) return said;
  return flat(result.testCase.assert ?? [], (one) => one.assert)
    .filter(({ value }) => typeof value === 'string' && name.test(value))
    .map(({ config }) => ({ config, recorded: undefined }));
}

/**
 * What somebody gave a cell in promptfoo's viewer: 1 or 0 for a thumb, or the score set there, 0..1. promptfoo keeps it
 * as an assertion of type `human`. Undefined where nobody did.
 */
export const humanScore = ({ gradingResult }: Result): number | undefined =>
  gradingResult?.componentResults?.findLast(({ assertion }) => assertion?.type === 'human')
    ?.score ?? undefined;

const flat = <One>(list: readonly One[], inside: (one: One) => readonly One[] | undefined): One[] =>
  list.flatMap((one) => [one, ...flat(inside(one) ?? [], inside)]);

/**
 * Whether a result is of the first repetition under `--repeat`: promptfoo numbers the repetitions of a test one
 * after another, and records no more of them than that.
 *
 * @param index of the result among those of equal tests
 * @param repetitions results of each of these tests
 */
export const isFirstRepetition = (index: number, repetitions: number): boolean =>
  index % repetitions < 1;
