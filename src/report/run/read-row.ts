import { z } from 'zod';
import { parseData } from '../../common/config-error.ts';
import { outputValue, pictureOf } from '../../harness/result-parts.ts';
import type { Result } from '../../harness/result-schema.ts';
import { isOwnKey, RATINGS_KEY, SOURCE_KEY } from '../../harness/row-keys.ts';
import { UNNAMED_DATASET } from '../../harness/row-place.ts';
import { rowOutputSchema, type Weights } from '../../method/row-output.ts';
import { scoreConditions } from '../../method/score-conditions.ts';
import { datasetSourceSchema } from '../../rows/dataset-source.ts';
import { ratingsSchema } from '../../rows/ratings.ts';
import { NO_ANSWERS, readAnswers } from './read-answers.ts';
import type { ImageRow, ScoredPart } from './scored-run.ts';

/** Keys of a test's metadata that say something of the row and nothing of its image. */
const NO_TAGS: ReadonlySet<string> = new Set(['problem', 'truth', 'direction', 'dataset', 'group']);
/** Longer texts, such as the prompt of a generated image, are no categories. */
const MAX_TAG_LENGTH = 60;

const metadataSchema = z.object({
  mos: z.number().optional(),
  imageFile: z.object({ sha256: z.string(), width: z.number(), height: z.number() }),
  judge: z.string(),
  seed: z.number(),
  conditions: z.unknown().optional(),
  /** Encoding and size limit of what was sent. */
  sent: z.unknown().optional(),
  versions: z.record(z.string(), z.string()).default({}),
});

/** Whether a result is an answer of this plugin's provider. */
export const isOwn = ({ response }: Result): boolean =>
  metadataSchema.safeParse(response?.metadata).success;

/** Whether a result is an answer, but none of this plugin's provider. */
export function isForeign(result: Result): boolean {
  const { response } = result;
  if (!response || response.error || response.output === undefined) return false;
  return !isOwn(result);
}

/** @param weights how conditions are weighted; left out: as the provider did */
export function readRow(result: Result, weights: Weights | undefined): ImageRow {
  const { vars, testCase, response } = result;
  const scored = readScored(result, weights);
  const mos = response?.metadata?.mos ?? vars.mos;
  return {
    dataset: String(vars.dataset ?? UNNAMED_DATASET),
    image: String(vars.image),
    mos: finiteNumber(mos),
    group: vars.group == null ? undefined : String(vars.group),
    ratings: ratingsSchema.safeParse(testCase.metadata?.[RATINGS_KEY]).data,
    tags: tagsOf(testCase.metadata ?? {}),
    source: datasetSourceSchema.safeParse(testCase.metadata?.[SOURCE_KEY]).data,
    truth: textOf(testCase.metadata?.truth),
    direction: textOf(testCase.metadata?.direction),
    ...scored,
  };
}

function readScored(
  { response, error }: Result,
  weights: Weights | undefined,
): Pick<ImageRow, 'scored' | 'error' | 'answers'> {
  const answers = readAnswers(response?.metadata);
  if ('problem' in answers) {
    return { scored: undefined, error: response?.error ?? answers.problem, answers: NO_ANSWERS };
  }
  const failed = (reason: string) => ({ scored: undefined, error: reason, answers });
  const metadata = metadataSchema.safeParse(response?.metadata);
  if (!response || response.error || !metadata.success) {
    return failed(response?.error ?? error ?? 'no answer');
  }
  const { imageFile, judge, seed, conditions, sent, versions } = metadata.data;
  try {
    const output = parseData(
      rowOutputSchema,
      outputValue(response.output),
      'the answer is not readable',
    );
    const scored: ScoredPart = {
      sha256: imageFile.sha256,
      score: scoreConditions(output.conditions, weights).score,
      output,
      size: { width: imageFile.width, height: imageFile.height },
      setting: {
        judge,
        seed,
        ...(conditions !== undefined && { conditions }),
        ...(sent !== undefined && { sent }),
      },
      versions,
      picture: pictureOf(response.images?.[0]),
    };
    return { scored, error: undefined, answers };
  } catch (cause) {
    return failed(cause instanceof Error ? cause.message : String(cause));
  }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** A number, or a text that is one. */
export function finiteNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function tagsOf(metadata: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata).flatMap(([name, value]) => {
      if (NO_TAGS.has(name) || isOwnKey(name)) return [];
      const isScalar = ['string', 'number', 'boolean'].includes(typeof value);
      const text = String(value);
      return isScalar && text !== '' && text.length <= MAX_TAG_LENGTH ? [[name, text]] : [];
    }),
  );
}
