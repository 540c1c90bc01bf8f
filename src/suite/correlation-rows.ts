import type { Assertion, TestCase, TestSuite } from 'promptfoo';
import { canonical } from '../common/canonical.ts';
import { ConfigError } from '../common/config-error.ts';
import { boundsOf } from '../gate/bounds.ts';
import { rankCorrelationConfigSchema } from '../gate/gate-config.ts';
import { promptfooArguments } from '../harness/command-line.ts';
import { promptsOfRun } from '../harness/continued-evaluation.ts';
import { isLiteral, literalVars, shieldedVars } from '../harness/literal-text.ts';
import {
  CORRELATION_KEY,
  isCorrelationTest,
  isPairTest,
  isUnscoredTest,
  RATINGS_KEY,
  SOURCE_KEY,
} from '../harness/row-keys.ts';
import { datasetOf, placedVars, problemOf } from '../harness/row-place.ts';
import { appendedTest, columnsOf, withDefaults } from '../harness/suite.ts';
import { weightsSchema } from '../method/row-output.ts';
import type { CorrelationRequest } from '../rows/correlation-row.ts';
import { datasetSourceSchema } from '../rows/dataset-source.ts';
import { describePooling } from '../rows/one-source.ts';
import { ratingsSchema } from '../rows/ratings.ts';
import {
  isDebiasedScore,
  isPairAgreement,
  isRankCorrelation,
  refuseUnjudged,
} from './own-assertions.ts';
import { preferenceRows } from './preference-rows.ts';
import { rowsOfRun } from './rows-of-run.ts';

/** What a correlation row is called that stands for no row at all. */
const NO_DATASET = 'no data set';

/**
 * Appends one correlation row per data set that has scores to a suite, for exactly its rows (promptfoo has applied
 * its filters by then), and moves the assertions of `defaultTest`: `rank-correlation` to the
 * correlation rows, `pair-agreement` to the preference rows of data sets of pairs, the others to the image rows. A gate gets a row for what it cannot judge too, which
 * fails: a data set without scores, or a run without rows.
 *
 * @throws ConfigError where correlation rows cannot do what the configuration asks for
 */
export function appendCorrelationRows(
  given: TestSuite,
  commandLine: readonly string[] = promptfooArguments(),
): TestSuite {
  const suite = { ...given, prompts: promptsOfRun(given.prompts, commandLine) };
  // `--filter-failing` brings correlation rows of the earlier run back as ordinary tests.
  const written = (suite.tests ?? []).filter((test) => !isCorrelationTest(test));
  const tests = rowsOfRun(written, commandLine, columnsOf(suite));
  const { defaultTest } = suite;
  if (typeof defaultTest === 'string') return { ...suite, tests };
  refuseUnjudged(suite, tests);

  const { assert = [], threshold, assertScoringFunction, ...shared } = defaultTest ?? {};
  const ranked = assert.filter(isRankCorrelation);
  const paired = assert.filter(isPairAgreement);
  const others = assert.filter((each) => !isRankCorrelation(each) && !isPairAgreement(each));
  const { images, pairs } = byKind(tests, shared);
  if (ranked.length + paired.length + pairs.length === 0) return { ...suite, tests };
  refuseScenarios(suite);
  refuseOwnColumns(suite, tests);
  refuseTransformedVars(suite, tests);

  const own = { assert: others, threshold, assertScoringFunction };
  const ofPairs = { ...own, assert: others.filter((each) => !isDebiasedScore(each)) };
  const isOfPair = new Set(pairs);
  const imageRows = tests.map((test) => withDefaults(test, isOfPair.has(test) ? ofPairs : own));
  const judged = ranked.length > 0 ? requests(images, shared, minCoverageOf(ranked)) : [];
  const correlationRows = [
    ...[...judged, ...unjudged(images, shared, ranked, judged, pairs.length)].map((request) =>
      correlationRow({ ...request, ...weightsOf(ranked) }, ranked, shared),
    ),
    ...preferenceRows(pairs, paired, shared),
  ];
  return {
    ...suite,
    // A threshold over all rows would let a gate pass that failed, so it goes to the image rows too.
    defaultTest: { ...shared, assert: [] },
    tests: [...imageRows, ...correlationRows],
  };
}

function byKind(
  tests: readonly TestCase[],
  shared: Shared,
): { images: TestCase[]; pairs: TestCase[] } {
  const isPair = (test: TestCase) =>
    isPairTest({ metadata: test.metadata, vars: { ...shared.vars, ...test.vars } });
  return {
    images: tests.filter((test) => !isPair(test)),
    pairs: tests.filter(isPair),
  };
}

/** promptfoo makes them after the hook, so that they would be in no correlation and without the assertions that are moved. */
function refuseScenarios({ scenarios = [] }: TestSuite): void {
  if (scenarios.length > 0) {
    throw new ConfigError(
      'rank-correlation, pair-agreement: the rows of scenarios are made too late to be correlated; write them under tests',
    );
  }
}

/**
 * A correlation row is in every column, over all rows of its data set: one of another column would be asked and paid
 * there, and one that another provider has answered would be asked again of the column's.
 */
