import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import type { z } from 'zod';
import { rowCost } from '../answers/row-cost.ts';
import { ConfigError, parseConfig } from '../common/config-error.ts';
import { oneLine } from '../common/one-line.ts';
import { shippedPrompt } from '../common/shipped-prompt.ts';
import { hasTemplate } from '../harness/render-prompt.ts';
import { type ImageFile, readImageFile } from '../images/image-file.ts';
import { imageName } from '../images/image-name.ts';
import type { CheckedJudge } from '../judges/checked-judge.ts';
import { createJudge } from '../judges/index.ts';
import { type ProviderConfig, providerConfigSchema } from '../method/config.ts';
import type { AnchorSettings } from '../method/pick-anchors.ts';
import { sharedPixelPool } from '../method/pixel-pool.ts';
import { type PromptFile, parsePromptFile } from '../method/prompt-file.ts';
import type { RecordedAnswer } from '../method/recorded-answer.ts';
import type { RowOutput } from '../method/row-output.ts';
import { type ImageScore, scoreImage } from '../method/score-image.ts';
import { createAnchorPools, type LoadRows, loadingOnce } from './anchor-pool.ts';
import { anchorProblem } from './anchor-problem.ts';
import { estimateRow, type RowEstimate, sumOfEstimates } from './estimate-row.ts';
import { preflight } from './preflight.ts';
import { createEntryAsking, type RowAsking } from './row-asking.ts';
import type { RowSource } from './row-input.ts';

/** How images are scored without promptfoo: the provider's configuration, and a prompt file. */
export interface ScorerOptions extends z.input<typeof providerConfigSchema> {
  /** A prompt of the package by its name, a prompt file by its path, or its contents: an object, or YAML or JSON text. */
  prompt: object | string;
}

/** The score of one image, and what reproduces it. */
export interface SourceScore extends RowOutput {
  image: ImageScore['image'];
  answers: readonly RecordedAnswer[];
  /** US dollars of all its answers, whenever they were bought; null: unknown. */
  costUsd: number | null;
}

/** What a question is asked for. */
export interface Asking {
  /** Names what a budget is for, across restarts; left out: all that is asked with this configuration. */
  run?: string;
  /** Whether answers count that were bought before, or in another run; default true. */
  mayUseKept?: boolean;
}

export interface Scorer {
  /** What it was made with, defaults filled in. */
  readonly config: ProviderConfig;
  /** The prompt file's contents as JSON text. */
  readonly promptText: string;
  /**
   * @param source path, `file://` URL, `data:` URI, http(s) URL where `allowRemoteImages` is set, or the bytes of
   *   a file
   * @throws ImageError, JudgeError, BudgetError; RangeError where no condition is left; Error where several
   *   conditions failed, whose cause is the first of their errors
   */
  score(source: string | Uint8Array, asking?: Asking): Promise<SourceScore>;
  /**
   * What is known to go wrong with every image, each in one line: no key, no server. Nothing is asked.
   *
   * @param sources the images that will be scored: where the store has all answers about them, neither key nor
   *   server matters. Left out: some answer is taken to be missing
   */
  preflight(sources?: readonly string[]): Promise<string[]>;
  /**
   * What scoring these images would ask and buy now, less what the store has; nothing is asked. Images that cannot be
   * read are left out.
   */
  estimate(sources: readonly string[]): Promise<RowEstimate>;
  /** Ends the worker threads and what the judge has started. */
  close(): Promise<void>;
}

/** What asks about images without promptfoo. */
export interface Asker {
  config: ProviderConfig;
  prompt: PromptFile;
  /** Its contents as JSON text. */
  promptText: string;
  /** Before the first question about an image; `end` after the last one. */
  askingFor(source: string | Uint8Array, asking?: Asking): Promise<RowAsking>;
  close(): Promise<void>;
}

/**
 * A judge with the store and the budget of one configuration.
 *
 * @throws ConfigError a broken configuration or prompt
 */
export function createAsker(
  { prompt: given, ...options }: ScorerOptions,
  parse: (text: string) => unknown,
): Asker & { judge: CheckedJudge } {
  const config = parseConfig(providerConfigSchema, options, 'options');
  const promptText = readPrompt(given, parse);
  const prompt = parsePromptFile(promptText, '');
  const judge = createJudge(config, sharedPixelPool);
  const entry = createEntryAsking(config, judge, JSON.stringify(['scorer', options]));
  return {
    ...{ config, prompt, promptText, judge },
    askingFor: (source, { run, mayUseKept = true } = {}) =>
      entry.askingFor({
        evaluation: run,
        repeatIndex: 0,
        name: typeof source === 'string' ? imageName(source) : 'bytes',
        mayUseKept: mayUseKept && judge.usesStore,
      }),
    async close() {
      await Promise.all([sharedPixelPool.close(), judge.close?.()]);
    },
  };
}

