import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import type {
  ApiProvider,
  CallApiContextParams,
  CallApiOptionsParams,
  ProviderOptions,
  ProviderResponse,
} from 'promptfoo';
import { answerCorrelationRow } from './answer-correlation-row.ts';
import { createBuyer } from './answers/buyer.ts';
import { BATCH_NEEDS_CACHE, CACHE_IS_UNKNOWN, cacheUse } from './answers/cache-use.ts';
import { existingAnswerStore } from './answers/store.ts';
import { beforeFirstRow } from './before-first-row.ts';
import { type ProviderConfig, providerConfigSchema } from './config.ts';
import { parseConfig } from './config-error.ts';
import { CORRELATION_KEY, correlationRequestSchema } from './correlation-row.ts';
import { endWithParent } from './end-with-parent.ts';
import { dataUri } from './images/data-uri.ts';
import { encodingName } from './images/encode.ts';
import { BATCH_PRICE_SHARE } from './judges/batch.ts';
import { createJudge } from './judges/index.ts';
import type { EncodedImage, Judge } from './judges/judge.ts';
import { priceOf } from './judges/price.ts';
import { withoutSecrets } from './judges/without-secrets.ts';
import { isKept } from './kept-evaluation.ts';
import { filledIn, isLiteral, literalVars, unshielded } from './literal-text.ts';
import { currentMode, type Mode, report } from './mode.ts';
import { sharedPixelPool } from './pixel-pool.ts';
import {
  type PlannedRun,
  PREFLIGHT,
  type Preflight,
  type PreflightProvider,
  preflight,
} from './preflight.ts';
import { maxPixelsFor } from './prepare-image.ts';
import { promptFileName } from './prompt-file.ts';
import { renderPrompt } from './render-prompt.ts';
import { rowCost, tokenUsage } from './row-cost.ts';
import { type RowSource, UNSCORED_KEY } from './row-input.ts';
import { previewCount } from './row-preview.ts';
import { persistRunPlan } from './run-plan.ts';
import { createRowScores, type RowCall, type RowScores } from './score-rows.ts';
import { createQuestionTimer } from './time-questions.ts';
import { UnscoredRowError } from './unscored-row-error.ts';
import { versions } from './versions.ts';

/**
 * The promptfoo provider: an image in, a debiased quality score and its conditions out.
 *
 * Vars of a row: `image`, `mos`, `dataset`, `group?`. The prompt is a prompt file (`prompt-file.ts`).
 * Whatever goes wrong with a row is that row's `error`.
 */
export default class DebiasedProvider implements ApiProvider, PreflightProvider {
  readonly config!: ProviderConfig;
  /** Set by promptfoo after construction. */
  label?: string;
  readonly #id: string;
  readonly #rows!: RowScores;
  readonly #mode!: Mode;
  readonly #judge!: Judge;
  readonly #time!: ReturnType<typeof createQuestionTimer>;

