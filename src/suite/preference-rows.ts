import type { Assertion, TestCase } from 'promptfoo';
import { boundsOf } from '../gate/bounds.ts';
import { pairAgreementConfigSchema } from '../gate/preference-config.ts';
import { isLiteral, literalVars, shieldedVars } from '../harness/literal-text.ts';
import { CORRELATION_KEY, SOURCE_KEY } from '../harness/row-keys.ts';
import { datasetOf, placedVars, problemOf } from '../harness/row-place.ts';
import { appendedTest } from '../harness/suite.ts';
import { datasetSourceSchema } from '../rows/dataset-source.ts';
import { describePooling } from '../rows/one-source.ts';
import { unorderedPairKey } from '../rows/pair-row-input.ts';
import type { PreferenceRequest } from '../rows/preference-row.ts';

/** What a row is called that stands for no data set at all. */
const NO_DATASET = 'no data set of pairs';

/** Vars and metadata of `defaultTest`, which promptfoo gives each test that lacks them, after the hook. */
type Shared = Pick<Partial<TestCase>, 'vars' | 'metadata'>;

/**
 * One preference row per data set of pairs, for exactly its rows, with the assertions `pair-agreement`. A gate gets a
 * row for what it cannot judge too, which fails: a data set that the run lacks, or a run without pairs.
 *
 * @param tests the pair rows of the run
 */
export function preferenceRows(
  tests: readonly TestCase[],
  asserted: readonly Assertion[],
  shared: Shared,
): TestCase[] {
  if (asserted.length === 0) return [];
  const minCoverage = minCoverageOf(asserted);
  const sets = [
    ...Map.groupBy(
      tests.map((test) => rowOf(test, shared)),
      ({ dataset }) => dataset,
    ),
  ];
  const judged = sets.map(([dataset, rows]): PreferenceRequest => {
    const problem = describePooling(
      dataset,
      rows.map(({ vars, source }) => ({ image: unorderedPairKey(vars), source })),
      'pair',
    );
    return {
      ...{ kind: 'pairs', dataset, several: sets.length > 1, minCoverage },
      ...(problem !== undefined && { problem }),
      rows: rows.map(({ vars, literal, problem: ofRow }) => ({
        vars,
        ...(literal && { isLiteral: true }),
        ...(ofRow !== undefined && { problem: ofRow }),
      })),
    };
  });
  const done = new Set(judged.map(({ dataset }) => dataset));
  const wanted = asserted.flatMap(({ config }) => {
    const gate = boundsOf(config);
    return gate ? (gate.datasets ?? (done.size > 0 ? [] : [NO_DATASET])) : [];
  });
  const unjudged = [...new Set(wanted)]
    .filter((dataset) => !done.has(dataset))
    .map((dataset): PreferenceRequest => {
      const has =
        done.size === 0
          ? 'the run has no pair (a filter left none, or no data set is one of pairs)'
          : `the run has no pair of it, only of ${[...done].map((name) => `"${name}"`).join(', ')}`;
      const problem = `${has}, so the gate has nothing to judge`;
      return { kind: 'pairs', dataset, several: false, problem, minCoverage: 1, rows: [] };
    });
  return [...judged, ...unjudged].map((request) => preferenceRow(request, asserted, shared));
}

function rowOf(test: TestCase, shared: Shared) {
  const metadata = { ...shared.metadata, ...test.metadata };
  const row = {
    vars: literalVars<Record<string, unknown>>({
      vars: { ...shared.vars, ...test.vars },
      metadata,
    }),
    metadata,
  };
  const vars = placedVars(row);
  return {
    dataset: datasetOf({ vars }),
    // Vars that earlier runs left behind would make equal rows differ.
    vars: Object.fromEntries(
      Object.entries(vars).filter(
        ([name]) => !name.startsWith('__') && !name.startsWith('preview'),
      ),
    ),
    literal: isLiteral(metadata),
    problem: problemOf(row),
    source: datasetSourceSchema.safeParse(test.metadata?.[SOURCE_KEY]).data,
  };
}

function preferenceRow(
  request: PreferenceRequest,
  asserted: readonly Assertion[],
  { vars = {} }: Shared,
): TestCase {
  return appendedTest({
    description: `pairs: ${request.dataset}`,
    vars: shieldedVars({
      first: `preferences over ${request.rows.length} pairs`,
      second: '',
      share: '',
      ...('dataset' in vars && { dataset: request.dataset }),
    }),
    metadata: { dataset: request.dataset, [CORRELATION_KEY]: request },
    assert: asserted.map((assertion, index) => ({
      ...assertion,
      // promptfoo averages what several assertions of a row publish under one name: so the first publishes.
      config: { ...configFor(request.dataset, assertion), publish: index === 0 },
    })),
  });
}

/** A gate for other data sets holds this one to nothing. */
function configFor(dataset: string, { config }: Assertion): Assertion['config'] {
  if (boundsOf(config)?.datasets?.includes(dataset) !== false) return config;
  const { min: _, minUnits: __, baseline: ___, margin: ____, ...unbound } = config ?? {};
  return unbound;
}

/** What the most lenient assertion asks for: the row answers, and each assertion looks at its own. */
const minCoverageOf = (asserted: readonly Assertion[]): number =>
  Math.min(
    ...asserted.map(
      ({ config }) => pairAgreementConfigSchema.safeParse(config ?? {}).data?.minCoverage ?? 1,
    ),
  );
