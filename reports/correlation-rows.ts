import type { Assertion, AssertionOrSet, TestCase, TestSuite } from 'promptfoo';
import { rankCorrelationConfigSchema } from '../assertions/rank-correlation.ts';
import { CORRELATION_KEY, type CorrelationRequest } from '../providers/correlation-row.ts';
import { datasetSourceSchema, SOURCE_KEY } from '../providers/dataset-source.ts';
import { isLiteral, literalVars, shieldedVars } from '../providers/literal-text.ts';
import { UNNAMED_DATASET, UNSCORED_KEY } from '../providers/row-input.ts';
import { weightsSchema } from '../providers/row-output.ts';
import { describePooling } from './one-source.ts';
import { rowsOfRun } from './resumed-rows.ts';

/**
 * Appends one correlation row per data set that has scores to a suite, for exactly its rows (promptfoo has applied
 * its filters by then), and moves the assertions of `defaultTest`: `rank-correlation` to the
 * correlation rows, the others to the image rows.
 */
export function appendCorrelationRows(
  suite: TestSuite,
  commandLine: readonly string[] = process.argv,
): TestSuite {
  // `--filter-failing` brings correlation rows of the earlier run back as ordinary tests.
  const own = (suite.tests ?? []).filter((test) => !test.metadata?.[CORRELATION_KEY]);
  const tests = rowsOfRun(own, commandLine);
  const { defaultTest } = suite;
  if (tests.length === 0 || typeof defaultTest === 'string') return { ...suite, tests };

  const { assert = [], threshold, assertScoringFunction, ...shared } = defaultTest ?? {};
  const ranked = assert.filter(isRankCorrelation);
  const others = assert.filter((assertion) => !isRankCorrelation(assertion));
  if (ranked.length === 0) return { ...suite, tests };

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
  const correlationRows = requests(tests, shared.vars ?? {}, minCoverageOf(ranked)).map((request) =>
    correlationRow({ ...request, ...weightsOf(ranked) }, ranked),
  );
  return {
    ...suite,
    // A threshold over all rows would let a gate pass that failed, so it goes to the image rows too.
    defaultTest: { ...shared, assert: [] },
    tests: [...imageRows, ...correlationRows],
  };
}

function requests(
  tests: readonly TestCase[],
  defaultVars: object,
  minCoverage: number,
): CorrelationRequest[] {
  const byDataset = Map.groupBy(
    tests.map((test) => ({
      vars: literalVars<Record<string, unknown>>({
        vars: { ...defaultVars, ...test.vars },
        ...(test.metadata && { metadata: test.metadata }),
      }),
      literal: isLiteral(test.metadata),
      problem: test.metadata?.problem,
      unscored: test.metadata?.[UNSCORED_KEY] === true,
      truth: test.metadata?.truth,
      source: datasetSourceSchema.safeParse(test.metadata?.[SOURCE_KEY]).data,
    })),
    ({ vars }) => String(vars.dataset ?? UNNAMED_DATASET),
  );
  const scored = [...byDataset].filter(([, rows]) => rows.some(({ unscored }) => !unscored));
  return scored.map(([dataset, rows]) => {
    const problem = describePooling(
      dataset,
      rows.flatMap(({ vars: { image }, source }) =>
        typeof image === 'string' ? [{ image, source }] : [],
      ),
    );
    return {
      dataset,
      several: scored.length > 1,
      ...(typeof rows[0]?.truth === 'string' && { truth: rows[0].truth }),
      ...(problem !== undefined && { problem }),
      minCoverage,
      rows: rows.map(({ vars, literal, problem }) => ({
        vars: withoutRuntimeVars(vars),
        ...(literal && { isLiteral: true }),
        ...(typeof problem === 'string' && { problem }),
      })),
    };
  });
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
      return { ...rest, config: { ...assertion.config, publish: index === 0 } };
    }),
  };
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
    assertion.type === 'javascript' &&
    typeof assertion.value === 'string' &&
    /rank-correlation|rankCorrelation/.test(assertion.value)
  );
}
