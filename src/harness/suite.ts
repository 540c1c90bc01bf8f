import type { Assertion, AssertionOrSet, TestCase, TestSuite } from 'promptfoo';
import { promptFileName } from './prompt-label.ts';

/** What the `beforeAll` hook is given and may change, as far as promptfoo's types do not say it. */

/** promptfoo's type says of none of its keys that they may be undefined. */
export type SuiteProvider = TestSuite['providers'][number];

/** What promptfoo calls a provider: in `providerPromptMap`, in results and on the screen. */
export const providerName = (provider: Pick<SuiteProvider, 'label' | 'id'>): string =>
  provider.label || provider.id();

/**
 * The prompts that promptfoo pairs a provider with: all, unless its entry lists some by their labels. promptfoo
 * knows further ways to name a prompt in an entry.
 */
export function promptsFor(
  provider: SuiteProvider,
  { prompts, providerPromptMap }: TestSuite,
): TestSuite['prompts'] {
  const allowed = providerPromptMap?.[providerName(provider)];
  return prompts.filter(({ label }) => !allowed || allowed.includes(label));
}

/** The columns that promptfoo makes of a suite, in its order. */
export const columnsOf = (suite: TestSuite): string[] =>
  suite.providers.flatMap((provider) =>
    promptsFor(provider, suite).map(
      ({ label }) => `${providerName(provider)}, ${promptFileName(label)}`,
    ),
  );

/** Takes providers out of a run. promptfoo takes none from what a hook returns, but goes by its own list. */
export function keepProviders(suite: TestSuite, kept: readonly SuiteProvider[]): void {
  suite.providers.splice(0, suite.providers.length, ...kept);
}

/** The vars of `defaultTest`, which promptfoo gives each test that lacks them, after the hook. */
export const defaultVars = ({ defaultTest }: TestSuite): NonNullable<TestCase['vars']> =>
  (typeof defaultTest === 'object' && defaultTest.vars) || {};

/** The metadata of `defaultTest`, likewise. */
export const defaultMetadata = ({ defaultTest }: TestSuite): NonNullable<TestCase['metadata']> =>
  (typeof defaultTest === 'object' && defaultTest.metadata) || {};

/** Whether a prompt is a YAML or JSON file that promptfoo could parse: it hands over another text as it stands. */
export const isParsedPrompt = (raw: string): boolean => raw.startsWith('{');

/**
 * Whether an assertion of a configuration is a function of a file: `type: javascript` with a `value` such as
 * `file://assertions/rank-correlation.ts` or `package:promptfoo-iqa:rankCorrelation`.
 */
export const isAssertionOf = (assertion: AssertionOrSet, name: RegExp): assertion is Assertion =>
  (assertion.type === 'javascript' || assertion.type === 'not-javascript') &&
  typeof assertion.value === 'string' &&
  name.test(assertion.value);

/** An assertion, or those of an `assert-set`. */
export const assertionsIn = (one: AssertionOrSet): Assertion[] =>
  one.type === 'assert-set' ? one.assert.flatMap(assertionsIn) : [one];

type Defaults = Pick<TestCase, 'assert' | 'threshold' | 'assertScoringFunction'>;

/**
 * A test with what it would take from `defaultTest`, as promptfoo gives it: assertions before its own, unless it
 * wants none; threshold and scoring function where it has none. promptfoo does so after the hook, and for
 * tests that the hook appends too.
 */
export function withDefaults(test: TestCase, defaults: Partial<Defaults>): TestCase {
  const inherited = test.options?.disableDefaultAsserts === true ? [] : (defaults.assert ?? []);
  const threshold = test.threshold ?? defaults.threshold;
  const assertScoringFunction = test.assertScoringFunction ?? defaults.assertScoringFunction;
  return {
    ...test,
    assert: [...inherited, ...(test.assert ?? [])],
    ...(threshold !== undefined && { threshold }),
    ...(assertScoringFunction && { assertScoringFunction }),
  };
}

/**
 * A test that a hook appends. A list among its vars would make several tests of it; a weight of an assertion
 * would scale the metrics that it publishes, so there is none.
 */
export const appendedTest = (test: TestCase & { assert: Assertion[] }): TestCase => ({
  ...test,
  options: { disableVarExpansion: true },
  assert: test.assert.map(({ weight: _, ...assertion }) => assertion),
});
