import { z } from 'zod';
import { GATE_KEY, gateResultSchema } from '../../assertions/gate/gate-result.ts';
import { weightsSchema } from '../../providers/row-output.ts';

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
  blobRef: z.object({ hash: z.string() }).optional(),
});

export const resultSchema = z.object({
  promptIdx: z.number().int(),
  testIdx: z.number().int(),
  provider: z.object({ id: z.string().optional(), label: z.string().optional() }),
  vars: record,
  success: z.boolean(),
  error: z.string().nullish(),
  failureReason: z.number().optional(),
  gradingResult: z
    .object({
      componentResults: z
        .array(
          z.object({
            pass: z.boolean(),
            reason: z.string(),
            metadata: z
              .object({ [GATE_KEY]: gateResultSchema.optional().catch(undefined) })
              .nullish(),
          }),
        )
        .optional(),
    })
    .nullish(),
  testCase: z.object({
    metadata: record.optional(),
    assert: z.array(z.object({ config: z.unknown().optional() })).optional(),
  }),
  response: z
    .object({
      output: z.unknown().optional(),
      error: z.string().nullish(),
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

/** What the report takes over from the `rank-correlation` of a correlation row. */
export const rankSettingsSchema = z.object({
  weights: weightsSchema.optional(),
  minCoverage: z.number().min(0).max(1).default(1),
});

export type Result = z.output<typeof resultSchema>;
export type Evaluation = z.output<typeof evaluationSchema>;
export type RankSettings = z.output<typeof rankSettingsSchema>;
