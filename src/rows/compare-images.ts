import type { ImageFile } from '../images/image-file.ts';
import type { JudgeImage } from '../images/judge-image.ts';
import type { Answer } from '../judges/answer.ts';
import { askPair, type PairOutcome, pairQuestions } from '../method/ask-pair.ts';
import type { ProviderConfig } from '../method/config.ts';
import { knownImage } from '../method/known-image.ts';
import type { PixelPool } from '../method/pixel-pool.ts';
import { prepareImage } from '../method/prepare-image.ts';
import type { PromptFile } from '../method/prompt-file.ts';
import { estimateQuestions, type RowEstimate } from './estimate-row.ts';
import type { RowAsking } from './row-asking.ts';

/** What compares two images: a prompt file with `condition: pair`, and who is asked. */
export interface Comparing {
  prompt: PromptFile;
  config: ProviderConfig;
  pool: PixelPool;
  asking: RowAsking;
  signal?: AbortSignal | undefined;
}

/** An image that can be compared. */
export interface PreparedForPair {
  image: JudgeImage;
  /** SHA-256 (hex) of the file. */
  sha256: string;
  width: number;
  height: number;
}

export interface ComparedImages extends PairOutcome {
  answers: Answer[];
}

/** @throws ImageError */
export async function prepareForPair(
  file: ImageFile,
  { prompt, config, pool, asking, signal }: Comparing,
): Promise<PreparedForPair> {
  const { judge, facts } = asking;
  const setting = { config, judge, pool, facts, views: prompt.views, withPictures: false };
  const made = await prepareImage(file, { ...setting, ...(signal && { signal }) });
  const { width, height } = made.original;
  return { image: made.query[0]!, sha256: made.fileSha256, width, height };
}

/**
 * Asks which of two images is better, in both orders, when the budget has room for all that is not bought yet.
 *
 * @throws JudgeError, BudgetError
 */
export async function compareImages(
  a: JudgeImage,
  b: JudgeImage,
  { prompt, asking, signal }: Comparing,
): Promise<ComparedImages> {
  const asked = pairQuestions(prompt, { a, b });
  asking.plan(async () => (await estimateQuestions(asked, asking, new Set())).costUsd ?? 0);
  try {
    return await askPair(asking.judge, prompt, { a, b }, { ...(signal && { signal }) });
  } finally {
    asking.end();
  }
}

/**
 * What comparing two images would ask for. No image is decoded.
 *
 * @param planned questions that were counted before
 * @throws ImageError
 */
export async function estimatePair(
  files: readonly [ImageFile, ImageFile],
  { prompt, config, asking }: Omit<Comparing, 'pool'>,
  planned: Set<string>,
): Promise<RowEstimate> {
  const factOf = (recipe: unknown) => asking.store?.fact(recipe);
  const setting = { config, judge: asking.judge, views: prompt.views, factOf };
  const [a, b] = await Promise.all(files.map((file) => knownImage(file, setting)));
  const asked = pairQuestions(prompt, { a: a!.query[0]!, b: b!.query[0]! });
  return estimateQuestions(asked, asking, planned);
}
