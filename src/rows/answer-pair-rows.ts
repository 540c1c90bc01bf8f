import type { CallApiContextParams } from 'promptfoo';
import type { RowSpending } from '../answers/row-spending.ts';
import { withoutSecrets } from '../common/without-secrets.ts';
import { readImageFile } from '../images/image-file.ts';
import type { Answer } from '../judges/answer.ts';
import { originOf } from '../method/answer-origin.ts';
import { pairQuestions } from '../method/ask-pair.ts';
import type { ProviderConfig } from '../method/config.ts';
import type { PairOutput } from '../method/pair-output.ts';
import type { PixelPool } from '../method/pixel-pool.ts';
import { promptReader } from '../method/prompt-file.ts';
import type { RowBatch, RowBatches } from './batch-row.ts';
import type { RowCheck } from './check-row.ts';
import {
  type Comparing,
  compareImages,
  estimatePair,
  type PreparedForPair,
  prepareForPair,
} from './compare-images.ts';
import type { RowEstimate } from './estimate-row.ts';
import { requirePairPrompt } from './pair-prompt.ts';
import { type PairRowInput, pairKey, pairName, readPairRow } from './pair-row-input.ts';
import { imageSource } from './render-image.ts';
import type { RowAsking } from './row-asking.ts';
import { type RowCall, templateVars } from './score-rows.ts';
import { UnscoredRowError } from './unscored-row-error.ts';

export interface AnsweredPairRow {
  row: PairRowInput;
  output: PairOutput;
  images: { first: ShownImage; second: ShownImage };
  answers: Answer[];
  spending: RowSpending | undefined;
}

type ShownImage = Omit<PreparedForPair, 'image'>;

/** The pair rows of one provider entry, each answered once, whoever asks first. */
export interface PairRows {
  has(vars: Record<string, unknown>, context: CallApiContextParams): boolean;
  /** @throws UnscoredRowError from the first question on; before it ConfigError, ImageError, Error */
  answer(call: RowCall): Promise<AnsweredPairRow>;
  /** What answering the row would ask for. */
  estimate(call: RowCall): Promise<RowEstimate>;
  /** Asks about the row, and anew. */
  check(call: RowCall): Promise<RowCheck>;
  /** Writes what answering the row would ask for into batch files. */
  batch(call: RowCall): Promise<RowBatch>;
}

interface Surroundings {
  config: ProviderConfig;
  pool: PixelPool;
  /** Folder of the configuration file: what `file://` in a row's vars is relative to. */
  basePath: string;
  askingFor(context: CallApiContextParams, name: string): Promise<RowAsking>;
  writeQuestions: RowBatches['writeQuestions'];
}

/** Questions that this process has counted, over all provider entries. */
const planned = new Set<string>();

export function createPairRows(surroundings: Surroundings): PairRows {
  const { config, pool, basePath, askingFor, writeQuestions } = surroundings;
  const readPrompt = promptReader();
  const answers = new Map<string, Promise<AnsweredPairRow>>();

  const read = async ({ prompt: text, context, ...source }: RowCall) => {
    const prompt = readPrompt(text, context.prompt.label, context.prompt.raw);
    requirePairPrompt(prompt);
    const row = readPairRow(source);
    const fileOf = (image: string) =>
      readImageFile(source.isLiteral ? image : imageSource(image, source.vars, basePath), config);
    const [first, second] = await Promise.all([fileOf(row.first), fileOf(row.second)]);
    if (Buffer.from(first.bytes).equals(second.bytes)) {
      throw new Error(
        `pair ${pairName({ ...row })}: both images are the same file under two names, so neither is better; correct one of them or remove the row`,
      );
    }
    return { prompt, row, files: [first, second] as const };
  };
  const compare = async (call: RowCall, asking: RowAsking): Promise<AnsweredPairRow> => {
    const { prompt, row, files } = await read(call);
    const comparing: Comparing = { prompt, config, pool, asking, signal: call.signal };
    const [first, second] = await Promise.all(files.map((file) => prepareForPair(file, comparing)));
    try {
      const outcome = await compareImages(first!.image, second!.image, comparing);
      const { answers: given, better, wins: _, losses: __, ...said } = outcome;
      return {
        row,
        output: { probability: better, ...said, ...originOf(given) },
        images: { first: shown(first!), second: shown(second!) },
        answers: given,
        spending: asking.spending(),
      };
    } catch (error) {
      call.signal?.throwIfAborted();
      throw new UnscoredRowError(error, { answers: [], spending: asking.spending() });
    }
  };
  const askingOf = ({ vars, context }: RowCall) => askingFor(context, rowKey(vars, context));

  return {
    has: (vars, context) => answers.has(rowKey(vars, context)),
    answer(call) {
      const key = rowKey(call.vars, call.context);
      const known = answers.get(key);
      if (known) return known;
      const answer = askingOf(call).then((asking) => compare(call, asking));
      // The row that looks at all of them may come later or never.
      answer.catch(() => {});
      answers.set(key, answer);
      return answer;
    },
    async estimate(call) {
      const { prompt, files } = await read(call);
      return estimatePair(files, { prompt, config, asking: await askingOf(call) }, planned);
    },
    async batch(call) {
      const { prompt, row, files } = await read(call);
      const asking = await askingOf(call);
      const comparing: Comparing = { prompt, config, pool, asking };
      return writeQuestions(
        pairName({ ...row }),
        async () => {
          const [a, b] = await Promise.all(files.map((file) => prepareForPair(file, comparing)));
          const asked = pairQuestions(prompt, { a: a!.image, b: b!.image });
          return asked.map(({ question }) => question);
        },
        asking,
      );
    },
    async check(call) {
      try {
        const { answers: given } = await compare(call, await askingOf(call));
        const { model, source, samples, coveredMass, latencyMs, usage, costUsd } = given[0]!;
        const { inputTokens, outputTokens } = usage ?? {};
        return {
          ...{ model, source },
          ...(samples !== undefined && { samples }),
          ...(coveredMass !== undefined && { coveredMass }),
          ...(latencyMs !== undefined && { latencyMs }),
          ...(inputTokens !== undefined && { inputTokens }),
          ...(outputTokens !== undefined && { outputTokens }),
          ...(costUsd !== undefined && { costUsd }),
        };
      } catch (error) {
        if (!(error instanceof UnscoredRowError)) throw error;
        return { error: withoutSecrets(error.message) };
      }
    },
  };
}

const shown = ({ image: _, ...rest }: PreparedForPair): ShownImage => rest;

const rowKey = (vars: Record<string, unknown>, context: CallApiContextParams): string =>
  JSON.stringify([
    ...[context.evaluationId, context.repeatIndex, context.prompt.label, context.prompt.raw],
    ...[pairKey(vars), vars.share, vars.raters, vars.dataset, vars.group],
    templateVars(vars, context.prompt.raw),
  ]);
