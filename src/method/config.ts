import { z } from 'zod';
import { seedSchema } from '../common/seed-schema.ts';
import { SEVERITIES } from '../degradations/degradation.ts';
import { type DegradationName, degradationNames } from '../degradations/index.ts';
import { judgeOptionsSchema } from '../judges/judge-options.ts';

/**
 * The paper's four conditions, in its order (arXiv 2411.12791).
 *
 * @example
 * PAPER_CONDITIONS[0]; // { degradation: 'zoom_blur', severity: 3 }
 */
export const PAPER_CONDITIONS = [
  { degradation: 'zoom_blur', severity: 3 },
  { degradation: 'spatter', severity: 3 },
  { degradation: 'saturate', severity: 3 },
  { degradation: 'fog', severity: 4 },
] as const;

const positiveInteger = z.number().int().positive();
const severity = z.union(
  SEVERITIES.map((each) => z.literal(each)),
  { error: `severity must be one of ${SEVERITIES.join(', ')}` },
);

const conditionSchema = z.strictObject({
  degradation: z.enum(degradationNames as [DegradationName, ...DegradationName[]]),
  severity,
});

const everyCondition = (): z.output<typeof conditionSchema>[] =>
  degradationNames.flatMap((degradation) =>
    SEVERITIES.map((each) => ({ degradation, severity: each })),
  );

const imageSchema = z
  .strictObject({
    maxPixels: z
      .union([positiveInteger, z.literal('unlimited')])
      .optional()
      .describe(
        'Largest image that is sent, in pixels; query and degraded copies are resized alike. Default: 1,048,576 for judges over a network, unlimited for `statistical` and `simulated`.',
      ),
    format: z
      .enum(['png', 'webp-lossless', 'jpeg'])
      .default('png')
      .describe('Encoding of what is sent. `png` and `webp-lossless` lose nothing.'),
    maxInputPixels: positiveInteger
      .default(64_000_000)
      .describe('Larger files are refused before they are decoded.'),
  })
  .describe('What is sent.');

/**
 * `config` of a provider entry; what is left out gets its default.
 *
 * @example
 * providerConfigSchema.parse({ judge: 'statistical' }).conditions.length; // 4
 */
export const providerConfigSchema = z
  .strictObject({
    judge: z
      .string()
      .min(1)
      .describe(
        'Who is asked: `openai:<model>`, `anthropic:<model>`, `google:<model>`, `llama:<model>`, `promptfoo:<any provider id>`, or without a model `statistical` (a classical measure) and `simulated` (a stand-in for a biased model).',
      ),
    judgeOptions: judgeOptionsSchema.prefault({}),
    conditions: z
      .union([z.literal('all').transform(everyCondition), z.array(conditionSchema)], {
        error: 'must be a list of {degradation, severity}, or all',
      })
      .default([...PAPER_CONDITIONS])
      .describe(
        "The degraded copies shown: a list, or `all` degradations at all severities. Default: the paper's four. An image of which one cannot be made is an error in every column; an empty list is for entries whose prompts all rate images alone.",
      ),
    seed: seedSchema.describe(
      'Seed of the random degradations; also depends on the image and the degradation.',
    ),
    image: imageSchema.prefault({}),
    budgetUsd: z
      .number()
      .positive()
      .optional()
      .describe(
        'What one evaluation may spend on this provider entry, restarts included, in US dollars; for batch submit, what all batches of this entry of the configuration file may cost together. Rows beyond it are errors. The price must be known.',
      ),
    skipWithoutKey: z
      .boolean()
      .default(false)
      .describe(
        'Leave this entry out, with a line that says so, where answers are to be bought and the key of the judge is not set. Otherwise the run ends before its first row. Needs the extension.',
      ),
    allowRemoteImages: z
      .boolean()
      .default(false)
      .describe(
        'Whether a row may name its image by an http(s) URL. Private addresses are never fetched.',
      ),
    preview: z
      .union([z.enum(['all', 'none']), z.number().int().min(0)])
      .default('all')
      .describe(
        'Rows that get a contact sheet and a thumbnail: `all`, `none`, or the first so many. A sheet takes up to 60 kB.',
      ),
  })
  .refine(
    ({ conditions }) =>
      new Set(conditions.map((c) => `${c.degradation} ${c.severity}`)).size === conditions.length,
    { path: ['conditions'], error: 'the same degradation and severity is listed twice' },
  );

/** Configuration of `providers/debiased.ts`, defaults filled in. */
export type ProviderConfig = z.output<typeof providerConfigSchema>;
