import { randomUUID } from 'node:crypto';
import type { AssertionValueFunctionContext, GradingResult } from 'promptfoo';
import { z } from 'zod';
import { createScorer } from '../providers/score-image.ts';
import { ConfigError, parseConfig, suggestion } from '../src/common/config-error.ts';
import { shippedPrompt } from '../src/common/shipped-prompt.ts';
import { versions } from '../src/common/versions.ts';
import { failure } from '../src/gate/failure.ts';
import { isPassable, NOTHING_PASSES } from '../src/gate/passable.ts';
import { mayUseKept } from '../src/harness/cache-use.ts';
import { currentMode } from '../src/harness/mode.ts';
import { outputPicture } from '../src/harness/output-picture.ts';
import { outputValue } from '../src/harness/result-parts.ts';
import { QUALITY_KEY } from '../src/harness/row-keys.ts';
import { providerConfigSchema } from '../src/method/config.ts';
import { describeScore } from '../src/method/describe-score.ts';
import { dimensionScores } from '../src/method/dimension-scores.ts';
import { methodOf, parsePromptFile } from '../src/method/prompt-file.ts';
import { rowOutputSchema } from '../src/method/row-output.ts';
import { openScorer } from '../src/rows/open-scorers.ts';
import type { PictureQuality, PictureVerdict } from '../src/rows/picture-quality.ts';
import type { Scorer, SourceScore } from '../src/rows/scorer.ts';

export const imageQualityConfigSchema = z
  .looseObject({
    prompt: z
      .union([z.string().min(1), z.record(z.string(), z.unknown())])
      .describe(
        'A prompt of the package by its name, a prompt file by its path, or the contents of one.',
      ),
    allowFiles: z
      .boolean()
      .default(false)
      .describe(
        "Whether an answer may name a file of this machine. Leave it out where the answer is a model's words.",
      ),
    name: z
      .string()
      .min(1)
      .optional()
      .describe(
        'How its metric and its comparison in the report are called, where a row has several of these assertions. Default: `quality`.',
      ),
    min: z.number().min(0).max(1).optional().describe('Lowest score that passes.'),
    max: z.number().min(0).max(1).optional().describe('Highest score that passes.'),
  })
  .refine(isPassable, NOTHING_PASSES);

/**
 * promptfoo assertion on rows of any provider that answers with pictures, such as an image generator: the picture's
 * score by a judge and a prompt file, as the provider of this package gives it for the same file. Answers are bought once.
 * Publishes the metric `quality`, and those of the prompt file's dimensions. The report compares the generators.
 *
 * Its configuration is the provider's (`judge`, `judgeOptions`, `conditions`, ...) with `prompt`, and `min` and `max`.
 *
 * @example
 * type: javascript
 * value: package:promptfoo-iqa:imageQuality
 * config: { judge: openai:gpt-4.1, prompt: qdebias, min: 0.5 }
 */
export default async function imageQuality(
  output: unknown,
  context: Pick<AssertionValueFunctionContext, 'config' | 'providerResponse'>,
): Promise<GradingResult> {
  // A run of a command such as `estimate` asks nothing.
  if (currentMode() !== 'eval') return { pass: true, score: 1, reason: 'not rated: no evaluation' };
  try {
    const { name, min, max, allowFiles, ...config } = parsed(context.config);
    refuseScores(output);
    const picture = await outputPicture(output, context.providerResponse, { allowFiles });
    const scorer = scorerOf(config);
    // promptfoo tells an assertion of no evaluation.
    const scored = await scorer.score(picture.source, { mayUseKept: await mayUseKept(undefined) });
    const problem = outside(scored.score, { min, max });
    return {
      pass: problem === undefined,
      score: scored.score,
      reason: `${problem === undefined ? '' : `${problem}: `}${described(scored, picture.count)}`,
      namedScores: metricsOf(scored, name),
      metadata: recorded(qualityOf(scored, scorer)),
    };
  } catch (error) {
    const failed = failure(error);
    return { ...failed, metadata: recorded({ problem: failed.reason }) };
  }
}

/**
 * What would fail every picture, each in one line: a broken configuration, a prompt file that does not parse, no key, no
 * server. The extension asks before the first row, as pictures cost money and fail then one by one.
 */
