import { resolve } from 'node:path';
import type { CallApiContextParams } from 'promptfoo';
import type { RowDesk } from './answers/buyer.ts';
import type { RowSpending } from './answers/row-tally.ts';
import type { RowBatch } from './batch/batch-row.ts';
import { createRowBatches } from './batch/batch-row.ts';
import { checkRow, type RowCheck } from './check-row.ts';
import type { ProviderConfig } from './config.ts';
import { estimateRow, type RowEstimate } from './estimate-row.ts';
import { readImageFile } from './images/source.ts';
import type { EncodedImage, Judge } from './judges/judge.ts';
import { type PromptReader, promptReader } from './prompt-file.ts';
import { renderImage } from './render-image.ts';
import { hasTemplate } from './render-prompt.ts';
import { type RowInput, type RowSource, readRowInput } from './row-input.ts';
import { contactSheetOf } from './row-preview.ts';
import { type ImageScore, type RecordedAnswer, type Setting, scoreImage } from './score-image.ts';
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
  /** What scoring the row would ask for. */
  estimate(call: RowCall): Promise<RowEstimate>;
  /** Asks one question about the row, and anew. */
  check(call: RowCall): Promise<RowCheck>;
  /** Writes what scoring the row would ask for into batch files. */
  batch(call: RowCall): Promise<RowBatch>;
}

interface Surroundings extends Pick<Setting, 'pool' | 'limitConditions'> {
  judge: Judge;
  config: ProviderConfig;
  /** Folder of the configuration file: what `file://` in a row's vars is relative to. */
  basePath: string;
  /** Tells the provider entry apart from others, whatever else of it is changed. */
  entryName(): string;
  deskFor(context: CallApiContextParams, name: string): Promise<RowDesk>;
}

interface Reading extends Surroundings {
  readPrompt: PromptReader;
}

export function createRowScores(given: Surroundings): RowScores {
  const surroundings: Reading = { ...given, readPrompt: promptReader() };
  const scores = new Map<string, Promise<ScoredRow>>();
  const { config, deskFor, judge: asked } = surroundings;
  const deskOf = ({ vars, context }: RowCall) => deskFor(context, rowKey(vars, context));
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
    async estimate(call) {
      const { prompt, file } = await readRow(call, surroundings);
      return estimateRow(file, { prompt, config, desk: await deskOf(call), planned });
    },
    async check(call) {
      const { prompt, file } = await readRow(call, surroundings);
      const { judge, facts, served } = await deskOf(call);
      return checkRow(file, { ...surroundings, prompt, judge, facts }, served.look);
    },
    async batch(call) {
      const { prompt, file } = await readRow(call, surroundings);
      return batches.write(file, { ...surroundings, prompt }, await deskOf(call));
    },
  };
}

/** Questions that this process has counted, over all provider entries. */
const planned = new Set<string>();

async function scoreRow(
  call: RowCall,
  { deskFor, ...surroundings }: Reading,
  onSheet: ((sheet: EncodedImage) => void) | undefined,
): Promise<ScoredRow> {
  const reading = readRow(call, surroundings);
  // Handled where it is waited for.
  reading.catch(() => {});
  const desk = await deskFor(call.context, rowKey(call.vars, call.context));
  // In the order in which rows are called, whichever is read first.
  desk.plan(async () => {
    const { prompt, file } = await reading;
    const rest = { prompt, config: surroundings.config, desk, planned: new Set<string>() };
    return (await estimateRow(file, rest)).costUsd ?? 0;
  });
  try {
    return await scoreReadRow(call, await reading, { ...surroundings, desk }, onSheet);
  } finally {
    desk.end();
  }
}

async function scoreReadRow(
  { signal }: RowCall,
  { row, prompt, file }: Awaited<ReturnType<typeof readRow>>,
  { desk, ...surroundings }: Omit<Reading, 'deskFor'> & { desk: RowDesk },
  onSheet: ((sheet: EncodedImage) => void) | undefined,
): Promise<ScoredRow> {
  const { judge, facts, store, spending } = desk;
  const { pool } = surroundings;
  const answers: RecordedAnswer[] = [];
  try {
    const score = await scoreImage(file, {
      ...surroundings,
      prompt,
      judge,
      facts,
      ...(signal && { signal }),
      onAnswer: (answer) => answers.push(answer),
      ...(onSheet && {
        onScore: async (score, pictures) =>
          onSheet(await contactSheetOf(score, pictures, prompt, pool, store)),
      }),
    });
    return { ...score, row, spending: spending() };
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

/** Where the image of a row is that was written by hand. */
function imageSource(image: string, vars: Record<string, unknown>, basePath: string): string {
  const source = renderImage(image, vars);
  const relative = /^file:\/\/(?!\/)(?<path>.*)$/.exec(source)?.groups?.path;
  return relative === undefined ? source : resolve(basePath, relative);
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
function templateVars(vars: Record<string, unknown>, prompt: string): [string, unknown][] {
  const templates = [prompt, ...Object.values(vars)].filter(
    (text): text is string => typeof text === 'string' && hasTemplate(text),
  );
  return Object.entries(vars)
    .filter(([name]) => templates.some((template) => template.includes(name)))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