  /**
   * @throws ConfigError broken configuration, in one line that starts with the entry's label; where
   *   promptfoo makes the provider, once it has told the label
   */
  constructor(options: ProviderOptions = {}) {
    this.#id = options.id ?? 'promptfoo-iqa';
    const given = (options.config ?? {}) as Record<string, unknown>;
    const made = resultOf(() => setUp(this.#id, given, () => this.label));
    const finish = (label = options.label) =>
      beforeFirstRow(() => orThrow(made), label || this.#id);
    if ('error' in made && isMadeByPromptfoo(given)) {
      // biome-ignore lint/correctness/noConstructorReturn: what is broken stands for itself until it has a label
      return unusable(this.#id, finish) as DebiasedProvider;
    }
    const { config, mode, judge, rows } = finish();
    this.config = config;
    this.#mode = mode;
    this.#judge = judge;
    this.#rows = rows;
    this.#time = createQuestionTimer(judge, rows);
  }

  /**
   * A name of its own for every labelled column: promptfoo keeps one queue for each, and pauses whole
   * queues. An entry without a label keeps its id as written: by that promptfoo looks up its `prompts`,
   * of which the entry itself is told nothing.
   */
  id(): string {
    return this.label ? `${this.#id}#${this.label}` : this.#id;
  }

  toString(): string {
    return `[promptfoo-iqa ${this.config.judge}]`;
  }

  /** Called by the extension before the first row. */
  [PREFLIGHT](run: PlannedRun): Promise<Preflight> {
    return preflight({ config: this.config, judge: this.#judge, rows: this.#rows }, run);
  }

  async cleanup(): Promise<void> {
    await Promise.all([sharedPixelPool.close(), this.#judge.close?.()]);
  }

  async callApi(
    prompt: string,
    context?: CallApiContextParams,
    options?: CallApiOptionsParams,
  ): Promise<ProviderResponse> {
    const signal = options?.abortSignal;
    try {
      if (!context) throw new Error('promptfoo gave no context, so there is no image to rate');
      if (this.#mode !== 'eval') return await this.#reportRow(this.#mode, prompt, context);
      persistRunPlan(context.evaluationId);
      const request = context.test?.metadata?.[CORRELATION_KEY];
      const { images, ...answer } = request
        ? await this.#answerCorrelationRow(request, context, signal)
        : await this.#answerImageRow(prompt, context, signal);
      if (answer.error !== undefined) return failure(answer.error);
      return { ...answer, ...(images && isKept(context.evaluationId) && { images }) };
    } catch (error) {
      signal?.throwIfAborted();
      return failure(
        error instanceof Error ? error.message : String(error),
        error instanceof UnscoredRowError ? boughtFor(error) : {},
      );
    }
  }

  async #answerImageRow(
    prompt: string,
    context: CallApiContextParams,
    signal: AbortSignal | undefined,
  ): Promise<ProviderResponse> {
    let sheet: EncodedImage | undefined;
    const wantsSheet =
      isKept(context.evaluationId) && (context.testIdx ?? 0) < previewCount(this.config.preview);
    const call = rowCall(prompt, context, signal);
    const { output, image, row, ...bought } = await this.#rows.score(
      call,
      wantsSheet
        ? (made) => {
            sheet = made;
          }
        : undefined,
    );
    const { judge, seed, conditions } = this.config;
    const { metadata, ...costs } = boughtFor(bought);
    return {
      output,
      ...(sheet && { images: [{ data: dataUri(sheet), mimeType: sheet.mimeType }] }),
      ...costs,
      metadata: {
        ...row,
        imageFile: image,
        judge,
        seed,
        sent: {
          encoding: encodingName(this.config.image.format),
          maxPixels: maxPixelsFor({ config: this.config, judge: this.#judge }),
        },
        ...(output.method !== 'single-image' && { conditions }),
        prompt: { label: promptFileName(context.prompt.label), text: call.prompt },
        ...metadata,
        versions,
      },
    };
  }

  /** For the commands that run promptfoo to learn something about its rows. */
  async #reportRow(
    mode: Exclude<Mode, 'eval'>,
    prompt: string,
    context: CallApiContextParams,
  ): Promise<ProviderResponse> {
    const cache = await cacheUse(context.evaluationId);
    if (mode === 'batch' && cache === 'off') throw new Error(BATCH_NEEDS_CACHE);
    const call = rowCall(prompt, context, undefined);
    const found = withoutSecrets(await this.#rows[mode](call));
    const times = mode === 'estimate' ? await this.#time(call) : {};
    const { judge, judgeOptions } = this.config;
    report({
      provider: this.label || this.#id,
      judge,
      prompt: promptFileName(context.prompt.label),
      priceSource: priceOf(judge, judgeOptions).source ?? null,
      cache,
      batchPriceShare: this.#judge.batch ? BATCH_PRICE_SHARE : null,
      ...found,
      ...times,
    });
    return { output: found };
  }

  #answerCorrelationRow(
    request: unknown,
    context: CallApiContextParams,
    signal: AbortSignal | undefined,
  ): Promise<ProviderResponse> {
    const scores = {
      has: ({ vars }: { vars: Record<string, unknown> }) => this.#rows.has(vars, context),
      score: (row: RowSource) => {
        const vars = filledIn(row.vars, row.isLiteral);
        const prompt = renderPrompt(context.prompt.raw, vars, context.filters);
        return this.#rows.score({ ...row, prompt, context, signal });
      },
    };
    const { raw, label } = context.prompt;
    const asked = {
      conditions: this.config.conditions,
      seed: this.config.seed,
      prompt: {
        label: promptFileName(label),
        sha256: createHash('sha256').update(raw).digest('hex'),
      },
    };
    return answerCorrelationRow(
      correlationRequestSchema.parse(request),
      {
        ...scores,
        repeatIndex: context.repeatIndex ?? 0,
        asked,
        store: this.#judge.kind === 'local' ? undefined : existingAnswerStore(),
      },
      signal,
    );
  }
}

/**
 * An error as a row's answer. promptfoo takes one whose text holds "429" or "rate limit", as in the name
 * of a file, for a rate limit: it pauses the column for a minute, calls the row up to three times more, and
 * loses the text. Judges have waited and tried again already, so the answer says that this is no such limit.
 */
function failure(error: string, { metadata, ...bought }: ProviderResponse = {}): ProviderResponse {
  return {
    error: withoutSecrets(error),
    ...bought,
    metadata: { ...metadata, rateLimitKind: 'quota' },
  };
}

/** promptfoo adds the folder of the configuration file. */
const isMadeByPromptfoo = (config: Record<string, unknown>): boolean => 'basePath' in config;

type Outcome<Value> = { value: Value } | { error: unknown };

function resultOf<Value>(run: () => Value): Outcome<Value> {
  try {
    return { value: run() };
  } catch (error) {
    return { error };
  }
}

function orThrow<Value>(outcome: Outcome<Value>): Value {
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}

/**
 * Stands for an entry with a broken configuration. promptfoo tells a provider its label right after it
 * has made it, and an error is of little use without, where several entries differ in little else.
 *
 * @param refuse throws the error, behind the label
 */
const unusable = (id: string, refuse: (label?: string) => unknown): ApiProvider => ({
  id: () => id,
  get label() {
    return undefined as unknown as string;
  },
  set label(label: string) {
    refuse(label);
  },
  callApi: async () => refuse() as never,
});

/** Said once, over all entries. */
let isUnknownSaid = false;

/** Where it cannot be known, answers are asked anew, and that is said. */
async function mayUseKept(evaluationId: string | undefined): Promise<boolean> {
  const use = await cacheUse(evaluationId);
  if (use === 'unknown' && !isUnknownSaid) {
    isUnknownSaid = true;
    process.stderr.write(`${CACHE_IS_UNKNOWN}\n`);
  }
  return use === 'on';
}

/**
 * What an entry of the configuration asks for, ready to rate.
 *
 * @param label the entry's, once promptfoo has set it
 * @throws ConfigError broken configuration
 */
function setUp(id: string, options: Record<string, unknown>, label: () => string | undefined) {
  const mode = currentMode();
  if (mode !== 'eval') endWithParent();
  const { basePath = '', ...given } = options;
  const config = parseConfig(providerConfigSchema, given, 'config');
  const judge = createJudge(config, sharedPixelPool, String(basePath));
  // promptfoo goes on with an evaluation by the configuration that it was begun with.
  const entry = JSON.stringify([id, given]);
  const buyer = createBuyer(config, judge, entry);
  // A judge on this machine works as fast as its threads, so more degraded copies than those take
  // at once would only fill memory. Questions over a network wait for answers instead.
  const copiesAtOnce =
    judge.kind === 'local' ? availableParallelism() + 1 : Number.POSITIVE_INFINITY;
  const rows = createRowScores({
    judge,
    config,
    basePath: String(basePath),
    entryName: () => label() || JSON.stringify([id, config.judge]),
    pool: sharedPixelPool,
    limitConditions: pLimit(copiesAtOnce),
    deskFor: async ({ evaluationId, repeatIndex = 0 }, name) =>
      buyer.deskFor({
        evaluation: evaluationId,
        repeatIndex,
        // Entries that differ in nothing but their label are columns of their own.
        name: JSON.stringify([label(), name]),
        // A check shows whether the judge can be reached now; a judge on this machine keeps nothing.
        mayUseKept: mode !== 'check' && judge.kind !== 'local' && (await mayUseKept(evaluationId)),
      }),
  });
  return { mode, config, judge, rows };
}

/** What was bought for a row, scored or not, as promptfoo and the report read it. */
function boughtFor({ answers, spending }: Pick<UnscoredRowError, 'answers' | 'spending'>) {
  const cost = rowCost(answers, spending);
  return {
    ...(cost.paidUsd !== null && { cost: cost.paidUsd }),
    ...(answers.some(({ usage }) => usage) && { tokenUsage: tokenUsage(answers) }),
    metadata: { answers, cost },
  };
}

function rowCall(
  prompt: string,
  context: CallApiContextParams,
  signal: AbortSignal | undefined,
): RowCall {
  const { test } = context;
  // Not `context.vars`: promptfoo has replaced `file://` images by their bytes there.
  const vars: Record<string, unknown> = { ...context.vars, ...test?.vars };
  const metadata: Record<string, unknown> | undefined = test?.metadata;
  return {
    vars: literalVars({ vars, metadata }),
    isLiteral: isLiteral(metadata),
    problem: test?.metadata?.problem,
    unscored: metadata?.[UNSCORED_KEY] === true,
    prompt: isLiteral(metadata) ? unshielded(prompt) : prompt,
    context,
    signal,
  };
}
