import type { Assertion, AssertionOrSet, TestCase, TestSuite } from 'promptfoo';
import { boundsOf } from '../assertions/gate/bounds.ts';
import { rankCorrelationConfigSchema } from '../assertions/rank-correlation.ts';
import { ConfigError } from '../providers/config-error.ts';
import { CORRELATION_KEY, type CorrelationRequest } from '../providers/correlation-row.ts';
import { datasetSourceSchema, SOURCE_KEY } from '../providers/dataset-source.ts';
import { isLiteral, literalVars, shieldedVars } from '../providers/literal-text.ts';
import { UNNAMED_DATASET, UNSCORED_KEY } from '../providers/row-input.ts';
import { weightsSchema } from '../providers/row-output.ts';
import { describePooling } from './one-source.ts';
import { columnsOf, promptsOfRun, rowsOfRun } from './resumed-rows.ts';

/** What a correlation row is called that stands for no row at all. */
const NO_DATASET = 'no data set';

/**
 * Appends one correlation row per data set that has scores to a suite, for exactly its rows (promptfoo has applied
 * its filters by then), and moves the assertions of `defaultTest`: `rank-correlation` to the
 * correlation rows, the others to the image rows. A gate gets a row for what it cannot judge too, which
 * fails: a data set without scores, or a run without rows.
 *
 * @throws ConfigError where correlation rows cannot do what the configuration asks for
 */
export function appendCorrelationRows(
  given: TestSuite,
  commandLine: readonly string[] = process.argv,
): TestSuite {
  const suite = { ...given, prompts: promptsOfRun(given.prompts, commandLine) };
  // `--filter-failing` brings correlation rows of the earlier run back as ordinary tests.
  const own = (suite.tests ?? []).filter((test) => !test.metadata?.[CORRELATION_KEY]);
  const tests = rowsOfRun(own, commandLine, columnsOf(suite));
  const { defaultTest } = suite;
  if (typeof defaultTest === 'string') return { ...suite, tests };

  const { assert = [], threshold, assertScoringFunction, ...shared } = defaultTest ?? {};
  const ranked = assert.filter(isRankCorrelation);
  const others = assert.filter((assertion) => !isRankCorrelation(assertion));
  if (ranked.length === 0) return { ...suite, tests };
  refuse(ranked, suite);

  const imageRows = tests.map((test): TestCase => {
    const inherited = test.options?.disableDefaultAsserts === true ? [] : others;
    return {
      ...test,
      assert: [...inherited, ...(test.assert ?? [])],
      ...((test.threshold ?? threshold) !== undefined && {
        threshold: test.threshold ?? threshold,
      }),
      ...((test.assertScoringFunction ?? assertScoringFunction) && {
        assertScoringFunction: test.assertScoringFunction ?? assertScoringFunction,
      }),
    };
  });
  const judged = requests(tests, shared.vars ?? {}, minCoverageOf(ranked));
  const correlationRows = [...judged, ...unjudged(tests, shared.vars ?? {}, ranked, judged)].map(
    (request) => correlationRow({ ...request, ...weightsOf(ranked) }, ranked),
  );
  return {
    ...suite,
    // A threshold over all rows would let a gate pass that failed, so it goes to the image rows too.
    defaultTest: { ...shared, assert: [] },
    tests: [...imageRows, ...correlationRows],
  };
}

/** A correlation of nothing would pass, and so would a gate that is turned around. */
function refuse(ranked: readonly Assertion[], { scenarios = [] }: TestSuite): void {
  if (ranked.some(({ type }) => type !== 'javascript')) {
    throw new ConfigError(
      'rank-correlation: its type is "not-javascript", which would pass a gate that fails; write "javascript"',
    );
  }
  if (scenarios.length > 0) {
    throw new ConfigError(
      'rank-correlation: the rows of scenarios are made too late to be correlated; write them under tests',
    );
  }
}

interface Row {
  vars: Record<string, unknown>;
  test: TestCase;
}

/** The rows of each data set, by name. */
function byDataset(tests: readonly TestCase[], defaultVars: object): Map<string, Row[]> {
  const rows = tests.map((test): Row => {
    const vars = { ...defaultVars, ...test.vars };
    return { test, vars: literalVars({ vars, ...(test.metadata && { metadata: test.metadata }) }) };
  });
  return Map.groupBy(rows, ({ vars }) => String(vars.dataset ?? UNNAMED_DATASET));
}

const isUnscored = ({ test }: Row): boolean => test.metadata?.[UNSCORED_KEY] === true;

