import type { Assertion, AssertionOrSet, TestCase, TestSuite } from 'promptfoo';
import { ConfigError } from '../common/config-error.ts';
import { GATE_METRICS } from '../gate/gate-metric.ts';
import { assertionsIn, isAssertionOf } from '../harness/suite.ts';
import { PREFERENCE_METRICS } from '../statistics/index.ts';

/** The assertions of this package, by the names of their files and of their exports. */
const OWN = {
  'rank-correlation': /rank-correlation|rankCorrelation/,
  'pair-agreement': /pair-agreement|pairAgreement/,
  'debiased-score': /debiased-score|debiasedScore/,
  'image-quality': /image-quality|imageQuality/,
} as const;

type Name = keyof typeof OWN;

const named =
  (name: Name) =>
  (assertion: AssertionOrSet): assertion is Assertion =>
    isAssertionOf(assertion, OWN[name]);

export const isRankCorrelation = named('rank-correlation');
export const isPairAgreement = named('pair-agreement');
export const isDebiasedScore = named('debiased-score');
export const isImageQuality = named('image-quality');

/**
 * Refuses assertions of this package that would pass what they have not judged.
 *
 * @param tests of the run, without the rows that the extension appends
 * @throws ConfigError naming the first
 */
export function refuseUnjudged(
  { defaultTest }: Pick<TestSuite, 'defaultTest'>,
  tests: readonly TestCase[],
): void {
  const shared = typeof defaultTest === 'object' ? (defaultTest.assert ?? []) : [];
  const inSets = shared.flatMap((one) => (one.type === 'assert-set' ? assertionsIn(one) : []));
  const ofTests = tests.flatMap(({ assert = [] }) => assert.flatMap(assertionsIn));
  for (const assertion of [...shared.flatMap(assertionsIn), ...ofTests]) {
    refuseTurned(assertion);
    refuseMisnamed(assertion);
  }
  refuseMisplaced('in an assert-set', inSets);
  refuseMisplaced('in a test', ofTests);
}

/** Turned around, what fails because it could not be judged passes. */
function refuseTurned(assertion: Assertion): void {
  if (assertion.type === 'javascript') return;
  const name = nameOf(assertion);
  if (name === undefined) return;
  const remedy = isGate(name) ? '' : ', and min or max in its config';
  throw new ConfigError(
    `${name}: its type is "not-javascript", which would pass ${isGate(name) ? 'a gate that fails' : 'what has no score'}; write "javascript"${remedy}`,
  );
}

/**
 * promptfoo's own `metric` is a name for the assertion's score, and no choice of what a gate looks at: the score would
 * stand under the name of another metric, and in the place of the one that is published.
 */
function refuseMisnamed({ metric, ...assertion }: Assertion): void {
  const name = nameOf(assertion);
  if (metric === undefined || name === undefined || !isGate(name)) return;
  const metrics: readonly string[] =
    name === 'rank-correlation' ? GATE_METRICS : PREFERENCE_METRICS;
  if (!metrics.includes(metric)) return;
  throw new ConfigError(
    `${name}: metric: ${metric} stands beside its config, where it is only a name for promptfoo to show; write it into config, where it says what the gate looks at`,
  );
}

/** On a row of one image a gate has nothing to judge, and an `assert-set` or a `threshold` could let that pass. */
function refuseMisplaced(where: string, assertions: readonly Assertion[]): void {
  const name = assertions.flatMap((one) => nameOf(one) ?? []).find(isGate);
  if (name === undefined) return;
  throw new ConfigError(
    `${name}: it stands ${where}, where it has nothing to judge; write it into defaultTest.assert itself, from where it is moved to a row of its own`,
  );
}

const nameOf = (assertion: Assertion): Name | undefined =>
  (Object.keys(OWN) as Name[]).find((name) => isAssertionOf(assertion, OWN[name]));

/** Judges all rows of a data set together. */
const isGate = (name: Name): boolean => name === 'rank-correlation' || name === 'pair-agreement';
