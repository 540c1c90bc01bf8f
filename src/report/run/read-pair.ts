import { z } from 'zod';
import { outputValue } from '../../harness/result-parts.ts';
import type { Result } from '../../harness/result-schema.ts';
import { isPairTest, SOURCE_KEY } from '../../harness/row-keys.ts';
import { UNNAMED_DATASET } from '../../harness/row-place.ts';
import { type PairOutput, pairOutputSchema } from '../../method/pair-output.ts';
import { type DatasetSource, datasetSourceSchema } from '../../rows/dataset-source.ts';
import { readPairRow } from '../../rows/pair-row-input.ts';
import type { AnswerSummary } from './answer-summary.ts';
import { NO_ANSWERS, readAnswers } from './read-answers.ts';

/** A pair row: answered, or not with a reason. */
export interface PairRow {
  dataset: string;
  /** Paths, for display. */
  first: string;
  second: string;
  group: string | undefined;
  /** Share of people who prefer the first; undefined where the row says none. */
  share: number | undefined;
  answered: AnsweredPart | undefined;
  /** Why there is no answer. */
  error: string | undefined;
  answers: AnswerSummary;
  /** Undefined for tests written by hand. */
  source: DatasetSource | undefined;
  /** Thumbnails as data URIs, where the row has them. */
  pictures: readonly [string | undefined, string | undefined];
}

interface AnsweredPart {
  output: PairOutput;
  /** SHA-256 (hex) of both files. */
  firstSha256: string;
  secondSha256: string;
}

const fileSchema = z.object({ sha256: z.string() });
const metadataSchema = z.object({
  imageFiles: z.object({ first: fileSchema, second: fileSchema }),
});

/** Whether a result is one of a pair row. */
export const isPairResult = ({ testCase, vars }: Result): boolean =>
  isPairTest({ metadata: testCase.metadata, vars });

export function readPair(result: Result): PairRow {
  const { vars, testCase, response, error } = result;
  const answers = readAnswers(response?.metadata);
  const output = pairOutputSchema.safeParse(outputValue(response?.output));
  const files = metadataSchema.safeParse(response?.metadata);
  const isAnswered = !response?.error && output.success && files.success;
  return {
    dataset: String(vars.dataset ?? UNNAMED_DATASET),
    first: String(vars.first),
    second: String(vars.second),
    group: vars.group == null ? undefined : String(vars.group),
    share: shareOf(vars),
    answered: isAnswered
      ? {
          output: output.data,
          firstSha256: files.data.imageFiles.first.sha256,
          secondSha256: files.data.imageFiles.second.sha256,
        }
      : undefined,
    error: isAnswered ? undefined : (response?.error ?? error ?? 'no answer'),
    answers: 'problem' in answers ? NO_ANSWERS : answers,
    source: datasetSourceSchema.safeParse(testCase.metadata?.[SOURCE_KEY]).data,
    pictures: [pictureIn(vars.preview), pictureIn(vars.preview2)],
  };
}

/** What is wrong with the row stands in its error. */
function shareOf(vars: Record<string, unknown>): number | undefined {
  try {
    return readPairRow({ vars }).share;
  } catch {
    return undefined;
  }
}

/** A preview stands in short lines. */
const pictureIn = (preview: unknown): string | undefined =>
  typeof preview === 'string' && preview.startsWith('data:')
    ? preview.replaceAll('\n', '')
    : undefined;
