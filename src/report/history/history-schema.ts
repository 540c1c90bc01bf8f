import { z } from 'zod';
import { GATE_METRICS } from '../../gate/gate-metric.ts';

export const HISTORY_SCHEMA_VERSION = 1;

const metric = z.enum(GATE_METRICS);
const run = z.number().int().describe('Place in `runs`, from 0.');

const estimate = {
  estimate: z.number().nullable().describe('Null where there is none.'),
  low: z.number().nullable(),
  high: z.number().nullable(),
  problem: z.string().optional().describe('Why there is no estimate, or no interval.'),
};

const tested = {
  ...estimate,
  images: z.number().int().nullable().describe('Over which both, or all, were compared.'),
  pValue: z.number().nullable().describe('Of no change, two-sided.'),
  holmPValue: z
    .number()
    .nullable()
    .describe("Corrected by Holm's method for what was tested beside it."),
  verdict: z
    .enum(['gain', 'loss', 'undecided'])
    .nullable()
    .describe('From `holmPValue` and the confidence; null where nothing was tested.'),
};

const otherRun = z.object({ run, differences: z.array(z.string()) });

const pointSchema = z.object({
  run,
  models: z.array(z.string()).describe('As the vendor named them in its answers.'),
  notice: z.string().nullable().describe('What has to be said beside the numbers.'),
  version: z.string().nullable().describe('Of promptfoo-iqa.'),
  promptSha256: z.string().nullable(),
  images: z.number().int(),
  missing: z.number().int().describe('Images without a score, which are left out.'),
  units: z
    .object({ count: z.number().int(), kind: z.enum(['images', 'groups']) })
    .nullable()
    .describe('Independent units that were resampled.'),
  values: z.array(z.object({ metric, ...estimate })),
  problem: z.string().optional().describe('Why the run has no correlation.'),
});

const stepSchema = z.object({
  metric,
  run,
  against: run.nullable().describe('The nearest earlier run that is comparable.'),
  notComparable: z
    .array(otherRun)
    .describe('Earlier runs, the nearest first, that are nearer or none of which is comparable.'),
  ...tested,
  meng: z
    .object({
      z: z.number().nullable(),
      pValue: z.number().nullable(),
      problem: z.string().optional(),
    })
    .nullable()
    .describe("Of SRCC: Meng's test, an analytic check that needs no draws."),
  remarks: z.array(z.string()).describe('What else is another: model, prompt, version.'),
});

const trendSchema = z.object({
  metric,
  runs: z.array(z.number().int()).describe('All that are comparable with the newest.'),
  notComparable: z.array(otherRun),
  ...tested,
});

const seriesSchema = z.object({
  dataset: z.string(),
  provider: z.string(),
  prompt: z.string(),
  points: z.array(pointSchema),
  steps: z.array(stepSchema),
  trends: z.array(trendSchema),
});

const dropSchema = z.object({
  kind: z.enum(['drop', 'none', 'not judged']),
  reason: z.string(),
});

/** What `promptfoo-iqa history -o <name>.json` writes. */
export const historySchema = z.object({
  schemaVersion: z.literal(HISTORY_SCHEMA_VERSION),
  createdAt: z.iso.datetime(),
  generator: z.object({ name: z.literal('promptfoo-iqa'), version: z.string() }),
  bootstrap: z.object({
    draws: z.number().int(),
    seed: z.number().int(),
    confidence: z.number(),
  }),
  metrics: z.array(metric),
  anyPrompt: z.boolean().describe('Whether runs with another text of the prompt were compared.'),
  runs: z
    .array(
      z.object({
        name: z.string(),
        date: z.iso.datetime(),
        dateFrom: z.enum(['evaluation', 'file']),
        file: z.string(),
        evaluation: z.string().nullable(),
        alsoIn: z.array(z.string()).describe('Further outputs of the evaluation, not read.'),
      }),
    )
    .describe('From the oldest to the newest.'),
  leftOut: z.array(
    z.object({
      file: z.string(),
      reason: z.string(),
      isBroken: z.boolean().describe('Whether it may have held a run.'),
    }),
  ),
  series: z.array(seriesSchema).describe('One a data set and column.'),
  drops: z
    .array(dropSchema)
    .describe('What `--fail-on-drop` looks at: the newest step of each series, and broken files.'),
});

export type History = z.output<typeof historySchema>;
export type HistorySeries = History['series'][number];
export type HistoryPoint = z.output<typeof pointSchema>;
export type HistoryStep = z.output<typeof stepSchema>;
export type HistoryTrend = z.output<typeof trendSchema>;
export type HistoryDrop = z.output<typeof dropSchema>;