function requests(
  tests: readonly TestCase[],
  defaultVars: object,
  minCoverage: number,
): CorrelationRequest[] {
  const scored = [...byDataset(tests, defaultVars)].filter(([, rows]) => !rows.every(isUnscored));
  return scored.map(([dataset, rows]) => {
    const problem = describePooling(
      dataset,
      rows.flatMap(({ vars: { image }, test }) =>
        typeof image === 'string' ? [{ image, source: sourceOf(test) }] : [],
      ),
    );
    const truth = rows[0]?.test.metadata?.truth;
    return {
      dataset,
      several: scored.length > 1,
      ...(typeof truth === 'string' && { truth }),
      ...(problem !== undefined && { problem }),
      minCoverage,
      rows: rows.map(({ vars, test: { metadata } }) => ({
        vars: withoutRuntimeVars(vars),
        ...(isLiteral(metadata) && { isLiteral: true }),
        ...(typeof metadata?.problem === 'string' && { problem: metadata.problem }),
      })),
    };
  });
}

const sourceOf = ({ metadata }: TestCase) =>
  datasetSourceSchema.safeParse(metadata?.[SOURCE_KEY]).data;

/** What gates are for and cannot judge, each with the reason, as requests that are answered by it. */
function unjudged(
  tests: readonly TestCase[],
  defaultVars: object,
  ranked: readonly Assertion[],
  judged: readonly CorrelationRequest[],
): CorrelationRequest[] {
  const gates = ranked.flatMap(({ config }) => boundsOf(config) ?? []);
  const datasets = byDataset(tests, defaultVars);
  const wanted = gates.flatMap(
    (gate) => gate.datasets ?? (datasets.size > 0 ? [...datasets.keys()] : [NO_DATASET]),
  );
  const done = new Set(judged.map(({ dataset }) => dataset));
  return [...new Set(wanted)]
    .filter((dataset) => !done.has(dataset))
    .map((dataset) => {
      const problem = `${nothingIn(datasets, dataset)}, so the gate has nothing to judge`;
      return { dataset, several: false, problem, minCoverage: 1, rows: [] };
    });
}

function nothingIn(datasets: ReadonlyMap<string, Row[]>, dataset: string): string {
  const count = datasets.get(dataset)?.length;
  if (count !== undefined) {
    return `its ${count} images have no human scores (a gate is for all data sets unless it names some under datasets)`;
  }
  if (datasets.size === 0) return 'the run has no row (a filter left none, or the list is empty)';
  return `the run has no row of it, only of ${[...datasets.keys()].map((name) => `"${name}"`).join(', ')}`;
}

/** How the assertion that publishes weights conditions; a wrong name is for it to say. */
function weightsOf(ranked: readonly Assertion[]): Pick<CorrelationRequest, 'weights'> {
  const weights = weightsSchema.safeParse(ranked[0]?.config?.weights);
  return weights.success ? { weights: weights.data } : {};
}

function correlationRow(request: CorrelationRequest, ranked: readonly Assertion[]): TestCase {
  return {
    description: `correlation: ${request.dataset}`,
    vars: shieldedVars({
      image: `correlation over ${request.rows.length} images`,
      mos: '',
      dataset: request.dataset,
    }),
    metadata: { [CORRELATION_KEY]: request },
    options: { disableVarExpansion: true },
    assert: ranked.map((assertion, index) => {
      // promptfoo averages what several assertions of a row publish under one name, and scales it by
      // their weight: so the first publishes, and weights do not apply to this row.
      const { weight: _, ...rest } = assertion;
      const config = configFor(request.dataset, assertion);
      return { ...rest, config: { ...config, publish: index === 0 } };
    }),
  };
}

/** A gate for other data sets holds this one to nothing. */
function configFor(dataset: string, { config }: Assertion): Assertion['config'] {
  const isForOthers = boundsOf(config)?.datasets?.includes(dataset) === false;
  if (!isForOthers) return config;
  const { min: _, minImages: __, baseline: ___, margin: ____, ...unbound } = config ?? {};
  return unbound;
}

/** What the most lenient assertion asks for: the row answers, and each assertion looks at its own. */
function minCoverageOf(ranked: readonly Assertion[]): number {
  const shares = ranked.map(({ config }) => {
    const parsed = rankCorrelationConfigSchema.safeParse(config ?? {});
    return parsed.success ? parsed.data.minCoverage : 1;
  });
  return Math.min(...shares);
}

/** Vars that earlier runs left behind and that would make equal rows differ. */
const withoutRuntimeVars = (vars: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(vars).filter(([name]) => !name.startsWith('__')));

function isRankCorrelation(assertion: AssertionOrSet): assertion is Assertion {
  return (
    (assertion.type === 'javascript' || assertion.type === 'not-javascript') &&
    typeof assertion.value === 'string' &&
    /rank-correlation|rankCorrelation/.test(assertion.value)
  );
}
