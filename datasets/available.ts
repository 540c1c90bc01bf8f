import { z } from 'zod';
import { ConfigError, parseConfig, unsetVariable } from '../src/common/config-error.ts';
import type { DatasetRow } from '../src/datasets/row.ts';
import { say } from '../src/datasets/say.ts';
import { subsetFields } from '../src/datasets/subset.ts';
import { testGenerator } from '../src/datasets/test-generator.ts';
import { literalRow } from '../src/harness/literal-text.ts';
import { type DatasetName, datasets } from './index.ts';

const NAMES = Object.keys(datasets) as DatasetName[];

const setSchema = z
  .looseObject({ root: z.string() })
  .describe("The data set's own configuration; it is left out where `root` is not set.");

export const availableConfigSchema = z.strictObject({
  sets: z
    .strictObject(Object.fromEntries(NAMES.map((name) => [name, setSchema.optional()])))
    .describe(
      'Data sets by their names, each with a `root`, usually from an environment variable.',
    ),
  limit: subsetFields.limit.describe('Take this many images of each data set.'),
  seed: subsetFields.seed.optional(),
});

/** As much as has to be known before the whole is checked, which refuses variables that are not set. */
const askedSchema = z.looseObject({ sets: z.record(z.string(), setSchema) });

async function availableDatasets(config: unknown): Promise<DatasetRow[]> {
  const absent = findAbsent(config);
  const { sets, ...subset } = parseConfig(
    availableConfigSchema,
    withoutUnset(config, absent),
    'datasets/available.ts: config',
  );
  const asked = NAMES.flatMap((name) => (sets[name] ? [{ name, set: sets[name] }] : []));
  for (const { name, set } of asked) {
    // What is here is checked by its loader; what is not must not hide what is wrong with it.
    if (absent.has(name)) {
      parseConfig(datasets[name].configSchema.partial(), set, `datasets/${name}.ts: config`);
    }
  }
  sayAbsent(absent, asked.length);
  const rows = await Promise.all(
    asked.flatMap(({ name, set }) =>
      absent.has(name) ? [] : [datasets[name]({ ...subset, ...set })],
    ),
  );
  return rows.flat().map(literalRow);
}

/**
 * promptfoo test generator for those of several data sets that are here:
 * `tests: [{path: file://datasets/available.ts, config: {sets: {spaq: {root: '{{env.SPAQ_ROOT}}'}}}}]`.
 * One whose root is an unset or empty environment variable is left out, with a line that says so. A
 * root that is set and wrong is an error, as everywhere.
 *
 * @throws ConfigError broken configuration, or none of the data sets is here
 */
export default testGenerator(availableConfigSchema, availableDatasets);

/** Data sets whose root is not set, and why. */
function findAbsent(config: unknown): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  for (const [name, { root }] of Object.entries(askedSchema.safeParse(config).data?.sets ?? {})) {
    const variable = unsetVariable(root);
    if (variable !== undefined) reasons.set(name, `${variable} is not set`);
    else if (root === '') reasons.set(name, 'its root is empty');
  }
  return reasons;
}

/** The configuration without what variables left unset in absent data sets; only `root` has to be a text. */
function withoutUnset(config: unknown, absent: ReadonlyMap<string, string>): unknown {
  const asked = askedSchema.safeParse(config).data;
  if (!asked) return config;
  const isSet = ([, value]: [string, unknown]) =>
    typeof value !== 'string' || unsetVariable(value) === undefined;
  const sets = Object.entries(asked.sets).map(([name, set]) => [
    name,
    absent.has(name)
      ? { ...Object.fromEntries(Object.entries(set).filter(isSet)), root: 'absent' }
      : set,
  ]);
  return { ...asked, sets: Object.fromEntries(sets) };
}

function sayAbsent(absent: ReadonlyMap<string, string>, asked: number): void {
  if (absent.size > 0 && absent.size === asked) {
    const named = [...absent].map(([name, reason]) => `${name}: ${reason}`).join('; ');
    throw new ConfigError(
      `datasets/available.ts: none of the data sets is here (${named}); set at least one to the folder of your copy`,
    );
  }
  for (const [name, reason] of absent) say(`${name} is left out: ${reason}`);
}
