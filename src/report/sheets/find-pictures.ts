import type { AnswerStore } from '../../answers/store.ts';
import { outputPicture } from '../../harness/output-picture.ts';
import { readImageFile } from '../../images/image-file.ts';
import { createPixelPool, type PixelPool } from '../../method/pixel-pool.ts';
import type { Findings } from '../findings.ts';
import type { Measure } from '../run/generated-run.ts';
import type { RatedPicture } from '../verdict/generator-sample.ts';
import { drawSheet } from './remake.ts';

/** Pictures of generators with what was made of them, as data URIs, or why there is none. */
export type Pictures = ReadonlyMap<RatedPicture | undefined, string | { problem: string }>;

/**
 * The worst pictures of each generator as contact sheets, from where promptfoo keeps them, or the answer itself has them.
 * One that cannot be had is no reason to have no report.
 *
 * @param store where sheets are kept
 */
export async function findPictures(
  { generated }: Findings,
  store: AnswerStore | undefined,
): Promise<Pictures> {
  const found = new Map<RatedPicture | undefined, string | { problem: string }>();
  if (generated.every(({ worst }) => worst.every((own) => own.length === 0))) return found;
  const pool = createPixelPool();
  try {
    for (const { measure, worst } of generated) {
      for (const picture of worst.flat()) {
        found.set(picture, await sheetOf(picture, measure, pool, store).catch(asProblem));
      }
    }
  } finally {
    await pool.close();
  }
  return found;
}

const asProblem = (error: unknown): { problem: string } => ({
  problem: error instanceof Error ? error.message : String(error),
});

async function sheetOf(
  { picture: { answer }, quality }: RatedPicture,
  { allowFiles }: Measure,
  pool: PixelPool,
  store: AnswerStore | undefined,
): Promise<string> {
  const { source } = await outputPicture(answer?.output, answer, { allowFiles });
  if (typeof source === 'string' && /^https?:/i.test(source)) {
    throw new Error('the answer is an address, and the report fetches nothing');
  }
  const sheet = {
    output: quality,
    image: quality.image,
    seed: quality.seed,
    promptText: quality.prompt,
  };
  return drawSheet(sheet, await readImageFile(source), "this row's picture", pool, store);
}
