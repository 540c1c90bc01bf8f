import { z } from 'zod';
import type { AnswerSummary } from './run.ts';

const answersSchema = z
  .array(
    z.object({
      model: z.string(),
      samples: z.number().optional(),
      invalidSamples: z.number().optional(),
      costUsd: z.number().optional(),
      latencyMs: z.number(),
      reused: z.boolean(),
    }),
  )
  .default([]);

/** @param answers as recorded in a row's metadata */
export function readAnswers(answers: unknown): AnswerSummary {
  const all = answersSchema.parse(answers);
  const bought = all.filter(({ reused }) => !reused);
  return {
    models: [...new Set(all.map(({ model }) => model))],
    samples: [...new Set(all.flatMap(({ samples }) => samples ?? []))],
    invalid: all.reduce((sum, { invalidSamples }) => sum + (invalidSamples ?? 0), 0),
    bought: bought.length,
    reused: all.length - bought.length,
    costUsd: sum(all),
    paidUsd: sum(bought),
    unpriced: all.filter(({ costUsd }) => costUsd === undefined).length,
    latenciesMs: all.map(({ latencyMs }) => latencyMs),
  };
}

const sum = (answers: readonly { costUsd?: number | undefined }[]): number =>
  answers.reduce((total, { costUsd }) => total + (costUsd ?? 0), 0);
