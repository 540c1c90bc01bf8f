import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type {
  ApiProvider,
  CallApiContextParams,
  CallApiOptionsParams,
  ProviderOptions,
  ProviderResponse,
} from 'promptfoo';
import { z } from 'zod';
import { ConfigError, parseConfig } from '../src/common/config-error.ts';
import { versions } from '../src/common/versions.ts';
import { directionField } from '../src/datasets/direction.ts';
import { jsonFields, listedFields, tableFields } from '../src/datasets/listed-config.ts';
import { readScoreLines } from '../src/datasets/score-lines.ts';
import { beforeFirstRow } from '../src/harness/before-first-row.ts';
import { failedAnswer } from '../src/harness/failed-answer.ts';
import { currentMode } from '../src/harness/mode.ts';
import { promptFileName } from '../src/harness/prompt-label.ts';
import { providerEntry, queueName } from '../src/harness/provider-entry.ts';
import { CORRELATION_KEY, isUnscoredTest } from '../src/harness/row-keys.ts';
import { calledRow } from '../src/harness/row-of-context.ts';
import { persistRunPlan } from '../src/harness/run-plan.ts';
import { readSize } from '../src/images/decode.ts';
import { readImageFile } from '../src/images/image-file.ts';
import { providerConfigSchema } from '../src/method/config.ts';
import { LISTED, type RowOutput } from '../src/method/row-output.ts';
import { answerCorrelationRow, type CorrelatedRow } from '../src/rows/answer-correlation-row.ts';
import { correlationRequestSchema } from '../src/rows/correlation-row.ts';
import { PREFLIGHT, type Preflight, type PreflightProvider } from '../src/rows/preflight.ts';
import { type RowSource, readRowInput } from '../src/rows/row-input.ts';
import { type ScoreList, scoreList } from '../src/rows/score-list.ts';

const column = z.union([z.string().min(1), z.int().positive()]);

export const scoresConfigSchema = z.strictObject({
  file: z
    .string()
    .min(1)
    .describe(
      'The list of scores, relative to the working directory: a table, JSON or JSON Lines as for `datasets/csv.ts` and its kin, told by what it holds.',
    ),
  root: z
    .string()
    .min(1)
    .optional()
    .describe("Folder that the list's paths are relative to. Default: the list's folder."),
  image: column.describe('Column with the path of the image.'),
  score: column.describe('Column with the score.'),
  sha256: column
    .optional()
    .describe(
      "Column with the SHA-256 of the image's file, as in the report's images.csv: finds images that lie elsewhere now.",
    ),
  direction: directionField.describe(
    'Which scores of the list are the better ones. Default: `higher`. `lower` turns them round.',
  ),
  allowRemoteImages: providerConfigSchema.shape.allowRemoteImages,
  encoding: listedFields.encoding,
  ...tableFields,
  ...jsonFields,
});

type ScoresConfig = z.output<typeof scoresConfigSchema>;

/**
 * A column of scores that were made elsewhere: by a classical measure, by a trained model, in an older run, by other
 * people. Nothing is asked; it stands beside other columns in leaderboard, comparisons and gates. An image that the list
 * lacks is an error on its row.
 *
 * @example
 * id: package:promptfoo-iqa:ScoresProvider
 * label: NIQE
 * config: { file: niqe.csv, image: image, score: niqe, direction: lower }
 */
export default class ScoresProvider implements ApiProvider, PreflightProvider {
  readonly config: ScoresConfig;
  /** Set by promptfoo after construction. */
  label?: string;
  readonly #id: string;
  #list: Promise<ScoreList> | undefined;

  /** @throws ConfigError broken configuration */
  constructor(options: ProviderOptions = {}) {
    this.#id = options.id ?? 'promptfoo-iqa scores';
    const { given } = providerEntry(options.config);
    this.config = beforeFirstRow(
      () => parseConfig(scoresConfigSchema, given, 'config'),
      options.label ?? this.#id,
    );
  }

  id(): string {
    return queueName(this.#id, this.label);
  }

  toString(): string {
    return `[promptfoo-iqa scores ${this.config.file}]`;
  }

  /** A list that cannot be read fails every row. */
  async [PREFLIGHT](): Promise<Preflight> {
    try {
      await this.#read();
      return { problems: [] };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return { problems: [error.message] };
    }
  }

  async callApi(
    prompt: string,
    context?: CallApiContextParams,
    options?: CallApiOptionsParams,
  ): Promise<ProviderResponse> {
    // The commands that run promptfoo otherwise look at what is asked, and nothing is.
    if (currentMode() !== 'eval') return { output: '' };
    try {
      if (!context) throw new Error('promptfoo gave no context, so there is no image to look up');
      persistRunPlan(context.evaluationId);
      const request = context.test?.metadata?.[CORRELATION_KEY];
      const answer = request
        ? await this.#answerCorrelationRow(request, context, options?.abortSignal)
        : await this.#answerImageRow(prompt, context);
      return answer.error === undefined ? answer : failedAnswer(answer.error);
    } catch (error) {
      return failedAnswer(error instanceof Error ? error.message : String(error));
    }
  }

  async #answerImageRow(prompt: string, context: CallApiContextParams): Promise<ProviderResponse> {
    const { metadata, ...called } = calledRow(prompt, context);
    const { row, output, image, listed } = await this.#score({
      ...called,
      unscored: isUnscoredTest({ metadata }),
    });
    return {
      output,
      metadata: {
        ...row,
        imageFile: image,
        ...{ judge: `scores ${this.config.file}`, seed: 0, listed, answers: [] },
        prompt: { label: promptFileName(context.prompt.label), text: called.prompt },
        versions,
      },
    };
  }

  async #score(source: RowSource) {
    const row = readRowInput(source);
    const file = await readImageFile(row.image, this.config);
    const sha256 = createHash('sha256').update(file.bytes).digest('hex');
    const list = await this.#read();
    const path = row.image.startsWith('file:') ? fileURLToPath(row.image) : row.image;
    const { listed, score } = list.find({ path, sha256 });
    const { width, height } = await readSize(file);
    const alone = { degradation: null, severity: null, similarity: null, psnrDb: null };
    const output: RowOutput = {
      score,
      conditions: [{ ...alone, quality: score, weight: 1 }],
      ...{ method: 'single-image', weights: 'uniform', source: LISTED },
    };
    const sent = { sentWidth: width, sentHeight: height };
    return { row, output, listed, image: { sha256, width, height, ...sent } };
  }

  #read(): Promise<ScoreList> {
    this.#list ??= readList(this.config);
    return this.#list;
  }

  #answerCorrelationRow(
    request: unknown,
    context: CallApiContextParams,
    signal: AbortSignal | undefined,
  ): Promise<ProviderResponse> {
    const { raw, label } = context.prompt;
    const sha256 = createHash('sha256').update(raw).digest('hex');
    return answerCorrelationRow(
      correlationRequestSchema.parse(request),
      {
        has: () => true,
        score: async (row): Promise<CorrelatedRow> => ({
          ...(await this.#score(row)),
          levels: undefined,
          answers: [],
        }),
        repeatIndex: context.repeatIndex ?? 0,
        asked: { conditions: [], seed: 0, prompt: { label: promptFileName(label), sha256 } },
        draw: async (answer, asked) => {
          const { correlationPicture } = await import('../src/report/plots/correlation-picture.ts');
          return correlationPicture(answer, asked, undefined);
        },
      },
      signal,
    );
  }
}

const readList = async (config: ScoresConfig): Promise<ScoreList> =>
  scoreList(config.file, await readScoreLines(config));
