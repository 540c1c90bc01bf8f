import { z } from 'zod';
import { describeServed } from './answers/served.ts';
import type { ImageFile } from './images/source.ts';
import type { Answer, Judge } from './judges/judge.ts';
import { BEGUN } from './judges/openai/continuation.ts';
import type { ServedLook } from './judges/served-model.ts';
import { withoutSecrets } from './judges/without-secrets.ts';
import { type Setting as ScoreSetting, scoreImage } from './score-image.ts';

/** How one question to a judge went. */
export const rowCheckSchema = z.union([
  z.object({ error: z.string(), serves: z.string().optional() }),
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
  }),
]);

export type RowCheck = z.output<typeof rowCheckSchema>;

/**
 * Asks the quality question of a prompt about one image and its first degraded copy.
 *
 * @param look what the server says that it serves; left out for vendors' own endpoints
 * @returns the judge's failure as `error`; what is wrong with the image throws
 */
export async function checkRow(
  file: ImageFile,
  setting: ScoreSetting,
  look: ServedLook | undefined,
): Promise<RowCheck> {
  const { prompt, config, judge } = setting;
  let outcome: Answer | Error | undefined;
  const listening: ScoreSetting['judge'] = {
    ...judge,
    async ask(question, options) {
      try {
        outcome = await judge.ask(question, options);
        return outcome;
      } catch (error) {
        outcome = error instanceof Error ? error : new Error(String(error));
        throw error;
      }
    },
  };
  const { similarity: _, ...qualityOnly } = prompt;
  await scoreImage(file, {
    ...setting,
    prompt: qualityOnly,
    config: { ...config, conditions: config.conditions.slice(0, 1) },
    judge: listening,
  }).catch((error: unknown) => {
    if (outcome === undefined) throw error;
  });
  if (outcome === undefined) throw new Error('no question was asked');
  const serves = look && describeLook(look);
  if (outcome instanceof Error) {
    return { error: outcome.message, ...(serves !== undefined && { serves }) };
  }
  const { model, source, samples, coveredMass, latencyMs, usage, costUsd } = outcome;
  const { inputTokens, outputTokens } = usage ?? {};
  const begunReply = prompt.quality.prefill === undefined ? undefined : await begunReplyOf(judge);
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
      serves,
      begunReply,
    },
  });
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
