import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { RowDesk } from './answers/buyer.ts';
import { conditionSeed } from './condition-seed.ts';
import type { ProviderConfig } from './config.ts';
import { degradedFactSchema, type ImageFact, imageFactSchema } from './image-facts.ts';
import { readSize, refuseTooLarge } from './images/decode.ts';
import { encodingName } from './images/encode.ts';
import { decodedRecipe, degradedRecipe, resizedRecipe } from './images/recipe.ts';
import type { ImageFile } from './images/source.ts';
import type { JudgeImage, Question } from './judges/judge.ts';
import { refuseUndegradable, sentSizeFor } from './prepare-image.ts';
import type { PromptFile } from './prompt-file.ts';
import { questionOf } from './question.ts';
import { noEffect } from './score-image.ts';

/** What a row would ask, and what that would cost. */
export const rowEstimateSchema = z.object({
  /** Questions that would be asked. */
  calls: z.number(),
  /** Questions whose answers are in the store, or that another row of the run asks as well. */
  known: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  /** Null: unknown. */
  costUsd: z.number().nullable(),
});

export type RowEstimate = z.output<typeof rowEstimateSchema>;

interface Setting {
  prompt: PromptFile;
  config: ProviderConfig;
  desk: RowDesk;
  /** Questions that rows before this one would ask. */
  planned: Set<string>;
}

/**
 * Counts the questions of a row without decoding or degrading its image. Conditions that turn out to
 * be without effect on an image never seen before are counted as asked.
 */
export async function estimateRow(file: ImageFile, setting: Setting): Promise<RowEstimate> {
  const { desk, planned } = setting;
  const total = {
    calls: 0,
    known: 0,
    inputTokens: 0,
    outputTokens: 0,
    costUsd: 0 as number | null,
  };
  for (const question of await questionsOf(file, setting)) {
    const key = desk.keyOf(question);
    if (planned.has(key) || desk.isKept(question)) {
      total.known += 1;
      continue;
    }
    planned.add(key);
    const { usage, costUsd } = desk.estimate(question);
    total.calls += 1;
    total.inputTokens += usage.inputTokens;
    total.outputTokens += usage.outputTokens;
    total.costUsd =
      costUsd === undefined || total.costUsd === null ? null : total.costUsd + costUsd;
  }
  return total;
}

async function questionsOf(
  file: ImageFile,
  { prompt, config, desk }: Setting,
): Promise<Question[]> {
  const known = knownFacts(desk);
  const fileSha256 = createHash('sha256').update(file.bytes).digest('hex');
  const decoded = known(decodedRecipe(fileSha256), imageFactSchema);
  const original = decoded ?? (await readSize(file));
  refuseTooLarge(file.name, original, config.image.maxInputPixels);
  refuseUndegradable(file.name, original, config.conditions);
  const sent = sentSizeFor(original, { config, judge: desk.judge });
  const isOriginalSize = sent.width === original.width && sent.height === original.height;
  const resizing = resizedRecipe(fileSha256, sent);
  const resized = isOriginalSize ? decoded : known(resizing, imageFactSchema);
  const image = (role: JudgeImage['role'], sha256: string | undefined, recipe: unknown) =>
    unmadeImage(role, sent, config, sha256 ?? JSON.stringify(recipe));
  const query = image('query', resized?.sha256, resizing);
  if (prompt.condition === 'none') return [questionOf('quality', prompt, { query })];
  return config.conditions.flatMap(({ degradation, severity }) => {
    const recipe = (seed: number) =>
      degradedRecipe(fileSha256, { degradation, severity, seed }, sent);
    const copy = decoded && degradedFactOf(decoded, degradation, recipe, config, known);
    if (copy && noEffect(copy.psnrDb)) return [];
    const degraded = image('conditional', copy?.sha256, recipe(config.seed));
    return [
      questionOf('quality', prompt, { degraded, query }),
      ...(prompt.similarity ? [questionOf('similarity', prompt, { degraded, query })] : []),
    ];
  });
}

const degradedFactOf = (
  { sha256 }: ImageFact,
  degradation: string,
  recipe: (seed: number) => unknown,
  { seed }: ProviderConfig,
  known: ReturnType<typeof knownFacts>,
) => known(recipe(conditionSeed(seed, sha256, degradation)), degradedFactSchema);

const knownFacts =
  ({ store }: RowDesk) =>
  <Fact>(recipe: unknown, schema: z.ZodType<Fact>): Fact | undefined =>
    schema.safeParse(store?.fact(recipe)).data;

/** An image that is counted and never sent. */
function unmadeImage(
  role: JudgeImage['role'],
  size: { width: number; height: number },
  config: ProviderConfig,
  sha256: string,
): JudgeImage {
  const unmade = () => Promise.reject(new Error('an estimate makes no images'));
  const encoding = encodingName(config.image.format);
  return { role, ...size, sha256, encoding, pixels: unmade, encoded: unmade };
}
