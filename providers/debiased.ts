import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import pLimit, { type LimitFunction } from 'p-limit';
import type {
  ApiProvider,
  CallApiContextParams,
  CallApiOptionsParams,
  ProviderOptions,
  ProviderResponse,
} from 'promptfoo';
import { answerCorrelationRow } from './answer-correlation-row.ts';
import { type ProviderConfig, providerConfigSchema } from './config.ts';
import { parseConfig } from './config-error.ts';
import { CORRELATION_KEY, correlationRequestSchema } from './correlation-row.ts';
import { createJudge } from './judges/index.ts';
import type { Judge } from './judges/judge.ts';
import { sharedPixelPool } from './pixel-pool.ts';
import { type PromptFile, parsePromptFile, promptFileName } from './prompt-file.ts';
import { renderPrompt, renderText } from './render-prompt.ts';
import { type RowInput, type RowSource, readRowInput, UNSCORED_KEY } from './row-input.ts';
import { contactSheetOf, previewCount } from './row-preview.ts';
import { persistRunPlan } from './run-plan.ts';
import { type ImageScore, type Pictures, scoreImage } from './score-image.ts';
import { versions } from './versions.ts';

interface ScoredRow extends ImageScore {
  row: RowInput;
  promptFile: PromptFile;
}

/**
 * The promptfoo provider: an image in, a debiased quality score and its conditions out.
 *
 * Vars of a row: `image`, `mos`, `dataset`, `group?`. The prompt is a prompt file (`prompt-file.ts`).
 * Whatever goes wrong with a row is that row's `error`.
 */
export default class DebiasedProvider implements ApiProvider {
  readonly config: ProviderConfig;
  readonly #id: string;
  /** Folder of the configuration file: what `file://` in a row's vars is relative to. */
  readonly #basePath: string;
  readonly #judge: Judge;
  /**
   * A judge on this machine works as fast as its threads, so more degraded copies than those take at
   * once would only fill memory. Questions over a network wait for answers instead.
   */
  readonly #limitConditions: LimitFunction;
  /** Scores of this run, so that a correlation row asks for none of them again. */
  readonly #scores = new Map<string, Promise<ScoredRow>>();

  /** @throws ConfigError broken configuration */
  constructor(options: ProviderOptions = {}) {
    this.#id = options.id ?? 'promptfoo-iqa';
    // promptfoo adds the configuration file's folder.
    const { basePath = '', ...config } = (options.config ?? {}) as Record<string, unknown>;
    this.#basePath = String(basePath);
    this.config = parseConfig(providerConfigSchema, config, `${this.#id}: config`);
    this.#judge = createJudge(this.config, sharedPixelPool);
    const isLocal = this.#judge.kind === 'local';
    this.#limitConditions = pLimit(isLocal ? availableParallelism() + 1 : Number.POSITIVE_INFINITY);
  }

  id(): string {
    return this.#id;
  }

  toString(): string {
    return `[promptfoo-iqa ${this.config.judge}]`;
  }

  cleanup(): Promise<void> {
    return sharedPixelPool.close();
  }

  async callApi(
    prompt: string,
    context?: CallApiContextParams,
    options?: CallApiOptionsParams,
  ): Promise<ProviderResponse> {
    const signal = options?.abortSignal;
    try {
      if (!context) throw new Error('promptfoo gave no context, so there is no image to rate');
      persistRunPlan(context.evaluationId);
      const request = context.test?.metadata?.[CORRELATION_KEY];
      return request
        ? await this.#answerCorrelationRow(request, context, signal)
        : await this.#answerImageRow(prompt, context, signal);
    } catch (error) {
      signal?.throwIfAborted();
      return { error: error instanceof Error ? error.message : String(error) };
    }
  }

  async #answerImageRow(
    prompt: string,
    context: CallApiContextParams,
    signal: AbortSignal | undefined,
  ): Promise<ProviderResponse> {
    let pictures: Pictures | undefined;
    const wantsPictures = (context.testIdx ?? 0) < previewCount(this.config.preview);
    const score = await this.#score(
      // Not `context.vars`: promptfoo has replaced `file://` images by their bytes there.
      {
        vars: { ...context.vars, ...context.test?.vars },
        problem: context.test?.metadata?.problem,
        unscored: context.test?.metadata?.[UNSCORED_KEY] === true,
      },
      prompt,
      context,
      signal,
      wantsPictures
        ? (made) => {
            pictures = made;
          }
        : undefined,
    );
    const { output, image, answers, row, promptFile } = score;
    const { judge, seed, conditions } = this.config;
    return {
      output,
      ...(pictures && {
        images: await contactSheetOf(score, pictures, promptFile, sharedPixelPool),
      }),
      metadata: {
        ...row,
        imageFile: image,
        judge,
        seed,
        ...(output.method === 'debiased' && { conditions }),
        prompt: { label: promptFileName(context.prompt.label), text: prompt },
        answers,
        versions,
      },
    };
  }

  #answerCorrelationRow(
    request: unknown,
    context: CallApiContextParams,
    signal: AbortSignal | undefined,
  ): Promise<ProviderResponse> {
    const scores = {
      has: ({ vars }: { vars: Record<string, unknown> }) => this.#scores.has(rowKey(vars, context)),
      score: (row: RowSource) => {
        const prompt = renderPrompt(context.prompt.raw, row.vars, context.filters);
        return this.#score(row, prompt, context, signal);
      },
    };
    return answerCorrelationRow(
      correlationRequestSchema.parse(request),
      context.repeatIndex ?? 0,
      scores,
      signal,
    );
  }

  /** The score of a row, computed once per (row, prompt, repetition) of an evaluation. */
  #score(
    source: RowSource,
    prompt: string,
    context: CallApiContextParams,
    signal: AbortSignal | undefined,
    onPictures?: (pictures: Pictures) => void,
  ): Promise<ScoredRow> {
    const key = rowKey(source.vars, context);
    let score = this.#scores.get(key);
    if (!score) {
      score = this.#scoreRow(source, prompt, context.prompt.label, signal, onPictures);
      // The correlation row may come later or never; until then nobody else handles a failure.
      score.catch(() => {});
      this.#scores.set(key, score);
    }
    return score;
  }

  async #scoreRow(
    source: RowSource,
    prompt: string,
    promptLabel: string,
    signal: AbortSignal | undefined,
    onPictures: ((pictures: Pictures) => void) | undefined,
  ): Promise<ScoredRow> {
    const promptFile = parsePromptFile(prompt, promptLabel);
    const row = readRowInput(source);
    const score = await scoreImage(this.#imageSource(row.image, source.vars), {
      prompt: promptFile,
      config: this.config,
      judge: this.#judge,
      pool: sharedPixelPool,
      limitConditions: this.#limitConditions,
      ...(signal && { signal }),
      ...(onPictures && { onPictures }),
    });
    return { ...score, row, promptFile };
  }

  #imageSource(image: string, vars: Record<string, unknown>): string {
    const source = renderText(image, vars);
    const relative = /^file:\/\/(?!\/)(?<path>.*)$/.exec(source)?.groups?.path;
    return relative === undefined ? source : resolve(this.#basePath, relative);
  }
}

const rowKey = (vars: Record<string, unknown>, context: CallApiContextParams): string =>
  JSON.stringify([
    context.evaluationId,
    context.repeatIndex,
    context.prompt.label,
    context.prompt.raw,
    vars.image,
    vars.mos,
    vars.dataset,
    vars.group,
  ]);
