import { z } from 'zod';
import { parseConfig } from '../common/config-error.ts';
import { DEFAULT_DRAWS } from '../statistics/index.ts';

/** Seed of the intervals, the one of `rank-correlation`, so that both say the same. */
export const SEED = 0;

/** Where the report goes and how much it shows: `metadata.iqaReport` of promptfoo's configuration. */
export const reportSettingsSchema = z.strictObject({
  folder: z
    .union([z.string().min(1), z.literal(false)])
    .default('iqa-report')
    .describe(
      'Folder of the report and the files beside it, relative to the working directory; `false` writes none. The environment variable PROMPTFOO_IQA_REPORT goes before it.',
    ),
  disagreements: z
    .number()
    .int()
    .min(0)
    .max(100)
    .default(6)
    .describe(
      'Images with the largest disagreement shown for each column and data set, and worst pictures for each generator.',
    ),
  draws: z
    .number()
    .int()
    .min(1000)
    .max(100_000)
    .default(DEFAULT_DRAWS)
    .describe('Bootstrap draws of each interval.'),
  ensembles: z
    .array(
      z.strictObject({
        name: z.string().min(1).describe('How the column is called.'),
        of: z
          .array(z.string().min(1))
          .min(2)
          .refine((names) => new Set(names).size === names.length, 'a column stands there twice')
          .describe('Columns by their names in the leaderboard: `provider, prompt`.'),
        combine: z
          .enum(['ranks', 'scores'])
          .default('ranks')
          .describe(
            '`ranks`: mean of the places among the images. `scores`: mean of the scores, each column in its own standard deviations.',
          ),
      }),
    )
    .default([])
    .describe('Columns made of other columns of the run. Nothing is asked for them.'),
});

export type ReportSettings = z.output<typeof reportSettingsSchema>;

const configSchema = z.object({
  metadata: z.object({ iqaReport: z.unknown().optional() }).nullish(),
});

/** The ensembles of a saved configuration; none where another version wrote what this one does not know. */
export function savedEnsembles(config: unknown): ReportSettings['ensembles'] {
  const settings = configSchema.safeParse(config ?? {}).data?.metadata?.iqaReport;
  return (
    z.object({ ensembles: reportSettingsSchema.shape.ensembles }).safeParse(settings).data
      ?.ensembles ?? []
  );
}

/** What switches the report off in the environment variable. */
const OFF = 'none';

/**
 * promptfoo gives an extension no configuration of its own, but passes the configuration's `metadata`
 * on, and the environment.
 *
 * @param config promptfoo's configuration, as its hooks are given it
 * @throws ConfigError unknown keys, wrong values
 */
export function readReportSettings(
  config: unknown,
  environment: NodeJS.ProcessEnv = process.env,
): ReportSettings {
  const { metadata } = configSchema.catch({ metadata: null }).parse(config ?? {});
  const settings = parseConfig(
    reportSettingsSchema,
    metadata?.iqaReport ?? {},
    'metadata.iqaReport',
  );
  const folder = environment.PROMPTFOO_IQA_REPORT;
  if (!folder) return settings;
  return { ...settings, folder: folder === OFF ? false : folder };
}
