import { z } from 'zod';
import type { ImageFacts } from '../answers/image-facts.ts';
import { describeServed } from '../answers/served.ts';
import { withoutSecrets } from '../common/without-secrets.ts';
import type { ImageFile } from '../images/image-file.ts';
import type { Answer } from '../judges/answer.ts';
import type { Judge } from '../judges/judge.ts';
import { BEGUN } from '../judges/openai/continuation.ts';
import type { Question } from '../judges/question.ts';
import type { ServedLook } from '../judges/served-model.ts';
import type { ProviderConfig } from '../method/config.ts';
import type { PixelPool } from '../method/pixel-pool.ts';
import { noConditionLeft, type OpenCondition, planOf } from '../method/plan.ts';
import { prepareImage } from '../method/prepare-image.ts';
import type { PromptFile } from '../method/prompt-file.ts';
import type { Anchor } from '../method/question.ts';

/** How one question to a judge went. */
export const rowCheckSchema = z.union([
  z.object({
    error: z.string(),
    serves: z.string().optional(),
    endpoint: z.string().optional(),
  }),
  z.object({
    error: z.undefined().optional(),
    model: z.string(),
    source: z.string(),
    samples: z.number().optional(),
    coveredMass: z.number().optional(),
    latencyMs: z.number().optional(),
    inputTokens: z.number().optional(),
    outputTokens: z.number().optional(),
    costUsd: z.number().optional(),
    /** What became of a begun reply, where the prompt begins one; left out where nobody continues any. */
    begunReply: z.string().optional(),
    /** What a server of one's own says that it serves; left out for vendors' own endpoints. */
    serves: z.string().optional(),
    /** What the table of endpoints says of its endpoint and was applied; left out where it says nothing. */
    endpoint: z.string().optional(),
  }),
]);

export type RowCheck = z.output<typeof rowCheckSchema>;

interface Setting {
  prompt: PromptFile;
  anchors?: readonly Anchor[] | undefined;
  config: ProviderConfig;
  judge: Judge;
  pool: PixelPool;
  facts: ImageFacts;
}

/**
 * Asks the quality question of a prompt about one image and the first of its degraded copies that is
 * unlike it.
 *
 * @param look what the server says that it serves; left out for vendors' own endpoints
 * @returns the judge's failure as `error`; what is wrong with the image throws
 */
export async function checkRow(
  file: ImageFile,
  setting: Setting,
  look: ServedLook | undefined,
): Promise<RowCheck> {
  const { judge } = setting;
  const question = await firstQuestion(file, setting);
  const serves = look && describeLook(look);
  const known = {
    ...(serves !== undefined && { serves }),
    ...(judge.endpointNote !== undefined && { endpoint: judge.endpointNote }),
  };
  let answer: Answer;
  try {
    answer = await judge.ask(question, {});
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { error: message, ...known };
  }
  const { model, source, samples, coveredMass, latencyMs, usage, costUsd } = answer;
  const { inputTokens, outputTokens } = usage ?? {};
  const begunReply = question.prefill === undefined ? undefined : await begunReplyOf(judge);
  return rowCheckSchema.parse({
    ...{
      model,
      source,
      samples,
      coveredMass,
      latencyMs,
      inputTokens,
      outputTokens,
      costUsd,
      begunReply,
    },
    ...known,
  });
}

async function firstQuestion(file: ImageFile, setting: Setting): Promise<Question> {
  const { prompt, config, anchors } = setting;
  const image = await prepareImage(file, {
    ...{ ...setting, views: prompt.views, withPictures: false },
  });
  const skipped: OpenCondition[] = [];
  const images = { ...image, ...(anchors && { anchors }) };
  for (const { open } of planOf(file.name, prompt, images, config.conditions).conditions) {
    const condition = await open();
    const [first] = condition.questions;
    if (first) return first.question;
    condition.release();
    skipped.push(condition);
  }
  throw noConditionLeft(file.name, skipped);
}

/** One look for each judge, however many prompts begin a reply. */
const looks = new WeakMap<object, Promise<string>>();

async function begunReplyOf({ lookAtContinuation: look }: Judge): Promise<string | undefined> {
  if (!look) return undefined;
  const known = looks.get(look) ?? describeContinuation(look);
  looks.set(look, known);
  return known;
}

async function describeContinuation(look: NonNullable<Judge['lookAtContinuation']>) {
  try {
    const { isContinued, answered } = await look();
    return isContinued
      ? 'is continued'
      : `is not continued: to "${BEGUN}" it answered "${answered}" instead of the rest of the word; set judgeOptions.capabilities.prefill: none, or what makes this server continue it`;
  } catch (error) {
    // An error, as those are cleaned of pieces of a key too.
    const { message } = withoutSecrets(error instanceof Error ? error : new Error(String(error)));
    return `cannot be tested: ${message}`;
  }
}

const describeLook = (look: ServedLook): string =>
  look.isReached ? describeServed(look.facts) : `unknown: it cannot be asked (${look.problem})`;
