import { z } from 'zod';
import type { ImageFile } from '../images/image-file.ts';
import type { Question } from '../judges/question.ts';
import type { ProviderConfig } from '../method/config.ts';
import { knownImage } from '../method/known-image.ts';
import { planOf } from '../method/plan.ts';
import type { PromptFile } from '../method/prompt-file.ts';
import type { Anchor } from '../method/question.ts';
import type { RowAsking } from './row-asking.ts';

/** What a row would ask, and what that would cost. */
export const rowEstimateSchema = z.object({
  /** Questions that would be asked. */
  calls: z.number(),
  /** Questions whose replies are in the store, answers or not, or that another row of the run asks as well. */
  known: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  /** Null: unknown. */
  costUsd: z.number().nullable(),
});

export type RowEstimate = z.output<typeof rowEstimateSchema>;

/** An unknown cost of one makes that of all unknown. */
export const sumOfEstimates = (estimates: readonly RowEstimate[]): RowEstimate =>
  estimates.reduce(
    (a, b) => ({
      calls: a.calls + b.calls,
      known: a.known + b.known,
      inputTokens: a.inputTokens + b.inputTokens,
      outputTokens: a.outputTokens + b.outputTokens,
      costUsd: a.costUsd === null || b.costUsd === null ? null : a.costUsd + b.costUsd,
    }),
    { calls: 0, known: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 },
  );

interface Setting {
  prompt: PromptFile;
  anchors?: readonly Anchor[] | undefined;
  config: ProviderConfig;
  asking: RowAsking;
  /** Questions that rows before this one would ask. */
  planned: Set<string>;
}

/**
 * Counts the questions of a row without decoding or degrading its image. Conditions that turn out to
 * be without effect on an image never seen before are counted as asked.
 */
export async function estimateRow(file: ImageFile, setting: Setting): Promise<RowEstimate> {
  const { prompt, anchors, config, asking, planned } = setting;
  const factOf = (recipe: unknown) => asking.store?.fact(recipe);
  const images = await knownImage(file, {
    ...{ config, judge: asking.judge, views: prompt.views, factOf },
  });
  const { conditions } = planOf(
    file.name,
    prompt,
    { ...images, ...(anchors && { anchors }) },
    config.conditions,
  );
  const opened = await Promise.all(conditions.map(({ open }) => open()));
  return estimateQuestions(
    opened.flatMap(({ questions }) => questions),
    asking,
    planned,
  );
}

/**
 * What questions would cost. Each is counted once, and is added to `planned`.
 *
 * @param planned questions that were counted before
 */
export async function estimateQuestions(
  questions: readonly { question: Question }[],
  asking: RowAsking,
  planned: Set<string>,
): Promise<RowEstimate> {
  const total: RowEstimate = { calls: 0, known: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 };
  for (const { question } of questions) {
    const key = asking.keyOf(question);
    if (planned.has(key) || (await asking.hasAllReplies(question))) {
      total.known += 1;
      continue;
    }
    planned.add(key);
    const { usage, costUsd } = asking.estimate(question);
    total.calls += 1;
    total.inputTokens += usage.inputTokens;
    total.outputTokens += usage.outputTokens;
    total.costUsd =
      costUsd === undefined || total.costUsd === null ? null : total.costUsd + costUsd;
  }
  return total;
}
