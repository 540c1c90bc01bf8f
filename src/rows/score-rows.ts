import type { CallApiContextParams } from 'promptfoo';
import type { RowSpending } from '../answers/row-spending.ts';
import { hasTemplate } from '../harness/render-prompt.ts';
import type { EncodedImage } from '../images/encode.ts';
import { readImageFile } from '../images/image-file.ts';
import type { Judge } from '../judges/judge.ts';
import type { ProviderConfig } from '../method/config.ts';
import type { AnchorSettings } from '../method/pick-anchors.ts';
import { type PromptReader, promptReader } from '../method/prompt-file.ts';
import type { RecordedAnswer } from '../method/recorded-answer.ts';
import { type ImageScore, type Setting, scoreImage } from '../method/score-image.ts';
import {
  type AnchorPools,
  createAnchorPools,
  type LoadRows,
  loadingOnce,
  type RowAnchors,
} from './anchor-pool.ts';
import { anchorProblem } from './anchor-problem.ts';
import { createRowBatches, type RowBatch, type RowBatches } from './batch-row.ts';
import { checkRow, type RowCheck } from './check-row.ts';
import { estimateRow, type RowEstimate } from './estimate-row.ts';
import { levelsOfPrompt } from './prompt-levels.ts';
import { imageSource } from './render-image.ts';
import type { RowAsking } from './row-asking.ts';
import { type RowInput, type RowSource, readRowInput } from './row-input.ts';
import { contactSheetOf } from './row-preview.ts';
import { UnscoredRowError } from './unscored-row-error.ts';

/** A row as promptfoo or a correlation row hands it over. */
export interface RowCall extends RowSource {
  /** Rendered. */
  prompt: string;
  context: CallApiContextParams;
  signal: AbortSignal | undefined;
}

export interface ScoredRow extends ImageScore {
  row: RowInput;
  /** Of the prompt, as `levelsOfPrompt`. */
  levels: number[] | undefined;
  /** What the image was shown with. */
  anchors?: RowAnchors['recorded'];
  spending: RowSpending | undefined;
}

/** The rows of one provider entry, each scored once, whoever asks first. */
export interface RowScores {
  has(vars: Record<string, unknown>, context: CallApiContextParams): boolean;
  /**
   * @param onSheet given the row's contact sheet, if this call is the first for the row
   * @throws UnscoredRowError from the first question on; before it as `readRow`
   */
  score(call: RowCall, onSheet?: (sheet: EncodedImage) => void): Promise<ScoredRow>;
  /** What keeps every row of a prompt file from its anchors; undefined where nothing is known. */
  anchorProblem(
    settings: AnchorSettings,
    rows: readonly Pick<RowSource, 'vars'>[],
  ): Promise<string | undefined>;
  /** What scoring the row would ask for. */
  estimate(call: RowCall): Promise<RowEstimate>;
  /** Asks one question about the row, and anew. */
  check(call: RowCall): Promise<RowCheck>;
  /** Writes what scoring the row would ask for into batch files. */
  batch(call: RowCall): Promise<RowBatch>;
  /** Writes other questions of the provider entry into its batch files. */
  writeQuestions: RowBatches['writeQuestions'];
}

interface Surroundings extends Pick<Setting, 'pool' | 'limitConditions'> {
  /** Loads the data set that anchors come from. */
  loadRows: LoadRows;
  judge: Judge;
  config: ProviderConfig;
  /** Folder of the configuration file: what `file://` in a row's vars is relative to. */
  basePath: string;
  /** Tells the provider entry apart from others, whatever else of it is changed. */
  entryName(): string;
  askingFor(context: CallApiContextParams, name: string): Promise<RowAsking>;
}

interface Reading extends Surroundings {
  readPrompt: PromptReader;
  anchorPools: AnchorPools;
}

export function createRowScores(given: Surroundings): RowScores {
  const load = loadingOnce(given.loadRows);
  const surroundings: Reading = {
    ...given,
    readPrompt: promptReader(),
    anchorPools: createAnchorPools({ ...given, load }),
  };
  const scores = new Map<string, Promise<ScoredRow>>();
  const { config, askingFor, judge: asked } = surroundings;
  const askingOf = ({ vars, context }: RowCall) => askingFor(context, rowKey(vars, context));
  const batches = createRowBatches(asked, {
    options: JSON.stringify(config.judgeOptions),
    budgetUsd: config.budgetUsd,
    name: surroundings.entryName,
  });
  return {
    has: (vars, context) => scores.has(rowKey(vars, context)),
    score(call, onSheet) {
      const key = rowKey(call.vars, call.context);
      const known = scores.get(key);
      if (known) return known;
      const score = scoreRow(call, surroundings, onSheet);
      // The correlation row may come later or never; until then nobody else handles a failure.
      score.catch(() => {});
      scores.set(key, score);
      return score;
    },
    anchorProblem: (settings, rows) => anchorProblem(settings, rows, { config, load }),
    async estimate(call) {
      const read = await readRow(call, surroundings);
      const asking = await askingOf(call);
      const { anchors } = (await anchorsOf(read, asking, surroundings)) ?? {};
      return estimateRow(read.file, { prompt: read.prompt, anchors, config, asking, planned });
    },
    async check(call) {
      const read = await readRow(call, surroundings);
      const asking = await askingOf(call);
      const { anchors } = (await anchorsOf(read, asking, surroundings)) ?? {};
      const { judge, facts, served } = asking;
      const setting = { ...surroundings, prompt: read.prompt, anchors, judge, facts };
      return checkRow(read.file, setting, served.look);
    },
    writeQuestions: batches.writeQuestions,
    async batch(call) {
      const read = await readRow(call, surroundings);
      const asking = await askingOf(call);
      const { anchors } = (await anchorsOf(read, asking, surroundings)) ?? {};
      return batches.write(read.file, { ...surroundings, prompt: read.prompt, anchors }, asking);
    },
  };
}

