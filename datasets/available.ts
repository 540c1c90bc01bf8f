import { z } from 'zod';
import { ConfigError, parseConfig, unsetVariable } from '../providers/config-error.ts';
import { type DatasetName, datasets } from './index.ts';
import type { DatasetRow } from './row.ts';
import { subsetFields } from './subset.ts';

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

/**
 * promptfoo test generator for those of several data sets that are here:
 * `tests: [{path: file://datasets/available.ts, config: {sets: {spaq: {root: '{{env.SPAQ_ROOT}}'}}}}]`.
 * One whose root is an unset or empty environment variable is left out, with a line that says so. A
 * root that is set and wrong is an error, as everywhere.
 *
 * @throws ConfigError broken configuration, or none of the data sets is here
 */
export default async function availableDatasets(config: unknown): Promise<DatasetRow[]> {
  const present = withoutAbsent(config ?? {});
  const where = 'datasets/available.ts: config';
  const { sets, ...subset } = parseConfig(availableConfigSchema, present, where);
  const rows = await Promise.all(
    NAMES.flatMap((name) => (sets[name] ? [datasets[name]({ ...subset, ...sets[name] })] : [])),
  );
  return rows.flat();
}

function withoutAbsent(config: unknown): unknown {
  const asked = askedSchema.safeParse(config).data;
  if (!asked) return config;
  const reasons = Object.entries(asked.sets).flatMap(([name, { root }]) => {
    const variable = unsetVariable(root);
    if (variable === undefined && root !== '') return [];
    return [{ name, reason: variable ? `${variable} is not set` : 'its root is empty' }];
  });
  const absent = new Map(reasons.map(({ name, reason }) => [name, reason]));
  if (absent.size > 0 && absent.size === Object.keys(asked.sets).length) {
    const named = [...absent].map(([name, reason]) => `${name}: ${reason}`).join('; ');
    throw new ConfigError(
      `datasets/available.ts: none of the data sets is here (${named}); set at least one to the folder of your copy`,
    );
  }
  for (const [name, reason] of absent) process.stderr.write(`${name} is left out: ${reason}\n`);
  const sets = Object.fromEntries(Object.entries(asked.sets).filter(([name]) => !absent.has(name)));
  return { ...asked, sets };
}
