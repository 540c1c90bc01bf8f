import type { ApiProvider, TestSuite } from 'promptfoo';
import { withoutSecrets } from '../providers/judges/without-secrets.ts';
import { isLiteral, literalVars } from '../providers/literal-text.ts';
import { oneLine } from '../providers/one-line.ts';
import { PREFLIGHT, type PreflightProvider } from '../providers/preflight.ts';
import { UNSCORED_KEY } from '../providers/row-input.ts';
import { fileOfPrompt } from './prompt-source.ts';

/** What the columns of a run say before its first row. */
export interface BeforeRun {
  /** What would fail every row, each in one line. */
  problems: string[];
  /** Columns that are left out, each in one line. */
  leftOut: string[];
}

/**
 * Asks every provider of this package what is known to go wrong, and takes those out of the suite that
 * their configuration leaves out. promptfoo takes no providers from what a hook returns, so they are
 * taken out of its own list.
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
  suite.providers.splice(0, suite.providers.length, ...kept);
  return { problems, leftOut };
}

const lineOf = (text: string): string => withoutSecrets(oneLine(text));

async function lookAt(
  provider: ApiProvider,
  suite: TestSuite,
): Promise<{ name: string; problems: string[]; leaveOut?: string }> {
  const name = provider.label || provider.id();
  if (!isOurs(provider)) return { name, problems: [] };
  const allowed = suite.providerPromptMap?.[name];
  const defaults = typeof suite.defaultTest === 'object' ? suite.defaultTest.vars : {};
  return {
    name,
    ...(await provider[PREFLIGHT]({
      // promptfoo knows further ways to name a prompt; prompts named so speak for themselves, row by row.
      prompts: suite.prompts
        .filter(({ label }) => !allowed || allowed.includes(label))
        .map(({ raw, label }) => ({
          raw,
          label: isJson(raw) ? label : (fileOfPrompt(raw) ?? label),
        })),
      rows: (suite.tests ?? []).map(({ vars, metadata }) => ({
        vars: literalVars({ vars: { ...defaults, ...vars }, ...(metadata && { metadata }) }),
        isLiteral: isLiteral(metadata),
        problem: metadata?.problem,
        unscored: metadata?.[UNSCORED_KEY] === true,
      })),
      ...(suite.nunjucksFilters && { filters: suite.nunjucksFilters as never }),
    })),
  };
}

/** As promptfoo hands over a YAML file that it could parse. */
const isJson = (text: string): boolean => text.startsWith('{');

const isOurs = (provider: ApiProvider): provider is ApiProvider & PreflightProvider =>
  PREFLIGHT in provider;