export async function imageQualityProblems(configs: readonly unknown[]): Promise<string[]> {
  const problems = await Promise.all(
    configs.map(async (given) => {
      try {
        const { name: _, min: __, max: ___, allowFiles: ____, ...config } = parsed(given);
        return (await scorerOf(config).preflight()).map((text) => `image-quality: ${text}`);
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        return [text.includes('image-quality') ? text : `image-quality: ${text}`];
      }
    }),
  );
  return [...new Set(problems.flat())];
}

const WHERE = 'assertion image-quality: config';

/** Its own keys and the provider's, whose values are checked where the scorer is made. */
const KEYS = [imageQualityConfigSchema, providerConfigSchema].flatMap(({ shape }) =>
  Object.keys(shape),
);

function parsed(config: unknown) {
  const unknown = Object.keys(Object(config ?? {})).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    throw new ConfigError(`${WHERE}: unknown key "${unknown}", ${suggestion(unknown, KEYS)}`);
  }
  return parseConfig(imageQualityConfigSchema, config ?? {}, WHERE);
}

/** The same for rows of the same configuration. */
const scorerOf = ({ prompt, ...config }: Asked): Scorer =>
  openScorer(JSON.stringify([prompt, config]), () => {
    const scorer = createScorer(optionsOf(config, prompt));
    if (methodOf(parsePromptFile(scorer.promptText, '')) === 'prior') {
      throw new ConfigError(RATES_COPIES);
    }
    // A budget is for what is asked from here to the end of the evaluation.
    const run = `image-quality ${randomUUID()}`;
    return { ...scorer, score: (source, asking) => scorer.score(source, { run, ...asking }) };
  });

type Asked = Pick<z.output<typeof imageQualityConfigSchema>, 'prompt'> & Record<string, unknown>;

const RATES_COPIES =
  'assertion image-quality: this prompt file rates the degraded copies and not the picture; name one that rates the picture, such as qdebias or two-level';

/** The pictures beside such an answer are contact sheets. */
function refuseScores(output: unknown): void {
  if (!rowOutputSchema.safeParse(outputValue(output)).success) return;
  throw new Error(
    "assertion image-quality: this row's answer is a score of promptfoo-iqa's own provider and no picture; that provider's rows take debiased-score. Give the assertions to tests of their own, or leave the column out with --filter-providers",
  );
}

/** The rest of the configuration is checked where the scorer is made. */
function optionsOf(config: Record<string, unknown>, prompt: string | Record<string, unknown>) {
  const given = typeof prompt === 'string' ? shippedPrompt(prompt, 'prompt') : prompt;
  return { ...config, prompt: given } as unknown as Parameters<typeof createScorer>[0];
}

function metricsOf(scored: SourceScore, name = 'quality'): Record<string, number> {
  const dimensions = Object.entries(dimensionScores(scored.conditions));
  return {
    [name]: scored.score,
    // Those of several assertions of a row would be averaged under one name.
    ...Object.fromEntries(
      dimensions.map(([each, score]) => [name === 'quality' ? each : `${name}: ${each}`, score]),
    ),
  };
}

function described(scored: SourceScore, pictures: number): string {
  const made = {
    score: scored.score,
    weights: scored.conditions.map(({ weight }) => weight),
    scheme: scored.weights,
  };
  const which = pictures > 1 ? `; the first of ${pictures} pictures` : '';
  return `${describeScore('quality', scored, made)}${which}`;
}

const recorded = (verdict: PictureVerdict): NonNullable<GradingResult['metadata']> => ({
  [QUALITY_KEY]: verdict,
});

function qualityOf(scored: SourceScore, { config, promptText }: Scorer): PictureQuality {
  const { costUsd: _, answers, ...rest } = scored;
  return {
    ...rest,
    answers: [...answers],
    judge: config.judge,
    seed: config.seed,
    prompt: promptText,
    versions,
  };
}

function outside(
  score: number,
  { min, max }: { min: number | undefined; max: number | undefined },
): string | undefined {
  if (min !== undefined && score < min) return `quality ${score.toFixed(3)} is below min ${min}`;
  if (max !== undefined && score > max) return `quality ${score.toFixed(3)} is above max ${max}`;
  return undefined;
}
