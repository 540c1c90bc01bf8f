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
import { type RowCost, rowCost, tokenUsage } from '../src/answers/row-cost.ts';
import { existingAnswerStore } from '../src/answers/store.ts';
import { parseConfig } from '../src/common/config-error.ts';
import { versions } from '../src/common/versions.ts';
import { withoutSecrets } from '../src/common/without-secrets.ts';
import { beforeFirstRow } from '../src/harness/before-first-row.ts';
import { BATCH_NEEDS_CACHE, cacheUse, mayUseKept } from '../src/harness/cache-use.ts';
import { endWithParent } from '../src/harness/end-with-parent.ts';
import { failedAnswer } from '../src/harness/failed-answer.ts';
import { isKept } from '../src/harness/kept-evaluation.ts';
import { filledIn, unshielded } from '../src/harness/literal-text.ts';
import { currentMode, type Mode, report } from '../src/harness/mode.ts';
import { refuseOtherFolder } from '../src/harness/other-folder.ts';
import { promptFileName } from '../src/harness/prompt-label.ts';
import {
  type ProviderEntry,
  providerEntry,
  queueName,
  unusableProvider,
} from '../src/harness/provider-entry.ts';
import { renderPrompt } from '../src/harness/render-prompt.ts';
import { CORRELATION_KEY, isPairTest, isUnscoredTest } from '../src/harness/row-keys.ts';
import { calledRow } from '../src/harness/row-of-context.ts';
import { persistRunPlan } from '../src/harness/run-plan.ts';
import { dataUri } from '../src/images/data-uri.ts';
import type { EncodedImage } from '../src/images/encode.ts';
import { encodingName } from '../src/images/encode.ts';
import type { Answer } from '../src/judges/answer.ts';
import { batchPriceShare } from '../src/judges/batch.ts';
import { createJudge } from '../src/judges/index.ts';
import type { Judge } from '../src/judges/judge.ts';
import { priceOf } from '../src/judges/price.ts';
import { type ProviderConfig, providerConfigSchema } from '../src/method/config.ts';
import { sharedPixelPool } from '../src/method/pixel-pool.ts';
import { maxPixelsFor } from '../src/method/prepare-image.ts';
import { isDebiased } from '../src/method/row-output.ts';
import { answerCorrelationRow } from '../src/rows/answer-correlation-row.ts';
import { createPairRows, type PairRows } from '../src/rows/answer-pair-rows.ts';
import { answerPreferenceRow } from '../src/rows/answer-preference-row.ts';
import { correlationRequestSchema } from '../src/rows/correlation-row.ts';
import { pairName } from '../src/rows/pair-row-input.ts';
import { isPreferenceRequest, preferenceRequestSchema } from '../src/rows/preference-row.ts';
import {
  type PlannedRun,
  PREFLIGHT,
  type Preflight,
  type PreflightProvider,
  preflight,
} from '../src/rows/preflight.ts';
import { createEntryAsking } from '../src/rows/row-asking.ts';
import type { RowSource } from '../src/rows/row-input.ts';
import { previewCount } from '../src/rows/row-preview.ts';
import { runProgress } from '../src/rows/run-progress.ts';
import { createRowScores, type RowCall, type RowScores } from '../src/rows/score-rows.ts';
import { createQuestionTimer } from '../src/rows/time-questions.ts';
import { UnscoredRowError } from '../src/rows/unscored-row-error.ts';
import { loadAnchorRows } from './anchor-rows.ts';

/**
 * The promptfoo provider: an image in, a debiased quality score and its conditions out.
 *
 * Vars of a row: `image`, `mos`, `dataset`, `group?`; of a pair row `first`, `second`, `share`. The prompt is a prompt file (`prompt-file.ts`).
 * Whatever goes wrong with a row is that row's `error`.
 *
 * @example
 * id: package:promptfoo-iqa:DebiasedProvider
 * label: my model
 * config: { judge: 'openai:gpt-4.1' }
 */
export default class DebiasedProvider implements ApiProvider, PreflightProvider {
  readonly config!: ProviderConfig;
  /** Whether its answers are kept in the store; those of a judge on this machine are computed again. */
  readonly keepsAnswers!: boolean;
  /** Set by promptfoo after construction. */
  label?: string;
  readonly #id: string;
  readonly #rows!: RowScores;
  readonly #pairs!: PairRows;
  readonly #mode!: Mode;
  readonly #judge!: Judge;
  readonly #time!: ReturnType<typeof createQuestionTimer>;

