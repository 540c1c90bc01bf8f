import { z } from 'zod';
import { parseDataOr } from '../../common/config-error.ts';
import type { AnswerSummary } from './answer-summary.ts';

const answersSchema = z
  .array(
    z.object({
      kind: z.string().optional(),
      /** One for each choice; none for a rating. */
      probabilities: z.array(z.number()).optional(),
      model: z.string(),
      samples: z.number().optional(),
      invalidSamples: z.number().optional(),
      costUsd: z.number().optional(),
      latencyMs: z.number().optional(),
      reused: z.boolean(),
    }),
  )
  .default([]);

/** As `RowCost` in src/answers/row-cost.ts. */
const costSchema = z.object({
  paidUsd: z.number().nullable(),
  asked: z.number(),
  reused: z.number(),
  unusable: z.object({ replies: z.number(), costUsd: z.number().nullable() }).optional(),
});

const metadataSchema = z.object({ answers: answersSchema, cost: costSchema.optional() });

/**
 * What was bought for a row, whether it has a score or not.
 *
 * @param metadata of the row's answer
 */
export function readAnswers(
  metadata: Record<string, unknown> | undefined = {},
): AnswerSummary | { problem: string } {
  const read = parseDataOr(metadataSchema, metadata, 'its answers are not readable');
  return 'problem' in read ? read : summary(read);
}

function summary({ answers: all, cost }: z.output<typeof metadataSchema>): AnswerSummary {
  const bought = all.filter(({ reused }) => !reused);
  const { unusable } = cost ?? {};
  const unknown = unusable?.costUsd === null ? unusable.replies : 0;
  return {
    models: [...new Set(all.map(({ model }) => model))],
    samples: [...new Set(all.flatMap(({ samples }) => samples ?? []))],
    choices: [
      ...new Set(
        all.flatMap(({ kind, probabilities }) =>
          kind === 'quality' && probabilities ? [probabilities.length] : [],
        ),
      ),
    ],
    invalid: all.reduce((sum, { invalidSamples }) => sum + (invalidSamples ?? 0), 0),
    bought: cost?.asked ?? bought.length,
    reused: cost?.reused ?? all.length - bought.length,
    unusable: unusable?.replies ?? 0,
    costUsd: sum(all) + (unusable?.costUsd ?? 0),
    paidUsd: cost?.paidUsd ?? sum(bought),
    unpriced: all.filter(({ costUsd }) => costUsd === undefined).length + unknown,
    latenciesMs: all.flatMap(({ latencyMs }) => latencyMs ?? []),
  };
}

const sum = (answers: readonly { costUsd?: number | undefined }[]): number =>
  answers.reduce((total, { costUsd }) => total + (costUsd ?? 0), 0);

/** Of a row for which nothing was asked, or whose answers cannot be read. */
export const NO_ANSWERS: AnswerSummary = summary({ answers: [] });