/**
 * Scores images as the provider does: by the same questions, whose answers are bought once, into the same store.
 *
 * @throws ConfigError a broken configuration or prompt
 */
export function createScorer(
  options: ScorerOptions,
  parse: (text: string) => unknown,
  loadRows: LoadRows,
): Scorer {
  const { config, prompt, promptText, judge, askingFor, close } = createAsker(options, parse);
  const mayWait = judge.kind !== 'local' || config.budgetUsd !== undefined;
  const limitConditions = pLimit(mayWait ? Number.POSITIVE_INFINITY : availableParallelism() + 1);
  const pool = sharedPixelPool;
  const load = loadingOnce(loadRows);
  const anchorPools = createAnchorPools({ config, judge, pool, load });
  const anchorsFor = async (file: ImageFile, facts: RowAsking['facts']) =>
    prompt.anchors && anchorPools.anchorsFor(prompt.anchors, { file, group: undefined }, facts);
  const estimate = async (source: string, planned = new Set<string>()) => {
    const file = await readImageFile(source, config);
    const asking = await askingFor(source);
    const anchors = (await anchorsFor(file, asking.facts))?.anchors;
    return estimateRow(file, { prompt, anchors, config, asking, planned });
  };
  return {
    config,
    promptText,
    async preflight(sources) {
      const rows = {
        estimate: async ({ vars: { image } }: RowSource) =>
          typeof image === 'string' ? estimate(image) : { calls: 1 },
        anchorProblem: (settings: AnchorSettings) => anchorProblem(settings, [], { config, load }),
      };
      const images: RowSource[] = sources
        ? sources.map((image) => ({ vars: { image }, isLiteral: true }))
        : [{ vars: {} }];
      const run = { prompts: [{ raw: promptText, label: '' }], rows: images };
      const found = await preflight({ label: judge.id, config, judge, rows }, run);
      return [...found.problems, ...(found.leaveOut === undefined ? [] : [found.leaveOut])];
    },
    async estimate(sources) {
      const planned = new Set<string>();
      const each: RowEstimate[] = [];
      for (const source of sources) {
        // An image that cannot be read asks nothing.
        const found = await estimate(source, planned).catch(() => undefined);
        if (found) each.push(found);
      }
      return sumOfEstimates(each);
    },
    async score(source, wanted) {
      const file = await readImageFile(source, config);
      const asking = await askingFor(source, wanted);
      const { facts } = asking;
      const shown = await anchorsFor(file, facts);
      const anchors = shown?.anchors;
      asking.plan(async () => {
        const estimate = { prompt, anchors, config, asking, planned: new Set<string>() };
        return (await estimateRow(file, estimate)).costUsd ?? 0;
      });
      try {
        const setting = { prompt, anchors, config, pool, facts, limitConditions };
        const { output, image, answers } = await scoreImage(file, {
          ...{ ...setting, judge: asking.judge },
        });
        return {
          ...output,
          ...(shown?.isInPool && { isAnchor: true as const }),
          ...{ image, answers, costUsd: rowCost(answers).costUsd },
        };
      } finally {
        asking.end();
      }
    },
    close,
  };
}

/** As YAML, a name or a path is a text, and the contents of a prompt file are not. */
function readPrompt(given: object | string | undefined, parse: (text: string) => unknown): string {
  if (given === undefined) {
    throw new ConfigError('prompt: it is missing; name a prompt of the package, such as qdebias');
  }
  const written = typeof given === 'string' ? parsed(given, parse, 'prompt') : given;
  const value =
    typeof written === 'string'
      ? parsed(shippedPrompt(written, 'prompt'), parse, `prompt "${written}"`)
      : written;
  const text = JSON.stringify(value);
  if (hasTemplate(text)) {
    throw new ConfigError(
      'prompt: it has template variables, and without promptfoo there are no rows to fill them from; write what they stand for',
    );
  }
  return text;
}

function parsed(text: string, parse: (text: string) => unknown, where: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    // What follows the first line shows the place.
    const [reason = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw new ConfigError(`${where}: ${oneLine(reason).replace(/:$/, '')}; mend the YAML`, {
      cause,
    });
  }
}
