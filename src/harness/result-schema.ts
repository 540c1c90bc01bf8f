import { z } from 'zod';
import { withoutSecrets } from '../common/without-secrets.ts';

/**
 * What the report reads of promptfoo's results: the same shape in the `afterAll` hook and in a file
 * written with `-o out.json`. Everything else that promptfoo writes is ignored.
 */

const record = z.record(z.string(), z.unknown());

/** promptfoo's `ResultFailureReason.ERROR`: no answer, as opposed to an answer that an assertion failed. */
export const FAILURE_IS_ERROR = 2;

const pictureSchema = z.object({
  data: z.string().optional(),
  mimeType: z.string().optional(),
  blobRef: z.object({ hash: z.string().optional() }).optional(),
});

/** An assertion of a test; one of type `assert-set` holds others. */
const assertionSchema = z.object({
  type: z.string().optional(),
  value: z.unknown().optional(),
  config: z.unknown().optional(),
  get assert(): z.ZodOptional<z.ZodArray<typeof assertionSchema>> {
    return z.array(assertionSchema).optional();
  },
});

/** What an assertion said; that of an `assert-set` holds what its assertions said. */
const componentSchema = z.object({
  pass: z.boolean(),
  reason: z.string(),
  score: z.number().nullish().catch(undefined),
  metadata: record.nullish(),
  assertion: assertionSchema.nullish(),
  get componentResults(): z.ZodOptional<z.ZodArray<typeof componentSchema>> {
    return z.array(componentSchema).optional();
  },
});

/**
 * What a provider of anybody's said or threw. promptfoo keeps keys in it that a vendor quotes, and the stack: lines of
 * code that say nothing to who reads a report.
 */
const errorSchema = z
  .string()
  .transform((error) =>
    withoutSecrets(error)
      .replaceAll(/\n\s+at [^\n]*(?::\d+:\d+\)?|\(<anonymous>\))(?=\n|$)/g, '')
      .trimEnd(),
  )
  .nullish();

export const resultSchema = z.object({
  /** The same in every output of an evaluation. */
  id: z.string().optional(),
  promptIdx: z.number().int(),
  testIdx: z.number().int(),
  provider: z.object({ id: z.string().optional(), label: z.string().optional() }),
  vars: record,
  success: z.boolean(),
  error: errorSchema,
  failureReason: z.number().optional(),
  gradingResult: z.object({ componentResults: z.array(componentSchema).optional() }).nullish(),
  testCase: z.object({
    metadata: record.optional(),
    assert: z.array(assertionSchema).optional(),
  }),
  /** As it was sent, its variables filled in. */
  prompt: z.object({ raw: z.string() }).optional(),
  response: z
    .object({
      output: z.unknown().optional(),
      error: errorSchema,
      images: z.array(pictureSchema).optional(),
      metadata: record.optional(),
    })
    .nullish(),
});

/** An evaluation as promptfoo hands it over. */
export const evaluationSchema = z.object({
  evalId: z.string().nullish(),
  prompts: z.array(
    z.object({ raw: z.string(), label: z.string(), provider: z.string().optional() }),
  ),
  results: z.array(resultSchema),
});

export type Result = z.output<typeof resultSchema>;
/** What a provider answered. */
export type OutputOfRow = NonNullable<Result['response']>;
export type Evaluation = z.output<typeof evaluationSchema>;
