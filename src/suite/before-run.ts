import type { TestSuite } from 'promptfoo';
import { oneLine } from '../common/one-line.ts';
import { withoutSecrets } from '../common/without-secrets.ts';
import { isLiteral, literalVars } from '../harness/literal-text.ts';
import { fileOfPrompt } from '../harness/prompt-source.ts';
import { isUnscoredTest } from '../harness/row-keys.ts';
import { placedVars, problemOf } from '../harness/row-place.ts';
import {
  defaultMetadata,
  defaultVars,
  isParsedPrompt,
  keepProviders,
  promptsFor,
  providerName,
  type SuiteProvider,
} from '../harness/suite.ts';
import { PREFLIGHT, type PreflightProvider } from '../rows/preflight.ts';

/** What the columns of a run say before its first row. */
export interface BeforeRun {
  /** What would fail every row, each in one line. */
  problems: string[];
  /** Columns that are left out, each in one line. */
  leftOut: string[];
}

/**
 * Asks every provider of this package what is known to go wrong, and takes those out of the suite that
 * their configuration leaves out.
 */
export async function checkBeforeRun(suite: TestSuite): Promise<BeforeRun> {
  const found = await Promise.all(suite.providers.map((provider) => lookAt(provider, suite)));
  const leftOut = found.flatMap(({ name, leaveOut }) =>
    leaveOut === undefined ? [] : [lineOf(`${name}: left out (skipWithoutKey): ${leaveOut}`)],
  );
  const kept = suite.providers.filter((_, index) => found[index]?.leaveOut === undefined);
  // One line for entries that fail alike.
  const byProblem = Map.groupBy(
    found.flatMap(({ name, problems }) => problems.map((problem) => ({ name, problem }))),
    ({ problem }) => problem,
  );
  const problems = [...byProblem].map(([problem, of]) =>
    lineOf(`${[...new Set(of.map(({ name }) => name))].join(', ')}: ${problem}`),
  );
  if (kept.length === 0 && leftOut.length > 0) {
    problems.push('no column is left: set one of the keys named above');
  }
  keepProviders(suite, kept);
  return { problems, leftOut };
}

/** A message in one line, without keys. */
export const lineOf = (text: string): string => withoutSecrets(oneLine(text));

async function lookAt(
  provider: SuiteProvider,
  suite: TestSuite,
): Promise<{ name: string; problems: string[]; leaveOut?: string }> {
  const name = providerName(provider);
  if (!isOurs(provider)) return { name, problems: [] };
  const defaults = defaultVars(suite);
  return {
    name,
    ...(await provider[PREFLIGHT]({
      // Prompts that an entry names otherwise speak for themselves, row by row.
      prompts: promptsFor(provider, suite).map(({ raw, label }) => ({
        raw,
        label: isParsedPrompt(raw) ? label : (fileOfPrompt(raw) ?? label),
      })),
      rows: (suite.tests ?? []).map((test) => {
        const metadata = { ...defaultMetadata(suite), ...test.metadata };
        const row = {
          vars: literalVars({ vars: { ...defaults, ...test.vars }, metadata }),
          metadata,
        };
        return {
          vars: placedVars(row),
          isLiteral: isLiteral(metadata),
          problem: problemOf(row),
          unscored: isUnscoredTest({ metadata }),
        };
      }),
      ...(suite.nunjucksFilters && { filters: suite.nunjucksFilters as never }),
    })),
  };
}

/**
 * Leaves the providers of this package in a suite, for a run that is to ask nothing: any other one, such as an image
 * generator, would be called and paid.
 */
export const keepOwnProviders = (suite: TestSuite): void =>
  keepProviders(suite, suite.providers.filter(isOurs));

const isOurs = (provider: SuiteProvider): provider is SuiteProvider & PreflightProvider =>
  PREFLIGHT in provider;