function refuseOwnColumns({ defaultTest }: TestSuite, tests: readonly TestCase[]): void {
  const shared = typeof defaultTest === 'object' ? defaultTest : {};
  for (const key of ['providers', 'provider', 'prompts'] as const) {
    const isOwn = ({ [key]: own }: TestCase) =>
      own !== undefined &&
      own !== shared[key] &&
      !(Array.isArray(own) && canonical(own) === canonical(shared[key]));
    if (!tests.some(isOwn)) continue;
    throw new ConfigError(
      `rank-correlation, pair-agreement: a test has ${key} of its own, and a correlation is over the same rows in every column; name them in defaultTest for all tests, or write a configuration for each`,
    );
  }
}

/** promptfoo changes them when the row runs: the report would correlate other values than the gate. */
function refuseTransformedVars({ defaultTest }: TestSuite, tests: readonly TestCase[]): void {
  const shared = typeof defaultTest === 'object' ? [defaultTest] : [];
  if ([...shared, ...tests].every(({ options }) => options?.transformVars === undefined)) return;
  throw new ConfigError(
    'rank-correlation, pair-agreement: options.transformVars changes the vars of rows after they are listed for the correlation; write the vars as they are meant',
  );
}

/** Vars and metadata of `defaultTest`, which promptfoo gives each test that lacks them, after the hook. */
type Shared = Pick<Partial<TestCase>, 'vars' | 'metadata'>;

interface Row {
  vars: Record<string, unknown>;
  problem: string | undefined;
  test: TestCase;
}

/** The rows of each data set, by name. */
function byDataset(tests: readonly TestCase[], shared: Shared): Map<string, Row[]> {
  const rows = tests.map((test): Row => {
    const metadata = { ...shared.metadata, ...test.metadata };
    const vars = literalVars({ vars: { ...shared.vars, ...test.vars }, metadata });
    const row = { vars, metadata };
    return { test, vars: placedVars(row), problem: problemOf(row) };
  });
  return Map.groupBy(rows, ({ vars }) => datasetOf({ vars }));
}

const isUnscored = ({ test }: Row): boolean => isUnscoredTest(test);

function requests(
  tests: readonly TestCase[],
  shared: Shared,
  minCoverage: number,
): CorrelationRequest[] {
  const scored = [...byDataset(tests, shared)].filter(([, rows]) => !rows.every(isUnscored));
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
      rows: rows.map(({ vars, problem, test: { metadata } }) => ({
        vars: withoutRuntimeVars(vars),
        ...(isLiteral(metadata) && { isLiteral: true }),
        ...ratingsOf(metadata),
        ...(problem !== undefined && { problem }),
      })),
    };
  });
}

const ratingsOf = (metadata: TestCase['metadata']) => {
  const ratings = ratingsSchema.safeParse(metadata?.[RATINGS_KEY]).data;
  return ratings ? { ratings } : {};
};

const sourceOf = ({ metadata }: TestCase) =>
  datasetSourceSchema.safeParse(metadata?.[SOURCE_KEY]).data;

/** What gates are for and cannot judge, each with the reason, as requests that are answered by it. */
function unjudged(
  tests: readonly TestCase[],
  shared: Shared,
  ranked: readonly Assertion[],
  judged: readonly CorrelationRequest[],
  pairs: number,
): CorrelationRequest[] {
  const gates = ranked.flatMap(({ config }) => boundsOf(config) ?? []);
  const datasets = byDataset(tests, shared);
  const wanted = gates.flatMap(
    (gate) => gate.datasets ?? (datasets.size > 0 ? [...datasets.keys()] : [NO_DATASET]),
  );
  const done = new Set(judged.map(({ dataset }) => dataset));
  return [...new Set(wanted)]
    .filter((dataset) => !done.has(dataset))
    .map((dataset) => {
      const problem = `${nothingIn(datasets, dataset, pairs)}, so the gate has nothing to judge`;
      return { dataset, several: false, problem, minCoverage: 1, rows: [] };
    });
}

function nothingIn(datasets: ReadonlyMap<string, Row[]>, dataset: string, pairs: number): string {
  const count = datasets.get(dataset)?.length;
  if (count !== undefined) {
    return `its ${count} images have no human scores (a gate is for all data sets unless it names some under datasets)`;
  }
  if (datasets.size === 0 && pairs > 0) {
    return `all ${pairs} rows of the run are pairs of images, which pair-agreement is for`;
  }
  if (datasets.size === 0) return 'the run has no row (a filter left none, or the list is empty)';
  return `the run has no row of it, only of ${[...datasets.keys()].map((name) => `"${name}"`).join(', ')}`;
}

/** How the assertion that publishes weights conditions; a wrong name is for it to say. */
function weightsOf(ranked: readonly Assertion[]): Pick<CorrelationRequest, 'weights'> {
  const weights = weightsSchema.safeParse(ranked[0]?.config?.weights);
  return weights.success ? { weights: weights.data } : {};
}

function correlationRow(
  request: CorrelationRequest,
  ranked: readonly Assertion[],
  { vars = {} }: Shared,
): TestCase {
  return appendedTest({
    description: `correlation: ${request.dataset}`,
    vars: shieldedVars({
      image: `correlation over ${request.rows.length} images`,
      mos: '',
      // Otherwise promptfoo would give it the one that is every row's unless it has its own.
      ...('dataset' in vars && { dataset: request.dataset }),
    }),
    metadata: { dataset: request.dataset, [CORRELATION_KEY]: request },
    assert: ranked.map((assertion, index) => {
      const config = configFor(request.dataset, assertion);
      // promptfoo averages what several assertions of a row publish under one name: so the first publishes.
      return { ...assertion, config: { ...config, publish: index === 0 } };
    }),
  });
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