/** Questions that this process has counted, over all provider entries. */
const planned = new Set<string>();

async function scoreRow(
  call: RowCall,
  { askingFor, ...surroundings }: Reading,
  onSheet: ((sheet: EncodedImage) => void) | undefined,
): Promise<ScoredRow> {
  const reading = readRow(call, surroundings);
  // Handled where it is waited for.
  reading.catch(() => {});
  const asking = await askingFor(call.context, rowKey(call.vars, call.context));
  // In the order in which rows are called, whichever is read first.
  asking.plan(async () => {
    const read = await reading;
    const { prompt, file } = read;
    const { anchors } = (await anchorsOf(read, asking, surroundings)) ?? {};
    const rest = {
      anchors,
      prompt,
      config: surroundings.config,
      asking,
      planned: new Set<string>(),
    };
    return (await estimateRow(file, rest)).costUsd ?? 0;
  });
  try {
    return await scoreReadRow(call, await reading, { ...surroundings, asking }, onSheet);
  } finally {
    asking.end();
  }
}

async function scoreReadRow(
  { signal }: RowCall,
  { row, prompt, file }: Awaited<ReturnType<typeof readRow>>,
  { asking, ...surroundings }: Omit<Reading, 'askingFor'> & { asking: RowAsking },
  onSheet: ((sheet: EncodedImage) => void) | undefined,
): Promise<ScoredRow> {
  const { judge, facts, store, spending } = asking;
  const { pool } = surroundings;
  const answers: RecordedAnswer[] = [];
  try {
    const shown = await anchorsOf({ row, prompt, file }, asking, surroundings);
    const score = await scoreImage(file, {
      ...surroundings,
      prompt,
      anchors: shown?.anchors,
      judge,
      facts,
      ...(signal && { signal }),
      onAnswer: (answer) => answers.push(answer),
      ...(onSheet && {
        onScore: async (score, pictures) =>
          onSheet(await contactSheetOf(score, pictures, prompt, pool, store)),
      }),
    });
    return {
      ...score,
      output: { ...score.output, ...(shown?.isInPool && { isAnchor: true }) },
      row,
      levels: levelsOfPrompt(prompt),
      ...(shown && { anchors: shown.recorded }),
      spending: spending(),
    };
  } catch (error) {
    signal?.throwIfAborted();
    throw new UnscoredRowError(error, { answers, spending: spending() });
  }
}

/**
 * What a row says, read and checked.
 *
 * @throws ConfigError, ImageError; Error naming the row and the field
 */
async function readRow(
  { prompt, context, ...source }: RowCall,
  { config, basePath, readPrompt }: Pick<Reading, 'config' | 'basePath' | 'readPrompt'>,
) {
  const promptFile = readPrompt(prompt, context.prompt.label, context.prompt.raw);
  const row = readRowInput(source);
  const image = source.isLiteral ? row.image : imageSource(row.image, source.vars, basePath);
  const file = await readImageFile(image, config);
  return { row, prompt: promptFile, file };
}

/** The anchors that a row's prompt file asks for; undefined where it asks for none. */
async function anchorsOf(
  { row, prompt, file }: Awaited<ReturnType<typeof readRow>>,
  { facts }: RowAsking,
  { anchorPools }: Pick<Reading, 'anchorPools'>,
): Promise<RowAnchors | undefined> {
  if (!prompt.anchors) return undefined;
  return anchorPools.anchorsFor(prompt.anchors, { file, group: row.group }, facts);
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
    templateVars(vars, context.prompt.raw),
  ]);

/** The vars that the prompt, or a var that holds a template, may mention: they too decide what is asked. */
export function templateVars(vars: Record<string, unknown>, prompt: string): [string, unknown][] {
  const templates = [prompt, ...Object.values(vars)].filter(
    (text): text is string => typeof text === 'string' && hasTemplate(text),
  );
  return Object.entries(vars)
    .filter(([name]) => templates.some((template) => template.includes(name)))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