  /**
   * @throws ConfigError broken configuration, in one line that starts with the entry's label; where
   *   promptfoo makes the provider, once it has told the label
   */
  constructor(options: ProviderOptions = {}) {
    this.#id = options.id ?? 'promptfoo-iqa';
    const entry = providerEntry(options.config);
    const made = resultOf(() => setUp(this.#id, entry, () => this.label));
    const finish = (label = options.label) =>
      beforeFirstRow(() => orThrow(made), label || this.#id);
    if ('error' in made && entry.isMadeByPromptfoo) {
      // biome-ignore lint/correctness/noConstructorReturn: what is broken stands for itself until it has a label
      return unusableProvider(this.#id, finish) as DebiasedProvider;
    }
    const { config, mode, judge, rows, pairs } = finish();
    this.config = config;
    this.keepsAnswers = judge.usesStore;
    this.#mode = mode;
    this.#judge = judge;
    this.#rows = rows;
    this.#pairs = pairs;
    this.#time = createQuestionTimer(judge, rows);
  }

  id(): string {
    return queueName(this.#id, this.label);
  }

  toString(): string {
    return `[promptfoo-iqa ${this.config.judge}]`;
  }

  /** Called by the extension before the first row. */
  [PREFLIGHT](run: PlannedRun): Promise<Preflight> {
    const { label, config } = this;
    const estimate = (call: RowCall) =>
      (isPairTest(call) ? this.#pairs : this.#rows).estimate(call);
    const { anchorProblem } = this.#rows;
    return preflight({ label, config, judge: this.#judge, rows: { estimate, anchorProblem } }, run);
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
        : await this.#followed(context, () =>
            isPair(context)
              ? this.#answerPairRow(prompt, context, signal)
              : this.#answerImageRow(prompt, context, signal),
          );
      if (answer.error !== undefined) return failedAnswer(answer.error);
      return { ...answer, ...(images && isKept(context.evaluationId) && { images }) };
    } catch (error) {
      signal?.throwIfAborted();
      return failedAnswer(
        error instanceof Error ? error.message : String(error),
        error instanceof UnscoredRowError ? boughtFor(error) : {},
      );
    }
  }

  /** Answers an image row, and counts it in the run's progress. */
  async #followed(
    context: CallApiContextParams,
    answer: () => Promise<ProviderResponse>,
  ): Promise<ProviderResponse> {
    runProgress.begin(context.evaluationId);
    let paid: RowCost['paidUsd'] = 0;
    let failed = true;
    try {
      const response = await answer();
      paid = paidFor(response.metadata);
      failed = false;
      return response;
    } catch (error) {
      if (error instanceof UnscoredRowError) paid = paidFor(boughtFor(error).metadata);
      throw error;
    } finally {
      runProgress.end({
        row: context.testIdx ?? 0,
        repeatIndex: context.repeatIndex ?? 0,
        image: unshielded(
          isPair(context)
            ? pairName(context.test?.vars ?? {})
            : String(context.test?.vars?.image ?? ''),
        ),
        column: `${this.label || this.#id}, ${promptFileName(context.prompt.label)}`,
        paidUsd: paid,
        failed,
      });
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
    const { output, image, row, anchors, ...bought } = await this.#rows.score(
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
        sent: this.#sent(),
        ...((isDebiased(output.method) || output.method === 'prior') && { conditions }),
        prompt: { label: promptFileName(context.prompt.label), text: call.prompt },
        ...(anchors && { anchors }),
        ...metadata,
        versions,
      },
    };
  }

  /** As what the judge gets images. */
  #sent() {
    return {
      encoding: encodingName(this.config.image.format),
      maxPixels: maxPixelsFor({ config: this.config, judge: this.#judge }),
    };
  }

  /** How this column asks. */
  #asked({ prompt: { raw, label } }: CallApiContextParams) {
    return {
      conditions: this.config.conditions,
      seed: this.config.seed,
      sent: this.#sent(),
      prompt: {
        label: promptFileName(label),
        sha256: createHash('sha256').update(raw).digest('hex'),
      },
    };
  }

  async #answerPairRow(
    prompt: string,
    context: CallApiContextParams,
    signal: AbortSignal | undefined,
  ): Promise<ProviderResponse> {
    const call = rowCall(prompt, context, signal);
    const { output, row, images, ...bought } = await this.#pairs.answer(call);
    const { metadata, ...costs } = boughtFor(bought);
    return {
      output,
      ...costs,
      metadata: {
        ...row,
        imageFiles: images,
        judge: this.config.judge,
        sent: this.#sent(),
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
    const isOfPair = isPair(context);
    const found = withoutSecrets(
      isOfPair ? await this.#pairs[mode](call) : await this.#rows[mode](call),
    );
    const times = mode === 'estimate' && !isOfPair ? await this.#time(call) : {};
    const { judge, judgeOptions, budgetUsd } = this.config;
    report({
      provider: this.label || this.#id,
      judge: this.#judge.notice ?? judge,
      prompt: promptFileName(context.prompt.label),
      priceSource: priceOf(this.#judge, judgeOptions).source ?? null,
      cache,
      budgetUsd: budgetUsd ?? null,
      batchPriceShare: this.#judge.batch ? batchPriceShare(this.#judge) : null,
      ...found,
      ...times,
    });
    return { output: found };
  }

  #answerPreferenceRow(
    request: unknown,
    context: CallApiContextParams,
    signal: AbortSignal | undefined,
  ): Promise<ProviderResponse> {
    return answerPreferenceRow(
      preferenceRequestSchema.parse(request),
      {
        repeatIndex: context.repeatIndex ?? 0,
        asked: this.#asked(context),
        has: ({ vars }) => this.#pairs.has(vars, context),
        answer: (row) => {
          const vars = filledIn(row.vars, row.isLiteral);
          const prompt = renderPrompt(context.prompt.raw, vars, context.filters);
          return this.#pairs.answer({ ...row, prompt, context, signal });
        },
      },
      signal,
    );
  }

  #answerCorrelationRow(
    request: unknown,
    context: CallApiContextParams,
    signal: AbortSignal | undefined,
  ): Promise<ProviderResponse> {
    if (isPreferenceRequest(request)) return this.#answerPreferenceRow(request, context, signal);
    const scores = {
      has: ({ vars }: { vars: Record<string, unknown> }) => this.#rows.has(vars, context),
      score: (row: RowSource) => {
        const vars = filledIn(row.vars, row.isLiteral);
        const prompt = renderPrompt(context.prompt.raw, vars, context.filters);
        return this.#rows.score({ ...row, prompt, context, signal });
      },
    };
    const store = this.keepsAnswers ? existingAnswerStore() : undefined;
    return answerCorrelationRow(
      correlationRequestSchema.parse(request),
      {
        ...scores,
        repeatIndex: context.repeatIndex ?? 0,
        asked: this.#asked(context),
        draw: async (answer, request) => {
          // The module loads a plotting library, so it is loaded when it is needed.
          const { correlationPicture } = await import('../src/report/plots/correlation-picture.ts');
          return correlationPicture(answer, request, store);
        },
      },
      signal,
    );
  }
}

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

const isPair = ({ test, vars }: CallApiContextParams): boolean =>
  isPairTest({ metadata: test?.metadata, vars: test?.vars ?? vars });

/**
 * What an entry of the configuration asks for, ready to rate.
 *
 * @param label the entry's, once promptfoo has set it
 * @throws ConfigError broken configuration
 */
function setUp(
  id: string,
  { given, basePath, isMadeByPromptfoo }: ProviderEntry,
  label: () => string | undefined,
) {
  const mode = currentMode();
  if (mode !== 'eval') endWithParent();
  if (isMadeByPromptfoo) refuseOtherFolder(basePath);
  const config = parseConfig(providerConfigSchema, given, 'config');
  const judge = createJudge(config, sharedPixelPool, basePath);
  // promptfoo goes on with an evaluation by the configuration that it was begun with.
  const entry = JSON.stringify([id, given]);
  const entryAsking = createEntryAsking(config, judge, entry);
  // A judge on this machine works as fast as its threads, so more degraded copies than those take
  // at once would only fill memory. Questions over a network wait for answers instead, and under a budget
  // those of one row may wait for those of another.
  const mayWait = judge.kind !== 'local' || config.budgetUsd !== undefined;
  const copiesAtOnce = mayWait ? Number.POSITIVE_INFINITY : availableParallelism() + 1;
  const askingFor = async ({ evaluationId, repeatIndex = 0 }: CallApiContextParams, name: string) =>
    entryAsking.askingFor({
      evaluation: evaluationId,
      repeatIndex,
      // Entries that differ in nothing but their label are columns of their own.
      name: JSON.stringify([label(), name]),
      // A check shows whether the judge can be reached now; a judge on this machine keeps nothing.
      mayUseKept: mode !== 'check' && judge.usesStore && (await mayUseKept(evaluationId)),
    });
  const rows = createRowScores({
    judge,
    config,
    basePath,
    entryName: () => label() || JSON.stringify([id, config.judge]),
    pool: sharedPixelPool,
    loadRows: loadAnchorRows,
    limitConditions: pLimit(copiesAtOnce),
    askingFor,
  });
  const { writeQuestions } = rows;
  const pairs = createPairRows({
    config,
    pool: sharedPixelPool,
    basePath,
    askingFor,
    writeQuestions,
  });
  return { mode, config, judge, rows, pairs };
}

interface Bought {
  answers: readonly Answer[];
  spending: UnscoredRowError['spending'];
}

/** What was bought for a row, scored or not, as promptfoo and the report read it. */
function boughtFor({ answers, spending }: Bought) {
  const cost = rowCost(answers, spending);
  return {
    ...(cost.paidUsd !== null && { cost: cost.paidUsd }),
    ...(answers.some(({ usage }) => usage) && { tokenUsage: tokenUsage(answers) }),
    metadata: { answers, cost },
  };
}

/** What this evaluation has paid for a row, as its metadata says. */
const paidFor = (metadata: ProviderResponse['metadata']): RowCost['paidUsd'] =>
  (metadata?.cost as RowCost | undefined)?.paidUsd ?? null;

function rowCall(
  prompt: string,
  context: CallApiContextParams,
  signal: AbortSignal | undefined,
): RowCall {
  const { metadata, ...row } = calledRow(prompt, context);
  return {
    ...row,
    unscored: isUnscoredTest({ metadata }),
    context,
    signal,
  };
}
